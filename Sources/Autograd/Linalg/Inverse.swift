struct Inverse: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? nil : -matmul(y.matrixTransposed, matmul(g, y.matrixTransposed))
  }
}

/// The inverse of a square matrix, or of each in the last two axes. A singular matrix is an error.
///
/// ```swift
/// inverse(NDArray([[2, 0], [0, 4]]))  // array([[0.5 , 0.  ], [0.  , 0.25]])
/// ```
public func inverse(_ x: NDArray) -> NDArray { inverse(x, "inverse") }

/// The inverse, with the name of what needs it for the message.
func inverse(_ x: NDArray, _ operation: String) -> NDArray {
  guard let x = x.asSquareMatrices(operation) else { return .placeholder(x.shape, x.floatingType) }
  let factors = LUFactors(x)
  guard factors.isRegular(operation) else { return .placeholder(x.shape, x.dtype) }
  let size = factors.matrices.size
  let identity = NDArray.eye(size, dtype: x.dtype).broadcast(unchecked: x.shape)
  let columns = Immediate.packed(ArrayView(identity.node))
  // The factors are those of the transpose, and so are the columns: row by row they are the inverse.
  factors.solve(transposed: false, columns, columns: size)
  return Inverse()(NDArray(storage: columns, shape: x.shape, dtype: x.dtype), of: x)
}

extension LUFactors {
  /// Reports a singular matrix as an error.
  fileprivate func isRegular(_ operation: String) -> Bool {
    guard let firstSingular else { return true }
    report(.value("\(operation): \(matrices.place(of: firstSingular)) is singular: it has no inverse"))
    return false
  }
}

/// The solution of a y = b. Arguments: a, b.
struct Solve: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let gb = Solve.apply(x[1].matrixTransposed, g)
    return i == 2 ? gb : -matmul(gb, y.matrixTransposed)
  }

  /// Of matrices with equal leading axes.
  static func apply(_ a: NDArray, _ b: NDArray) -> NDArray {
    let factors = LUFactors(a)
    guard factors.isRegular("solve") else { return .placeholder(b.shape, b.dtype) }
    b.evaluate()
    let columns = b.detached().matrixTransposed
    let solved = Immediate.packed(ArrayView(columns.node))
    // LAPACK reads the rows of `a` as columns.
    factors.solve(transposed: true, solved, columns: b.shape[b.rank - 1])
    return Solve()(NDArray(storage: solved, shape: columns.shape, dtype: b.dtype).matrixTransposed, of: a, b)
  }
}

/// The solution x of a x = b for a square matrix, or for each in the last two axes; the axes before broadcast.
///
/// `b` is a vector, or a matrix with a right-hand side in each column. A singular matrix is an error.
///
/// ```swift
/// solve(NDArray([[2, 0], [0, 4]]), NDArray([2, 2]))  // array([1. , 0.5])
/// ```
public func solve(_ a: NDArray, _ b: NDArray) -> NDArray {
  let dtype = DType.promoted(a.floatingType, b.floatingType)
  guard let a = a.converted(to: dtype).asSquareMatrices("solve") else { return .placeholder(b.shape, dtype) }
  let right = b.rank == 1 ? b.expandedDims(1) : b
  guard right.rank >= 2, right.shape[right.rank - 2] == a.shape[a.rank - 1],
    let batch = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(right.shape.dropLast(2)))
  else {
    report(
      .shape(
        "solve: the shapes \(a.shape) and \(b.shape) do not match: b is a vector of \(a.shape[a.rank - 1]) elements, "
          + "or matrices with that many rows, and the axes before must broadcast"))
    return .placeholder(b.shape, dtype)
  }
  func spread(_ x: NDArray) -> NDArray {
    x.converted(to: dtype).broadcast(unchecked: Shape(Array(batch) + x.shape.suffix(2)))
  }
  let solution = Solve.apply(spread(a), spread(right))
  return b.rank == 1 ? solution.squeezed(axis: -1) : solution
}
