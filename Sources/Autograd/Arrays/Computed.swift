extension NDArray {
  /// An array of this shape that `body` fills, from the elements of other arrays: for code that knows no arrays, such
  /// as functions in C.
  ///
  /// All are row-major without gaps and of the type `Element`, to which `inputs` are converted. The memory of the
  /// result is not initialised: `body` must set every element, and keep no pointer. The result is a constant; for one
  /// with a gradient, see ``customGradient(_:_:backward:)``.
  ///
  /// ```swift
  /// let x = NDArray([1, 2, 3])
  /// let doubled = NDArray.computed([3], from: [x], as: Float.self) { inputs, output in
  ///   for i in output.indices { output[i] = 2 * inputs[0][i] }
  /// }
  /// print(doubled)  // [2. 4. 6.]
  /// ```
  public static func computed<Element: NDArrayScalar>(
    _ shape: Shape, from inputs: [NDArray] = [], as type: Element.Type,
    _ body: ([UnsafeBufferPointer<Element>], UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows -> NDArray {
    let sources = pause { inputs.map { $0.detached().converted(to: Element.dtype).contiguous() } }
    let buffer = Buffer(byteCount: shape.elementCount * Element.dtype.size)
    try withExtendedLifetime(sources) {
      let elements = sources.map {
        UnsafeBufferPointer(start: $0.node.base.assumingMemoryBound(to: Element.self), count: $0.elementCount)
      }
      let output = buffer.address.assumingMemoryBound(to: Element.self)
      try body(elements, UnsafeMutableBufferPointer(start: output, count: shape.elementCount))
    }
    return NDArray(buffer: buffer, shape: shape, dtype: Element.dtype)
  }
}
