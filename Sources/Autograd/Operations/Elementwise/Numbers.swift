import CKernels

/// The arrays of the Swift numbers that a thread used last, so that `2 * x` in a loop makes no array each time, which
/// took longer than the product.
enum Numbers {
  private struct Entry {
    var bits: UInt64 = 0
    /// The array's type, and whether the number was floating-point.
    var kind: UInt8 = .max
    var node: Node?
  }

  private static let count = 64

  /// The 0-dimensional array of `value`.
  @inline(__always)
  static func node<S: NDArrayScalar>(_ value: S, as dtype: DType) -> Node {
    let isReal = S.dtype.isFloatingPoint
    let bits = isReal ? value.elementAsDouble.bitPattern : UInt64(bitPattern: value.elementAsInt64)
    let kind = dtype.rawValue << 1 | (isReal ? 1 : 0)
    let entry = entries + Int((bits &* 0x9E37_79B9_7F4A_7C15) >> 58)
    if entry.pointee.bits == bits, entry.pointee.kind == kind, let node = entry.pointee.node { return node }
    let node = NDArray(value, as: dtype).node
    node.trace = .number
    entry.pointee = Entry(bits: bits, kind: kind, node: node)
    return node
  }

  @inline(__always)
  private static var entries: UnsafeMutablePointer<Entry> {
    ag_state().pointee.numbers?.assumingMemoryBound(to: Entry.self) ?? makeEntries()
  }

  private static func makeEntries() -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    entries.initialize(repeating: Entry(), count: count)
    ag_keep_numbers(entries, destroyEntries)
    return entries
  }

  fileprivate static func destroy(_ entries: UnsafeMutableRawPointer) {
    entries.assumingMemoryBound(to: Entry.self).deinitialize(count: count).deallocate()
  }
}

extension NDArray {
  /// Whether it was made as ones, and is a constant: known without a look at its elements.
  var isOnes: Bool { !node.isTracked && node.isReady && node.base == Numbers.node(1, as: dtype).base }
}

private func destroyEntries(_ entries: UnsafeMutableRawPointer) { Numbers.destroy(entries) }
