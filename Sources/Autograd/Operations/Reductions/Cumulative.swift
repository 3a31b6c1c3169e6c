/// Running sums of the rows of a matrix; of float32 in double precision.
///
/// Not a product with a triangle of ones, which takes seven times the time for 512 elements.
struct Cumsum: Custom {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    Cumsum.ofRows(g.flipped(axis: 1)).flipped(axis: 1)
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  static func ofRows(_ x: NDArray) -> NDArray {
    apply(Cumsum(), Inputs(x.node), shape: x.shape, dtype: x.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) { scanRows(inputs[0], output, from: 0, +, &+) }
}

/// Running products of the rows of a matrix of constants; of float32 in double precision.
///
/// Not `exp(log(x).cumsum())`, which is NaN below 0, and has no gradient at 0.
struct Cumprod: Custom {
  static func ofRows(_ x: NDArray) -> NDArray {
    isRecording && x.node.isTracked
      ? ofTrackedRows(x) : apply(Cumprod(), Inputs(x.node), shape: x.shape, dtype: x.dtype)
  }

  /// Multiplies each element by the one at twice the distance before, again and again, so that the derivative of any
  /// order is that of the products.
  private static func ofTrackedRows(_ x: NDArray) -> NDArray {
    let count = x.shape[1]
    var products = x
    var reach = 1
    while reach < count {
      let further = products[0..., reach...] * products[0..., ..<(count - reach)]
      products = concatenate([products[0..., ..<reach], further], axis: 1)
      reach *= 2
    }
    return products
  }

  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }
  func execute(_ inputs: [ArrayView], into output: ArrayView) { scanRows(inputs[0], output, from: 1, *, &*) }
}

/// Goes through each row with a total that begins at `start`.
private func scanRows(
  _ x: ArrayView, _ y: ArrayView, from start: Double, _ combine: (Double, Double) -> Double,
  _ combineIntegers: (Int64, Int64) -> Int64
) {
  switch y.dtype {
  case .float32: scan(x, y, Float.self, start, combine, Double.init, Float.init)
  case .float64: scan(x, y, Double.self, start, combine, { $0 }, { $0 })
  default: scan(x, y, Int64.self, Int64(start), combineIntegers, { $0 }, { $0 })
  }
}

private func scan<T, Total>(
  _ input: ArrayView, _ output: ArrayView, _ type: T.Type, _ start: Total, _ combine: (Total, Total) -> Total,
  _ widened: (T) -> Total, _ narrowed: (Total) -> T
) {
  let columns = output.shape[1]
  let (x, y) = (input.pointer(T.self), output.pointer(T.self))
  for row in 0..<output.shape[0] {
    var total = start
    for k in row * columns..<(row + 1) * columns {
      total = combine(total, widened(x[k]))
      y[k] = narrowed(total)
    }
  }
}

/// For each position in the rows of a matrix that of the largest, or smallest, element so far: of equal ones the first,
/// and the first NaN.
struct CumulativeExtreme: ElementKernel {
  let isLargest: Bool

  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  static func ofRows(_ x: NDArray, isLargest: Bool) -> NDArray {
    let positions = pause(trainMode: isTraining) {
      apply(CumulativeExtreme(isLargest: isLargest), Inputs(x.detached().node), shape: x.shape, dtype: .int64)
    }
    return x.takeAlongAxis(positions, axis: 1)
  }

  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type) {
    let x = inputs[0]
    let columns = x.shape[1]
    for row in 0..<x.shape[0] {
      let (values, target) = (x.pointer(T.self) + row * columns, output.pointer(Int64.self) + row * columns)
      var best = 0
      for k in 0..<columns {
        let isBetter = isLargest ? values[k] > values[best] : values[k] < values[best]
        if isBetter || (values[k] != values[k] && values[best] == values[best]) { best = k }
        target[k] = Int64(best)
      }
    }
  }
}

extension NDArray {
  /// The running sums along an axis, or of the flattened array; of integers int64.
  public func cumsum(axis: Int? = nil) -> NDArray {
    converted(to: totalType).byRows(axis, "cumsum", Cumsum.ofRows)
  }

  /// The running products along an axis, or of the flattened array; of integers int64. The derivative is exact where
  /// elements are zero.
  ///
  /// ```swift
  /// NDArray([2, 3, 4]).cumprod()  // array([ 2.,  6., 24.])
  /// ```
  public func cumprod(axis: Int? = nil) -> NDArray {
    converted(to: totalType).byRows(axis, "cumprod", Cumprod.ofRows)
  }

  /// The largest element so far along an axis, or of the flattened array; NaN from the first NaN on. Of equal ones the
  /// first has the gradient.
  ///
  /// ```swift
  /// NDArray([1, 3, 2, 5]).cummax()  // array([1., 3., 3., 5.])
  /// ```
  public func cummax(axis: Int? = nil) -> NDArray {
    byRows(axis, "cummax") { CumulativeExtreme.ofRows($0, isLargest: true) }
  }

  /// The smallest element so far along an axis, or of the flattened array; NaN from the first NaN on. Of equal ones the
  /// first has the gradient.
  public func cummin(axis: Int? = nil) -> NDArray {
    byRows(axis, "cummin") { CumulativeExtreme.ofRows($0, isLargest: false) }
  }

  /// The differences of neighbours along an axis, taken `order` times; of bools whether they differ.
  ///
  /// ```swift
  /// NDArray([1, 4, 9, 16]).diff()  // array([3., 5., 7.])
  /// NDArray([1, 4, 9, 16]).diff(order: 2)  // array([2., 2.])
  /// ```
  public func diff(order: Int = 1, axis: Int = -1) -> NDArray {
    guard let axis = resolve(axis, rank: rank, "diff"), order >= 0 else {
      if order < 0 { report(.value("diff: the order is \(order); it must not be negative")) }
      return self
    }
    return (0..<order).reduce(unchanged) { x, _ in
      let cut = Swift.min(1, x.shape[axis])
      let (after, before) = (x.split(at: [cut], axis: axis)[1], x.split(at: [x.shape[axis] - cut], axis: axis)[0])
      return dtype == .bool ? before .!= after : after - before
    }
  }

  /// The type of sums and products: int64 for integers and bools.
  private var totalType: DType { dtype.isFloatingPoint ? dtype : .int64 }

  /// What an operation on the rows of a matrix, which keeps their shape, makes of the lines along an axis, or of the
  /// flattened array.
  func byRows(_ axis: Int?, _ name: String, _ operation: (NDArray) -> NDArray) -> NDArray {
    guard let axis else { return reshaped([elementCount]).byRows(0, name, operation) }
    guard let axis = resolve(axis, rank: rank, name) else { return self }
    let last = movedAxis(from: axis, to: -1)
    let rows = last.reshaped([shape[axis] == 0 ? 0 : elementCount / shape[axis], shape[axis]])
    return operation(rows).reshaped(to: last.shape).movedAxis(from: -1, to: axis)
  }
}
