import CKernels

/// The memory of one or more arrays: inside the object when small, else from the buffer pool.
final class Storage: ManagedBuffer<Storage.Header, UInt64> {
  struct Header: @unchecked Sendable {
    var address: UnsafeMutableRawPointer
    var byteCount: Int
    var owner: Owner
  }

  enum Owner: Sendable {
    case object
    case pool
    case user(@Sendable () -> Void)
  }

  /// Up to this size one allocation serves the object and its bytes.
  static let largestInline = 1024

  /// Memory for `byteCount` bytes, not initialised.
  static func allocate(byteCount: Int) -> Storage {
    guard byteCount > largestInline else {
      let storage = make(capacity: (byteCount + 7) / 8)
      storage.withUnsafeMutablePointers { header, elements in
        header.initialize(
          to: Header(address: UnsafeMutableRawPointer(elements), byteCount: byteCount, owner: .object))
      }
      return storage
    }
    return wrap(ag_buffer_acquire(byteCount), byteCount: byteCount, owner: .pool)
  }

  /// Memory of the user's, kept until the last array that uses it is gone.
  static func adopt(
    _ address: UnsafeMutableRawPointer, byteCount: Int, release: @escaping @Sendable () -> Void
  ) -> Storage {
    wrap(address, byteCount: byteCount, owner: .user(release))
  }

  var address: UnsafeMutableRawPointer { withUnsafeMutablePointerToHeader { $0.pointee.address } }
  var byteCount: Int { withUnsafeMutablePointerToHeader { $0.pointee.byteCount } }

  /// Whether the library may write into it once no array needs the old values.
  var isReusable: Bool {
    if case .user = header.owner { return false }
    return true
  }

  deinit {
    withUnsafeMutablePointerToHeader {
      switch $0.pointee.owner {
      case .object: break
      case .pool: ag_buffer_release($0.pointee.address, $0.pointee.byteCount)
      case .user(let release): release()
      }
      _ = $0.deinitialize(count: 1)
    }
  }

  private static func wrap(_ address: UnsafeMutableRawPointer, byteCount: Int, owner: Owner) -> Storage {
    let storage = make(capacity: 0)
    storage.withUnsafeMutablePointerToHeader {
      $0.initialize(to: Header(address: address, byteCount: byteCount, owner: owner))
    }
    return storage
  }

  private static func make(capacity: Int) -> Storage {
    let header = Header(
      address: UnsafeMutableRawPointer(bitPattern: 8)!, byteCount: 0, owner: .object)
    return unsafeDowncast(create(minimumCapacity: capacity) { _ in header }, to: Storage.self)
  }
}
