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
}
