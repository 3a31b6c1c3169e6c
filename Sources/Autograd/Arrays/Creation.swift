extension NDArray {
  init(storage: Storage, shape: Shape, dtype: DType) {
    self.init(
      Node(
        Leaf(), Inputs(), shape: shape, dtype: dtype, history: .unrecorded, storage: storage,
        layout: Layout(contiguous: shape)))
  }

  /// An array with its elements in fresh memory.
  init(buffer: Buffer, shape: Shape, dtype: DType) {
    self.init(Node(Leaf(), Inputs(), shape: shape, dtype: dtype, history: .unrecorded, buffer))
  }

  /// A scalar of the given type.
  init(_ value: some NDArrayScalar, as dtype: DType) {
    let buffer = Buffer(byteCount: dtype.size)
    dtype.store(value, at: buffer.address)
    self.init(buffer: buffer, shape: .scalar, dtype: dtype)
  }

  /// An array whose element `i`, in row-major order, is `element(i)`.
  init<Element: NDArrayScalar>(_ shape: Shape, dtype: DType, element: (Int) -> Element) {
    guard let buffer = Buffer.forResult(of: "NDArray", shape, dtype) else {
      self = .placeholder(shape, dtype)
      return
    }
    for i in 0..<shape.elementCount { dtype.store(element(i), at: buffer.address, index: i) }
    self.init(buffer: buffer, shape: shape, dtype: dtype)
  }

  /// An array of one value.
  ///
  /// ```swift
  /// NDArray.full([2, 2], 7)  // array([[7., 7.], [7., 7.]])
  /// ```
  public static func full(_ shape: Shape, _ value: some NDArrayScalar, dtype: DType = .float32) -> NDArray {
    // One element read again and again; a write makes it a true array.
    NDArray(Numbers.node(value, as: dtype)).constant(shape)
  }

  private func constant(_ shape: Shape) -> NDArray {
    let layout = Layout(strides: InlineInts(repeating: 0, count: shape.rank), offset: 0, shape: shape)
    return NDArray(
      Node(
        Leaf(), Inputs(), shape: shape, dtype: dtype, history: .unrecorded, storage: node.sharedStorage(),
        layout: layout))
  }

  /// An array of zeros.
  public static func zeros(_ shape: Shape, dtype: DType = .float32) -> NDArray { full(shape, 0, dtype: dtype) }

  /// An array of ones.
  public static func ones(_ shape: Shape, dtype: DType = .float32) -> NDArray { full(shape, 1, dtype: dtype) }

  /// Zeros with the shape and type of this array.
  public func zerosLike() -> NDArray { .zeros(shape, dtype: dtype) }

  /// Ones with the shape and type of this array.
  public func onesLike() -> NDArray { .ones(shape, dtype: dtype) }

  /// 0, 1, 2 ... up to, but not including, `stop`.
  ///
  /// ```swift
  /// NDArray.arange(4)  // array([0., 1., 2., 3.])
  /// ```
  public static func arange(_ stop: some NDArrayScalar, dtype: DType = .float32) -> NDArray {
    range(0, stop.elementAsDouble, 1, dtype)
  }

  /// `start`, `start + step` ... up to, but not including, `stop`.
  public static func arange<S: NDArrayScalar>(
    _ start: S, _ stop: S, step: S = S(element: 1.0), dtype: DType = .float32
  ) -> NDArray {
    range(start.elementAsDouble, stop.elementAsDouble, step.elementAsDouble, dtype)
  }

  private static func range(_ start: Double, _ stop: Double, _ step: Double, _ dtype: DType) -> NDArray {
    guard step != 0, start.isFinite, stop.isFinite, step.isFinite else {
      report(.value("arange: from \(start) to \(stop) in steps of \(step) is not a finite sequence"))
      return .zeros([0], dtype: dtype)
    }
    let count = Swift.max(0, Int(((stop - start) / step).rounded(.up)))
    return NDArray([count], dtype: dtype) { start + Double($0) * step }
  }

  /// `count` numbers at equal distances from `start` to `stop`, both included.
  public static func linspace(_ start: Double, _ stop: Double, count: Int, dtype: DType = .float32) -> NDArray {
    guard count >= 0 else {
      report(.value("linspace: count is \(count); it must not be negative"))
      return .zeros([0], dtype: dtype)
    }
    let step = count > 1 ? (stop - start) / Double(count - 1) : 0
    return NDArray([count], dtype: dtype) { $0 == count - 1 && count > 1 ? stop : start + Double($0) * step }
  }

  /// A matrix with ones on the `k`-th diagonal (0 the main one, positive above it) and zeros elsewhere.
  public static func eye(_ rows: Int, _ columns: Int? = nil, k: Int = 0, dtype: DType = .float32) -> NDArray {
    let columns = columns ?? rows
    guard rows >= 0, columns >= 0 else {
      report(.shape("eye: \(rows) rows and \(columns) columns; neither may be negative"))
      return .zeros([0, 0], dtype: dtype)
    }
    return NDArray([rows, columns], dtype: dtype) { $0 % columns - $0 / columns == k ? 1 : 0 }
  }
}
