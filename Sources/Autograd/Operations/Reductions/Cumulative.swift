/// Running sums of the rows of a matrix; of float32 in double precision.
struct Cumsum: Custom {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    Cumsum.ofRows(g.flipped(axis: 1)).flipped(axis: 1)
  }

  static func ofRows(_ x: NDArray) -> NDArray {
    apply(Cumsum(), Inputs(x.node), shape: x.shape, dtype: x.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    switch output.dtype {
    case .float32:
      run(inputs[0], output, from: Float.self, sum: 0.0) {
        $0 + Double($1)
      } as: {
        Float($0)
      }
    case .float64:
      run(inputs[0], output, from: Double.self, sum: 0.0) {
        $0 + $1
      } as: {
        $0
      }
    default:
      run(inputs[0], output, from: Int64.self, sum: Int64(0)) {
        $0 &+ $1
      } as: {
        $0
      }
    }
  }

  private func run<T, Total>(
    _ input: ArrayView, _ output: ArrayView, from type: T.Type, sum zero: Total, add: (Total, T) -> Total,
    as result: (Total) -> T
  ) {
    let columns = output.shape[1]
    let (x, y) = (input.pointer(T.self), output.pointer(T.self))
    for row in 0..<output.shape[0] {
      var sum = zero
      for k in row * columns..<(row + 1) * columns {
        sum = add(sum, x[k])
        y[k] = result(sum)
      }
    }
  }
}

extension NDArray {
  /// The running sums along an axis, or of the flattened array; of integers int64.
  public func cumsum(axis: Int? = nil) -> NDArray {
    guard let axis else { return reshaped([elementCount]).cumsum(axis: 0) }
    guard let axis = resolve(axis, rank: rank, "cumsum") else { return self }
    let last = converted(to: dtype.isFloatingPoint ? dtype : .int64).movedAxis(from: axis, to: -1)
    let rows = last.reshaped([shape[axis] == 0 ? 0 : elementCount / shape[axis], shape[axis]])
    return Cumsum.ofRows(rows).reshaped(to: last.shape).movedAxis(from: -1, to: axis)
  }
}
