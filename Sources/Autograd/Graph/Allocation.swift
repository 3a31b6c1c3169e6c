import CKernels

extension Buffer {
  /// Memory for the result of an operation; `nil`, and an error, where `Memory.limit` does not allow it.
  static func forResult(of name: @autoclosure () -> String, _ shape: Shape, _ dtype: DType) -> Buffer? {
    let byteCount = shape.elementCount * dtype.size
    guard byteCount <= largestBlock || ag_buffer_admits(byteCount) else {
      report(
        .memory(
          "\(name()): a result of shape \(shape) and type \(dtype) takes \(byteCount) bytes, but arrays hold "
            + "\(Memory.statistics.live) of the \(ag_buffer_limit()) bytes that Memory.limit allows. Release arrays "
            + "that are no longer needed, or raise the limit."))
      return nil
    }
    return Buffer(byteCount: byteCount)
  }
}

extension Node {
  /// Memory for the value; `nil`, and an error, where `Memory.limit` does not allow it.
  func allocate() -> Buffer? { Buffer.forResult(of: operation.name, shape, dtype) }

  /// Gives the node zeros that take no memory: what a reported error leaves behind.
  func fulfilWithZeros() {
    let zero = Storage.allocate(byteCount: dtype.size)
    zero.address.initializeMemory(as: UInt8.self, repeating: 0, count: dtype.size)
    fulfil(zero, Layout(strides: InlineInts(repeating: 0, count: shape.rank), offset: 0, shape: shape))
  }
}
