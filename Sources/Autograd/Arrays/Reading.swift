extension NDArray {
  /// Computes pending work now. Reading does this by itself.
  public func evaluate() { Autograd.evaluate([node]) }

  /// The value of a single-element array.
  ///
  /// ```swift
  /// NDArray([3.5]).item()  // 3.5
  /// ```
  public func item() -> Double { item(as: Double.self) }

  /// The value of a single-element array, as a Swift type.
  public func item<Scalar: NDArrayScalar>(as type: Scalar.Type) -> Scalar {
    guard elementCount == 1 else {
      report(
        .shape("item: an array of shape \(shape) has \(elementCount) elements, not one. Use scalars(as:), or an index.")
      )
      return Scalar(element: 0.0)
    }
    evaluate()
    return dtype.load(node.base, index: 0, as: type)
  }

  /// All elements in row-major order, as a Swift array.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]]).scalars(as: Int.self)  // [1, 2, 3, 4]
  /// ```
  public func scalars<Scalar: NDArrayScalar>(as type: Scalar.Type = Scalar.self) -> [Scalar] {
    let source = contiguous()
    let base = source.node.base
    return withExtendedLifetime(source) {
      (0..<elementCount).map { source.dtype.load(base, index: $0, as: type) }
    }
  }

  /// A copy that is a variable of its own: it does not carry the gradient. In `record` the copy is recorded.
  public func copy() -> NDArray {
    apply(Alias(), Inputs(node), shape: shape, dtype: dtype)
  }

  /// The bytes of the elements in row-major order; a view is copied first.
  ///
  /// ```swift
  /// NDArray.ones([2]).withUnsafeBytes { $0.count }  // 8
  /// ```
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let source = contiguous()
    return try withExtendedLifetime(source) {
      try body(UnsafeRawBufferPointer(start: source.node.base, count: elementCount * dtype.size))
    }
  }

  /// The array from a copy of row-major bytes.
  public init(bytes: UnsafeRawBufferPointer, shape: Shape, dtype: DType) {
    guard bytes.count == shape.elementCount * dtype.size else {
      report(
        .shape(
          "NDArray: \(bytes.count) bytes do not make the shape \(shape) of \(dtype), which takes "
            + "\(shape.elementCount * dtype.size)"
        ))
      self = .placeholder(shape, dtype)
      return
    }
    guard let buffer = Buffer.forResult(of: "NDArray", shape, dtype) else {
      self = .placeholder(shape, dtype)
      return
    }
    if let base = bytes.baseAddress { buffer.address.copyMemory(from: base, byteCount: bytes.count) }
    self.init(buffer: buffer, shape: shape, dtype: dtype)
  }

  /// The array that uses row-major memory of the caller's without a copy; `release` is called when the last array
  /// that uses it is gone. Until then nobody may write to it.
  public init(
    adopting address: UnsafeMutableRawPointer, shape: Shape, dtype: DType,
    release: @escaping @Sendable () -> Void
  ) {
    let storage = Storage.adopt(address, byteCount: shape.elementCount * dtype.size, release: release)
    self.init(storage: storage, shape: shape, dtype: dtype)
  }

  /// The array with its value, row-major without gaps.
  func contiguous() -> NDArray {
    evaluate()
    if node.isContiguous { return self }
    return NDArray(storage: Immediate.packed(ArrayView(node)), shape: shape, dtype: dtype)
  }
}

/// Computes the pending work of several arrays in one go, so that passes over memory are shared.
///
/// ```swift
/// let x = NDArray.ones([1000, 1000])
/// evaluate([x + 1, x * 2])
/// ```
public func evaluate(_ arrays: [NDArray]) { evaluate(arrays.map(\.node)) }
