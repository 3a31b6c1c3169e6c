/// The positions that sort the rows of a matrix: stable, NaN last.
struct Argsort: ElementKernel {
  let descending: Bool

  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type) {
    let x = inputs[0]
    let columns = x.shape[1]
    for row in 0..<x.shape[0] {
      let values = x.pointer(T.self) + row * columns
      var order = Array(0..<Int64(columns))
      // Equal elements keep their order.
      order.sort { a, b in
        let (first, second) = (values[Int(a)], values[Int(b)])
        if descending ? T.precedes(second, first) : T.precedes(first, second) { return true }
        if descending ? T.precedes(first, second) : T.precedes(second, first) { return false }
        return a < b
      }
      let target = output.pointer(Int64.self) + row * columns
      for (k, position) in order.enumerated() { target[k] = position }
    }
  }
}

extension NDArray {
  /// The elements in ascending order along an axis, NaN last; stable, and differentiable.
  public func sorted(axis: Int = -1) -> NDArray {
    takeAlongAxis(argsorted(axis: axis), axis: axis)
  }

  /// The positions of the elements in ascending order along an axis; int64.
  public func argsorted(axis: Int = -1) -> NDArray { order(axis, descending: false, "argsorted") }

  /// The `k` largest elements along an axis, the largest first, and their positions; of equal ones the first.
  ///
  /// ```swift
  /// NDArray([3, 9, 7]).topk(2).values  // array([9., 7.])
  /// ```
  public func topk(_ k: Int, axis: Int = -1) -> (values: NDArray, indices: NDArray) {
    guard let position = resolve(axis, rank: rank, "topk"), k >= 0, k <= shape[position] else {
      report(.value("topk: \(k) elements along axis \(axis) of shape \(shape); there are not so many"))
      return (self, .placeholder(shape, .int64))
    }
    let indices = order(axis, descending: true, "topk").split(at: [k], axis: position)[0]
    return (takeAlongAxis(indices, axis: position), indices)
  }

  private func order(_ axis: Int, descending: Bool, _ name: String) -> NDArray {
    byRows(axis, name) { rows in
      pause(trainMode: isTraining) {
        apply(Argsort(descending: descending), Inputs(rows.detached().node), shape: rows.shape, dtype: .int64)
      }
    }
  }

  /// The position of the largest element along an axis, or in the flattened array; the first of equal ones, NaN wins.
  public func argmax(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    extremePosition(axis, keepDims, "argmax") { $0.max(axis: $1, keepDims: true) }
  }

  /// The position of the smallest element along an axis, or in the flattened array; the first of equal ones, NaN wins.
  public func argmin(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    extremePosition(axis, keepDims, "argmin") { $0.min(axis: $1, keepDims: true) }
  }

  /// The first position of the extreme element, found in the pass that fuses with finding it.
  private func extremePosition(
    _ axis: Int?, _ keepDims: Bool, _ name: String, _ extreme: (NDArray, Axes) -> NDArray
  ) -> NDArray {
    guard let axis else {
      let flat = reshaped([elementCount]).extremePosition(0, false, name, extreme)
      return keepDims ? flat.reshaped(Array(repeating: 1, count: rank)) : flat
    }
    guard let axis = resolve(axis, rank: rank, name) else { return .placeholder(.scalar, .int64) }
    guard shape[axis] > 0 else {
      report(.shape("\(name): an array of shape \(shape) has no element to choose over axis \(axis)"))
      return .placeholder(shape.dropping(AxisSet([axis])), .int64)
    }
    let x = detached()
    let best = extreme(x, Axes(axis))
    let isBest = dtype.isFloatingPoint ? (x .== best) .| isnan(x) : x .== best
    let positions = NDArray.arange(shape[axis], dtype: .int64)
      .reshaped(to: Shape((0..<rank).map { $0 == axis ? shape[axis] : 1 }))
    return which(isBest, positions, shape[axis]).min(axis: Axes(axis), keepDims: keepDims)
  }
}
