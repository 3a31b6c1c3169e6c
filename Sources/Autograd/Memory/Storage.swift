import CKernels

/// The memory of arrays that share it, or of a large one.
final class Storage: @unchecked Sendable {
  let address: UnsafeMutableRawPointer
  let byteCount: Int
  private let owner: Owner

  private enum Owner {
    case blocks
    case pool
    case user(@Sendable () -> Void)
  }

  private init(_ address: UnsafeMutableRawPointer, _ byteCount: Int, _ owner: Owner) {
    self.address = address
    self.byteCount = byteCount
    self.owner = owner
  }

  /// Memory for `byteCount` bytes, not initialised.
  static func allocate(byteCount: Int) -> Storage {
    byteCount <= Buffer.largestBlock
      ? Storage(ag_block_acquire(byteCount), byteCount, .blocks)
      : Storage(ag_buffer_acquire(byteCount), byteCount, .pool)
  }

  /// Takes over the block of a small array.
  convenience init(block: UnsafeMutableRawPointer, byteCount: Int) {
    self.init(block, byteCount, .blocks)
  }

  /// Memory of the user's, kept until the last array that uses it is gone.
  static func adopt(
    _ address: UnsafeMutableRawPointer, byteCount: Int, release: @escaping @Sendable () -> Void
  ) -> Storage {
    Storage(address, byteCount, .user(release))
  }

  /// Whether the library may write into it once no array needs the old values.
  var isReusable: Bool {
    if case .user = owner { return false }
    return true
  }

  deinit {
    switch owner {
    case .blocks: ag_block_release(address, byteCount)
    case .pool: ag_buffer_release(address, byteCount)
    case .user(let release): release()
    }
  }
}

/// Fresh memory for one array, which its node takes over. A small array needs no object for it, which saves an
/// allocation: 400 instructions.
struct Buffer {
  static let largestBlock = Int(AG_LARGEST_BLOCK)

  let address: UnsafeMutableRawPointer
  /// `nil` for a block.
  let storage: Storage?

  /// Memory for `byteCount` bytes, not initialised.
  @inline(__always)
  init(byteCount: Int) {
    storage = byteCount <= Self.largestBlock ? nil : Storage.allocate(byteCount: byteCount)
    address = storage?.address ?? ag_block_acquire(byteCount)
  }

  init(_ storage: Storage) {
    address = storage.address
    self.storage = storage
  }
}
