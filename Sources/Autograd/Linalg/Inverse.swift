/// Not `solve(x, .eye(n))`, which takes 1.4 times the time, of 4 × 4 as of 64 × 64.
struct Inverse: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? nil : -matmul(y.matrixTransposed, matmul(g, y.matrixTransposed))
  }
  func computed(_ arguments: [NDArray]) -> NDArray { inverse(arguments[0]) }
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
  if x.isTraced { return Inverse().waiting(for: x, shape: x.shape) }
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
    report(
      .value(
        "\(operation): \(matrices.place(of: firstSingular)) is singular: it has no inverse; pinv and lstsq need none"))
    return false
  }
}

/// The solution of a y = b. Arguments: a, b.
///
/// Not `matmul(inverse(a), b)`, which takes three times the time for two columns, 64 × 64, and loses digits.
struct Solve: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let gb = Solve.apply(x[1].matrixTransposed, g)
    return i == 2 ? gb : -matmul(gb, y.matrixTransposed)
  }
  func computed(_ arguments: [NDArray]) -> NDArray { Solve.apply(arguments[0], arguments[1]) }

  /// Of matrices with equal leading axes.
  static func apply(_ a: NDArray, _ b: NDArray) -> NDArray {
    if a.isTraced || b.isTraced { return Solve().waiting(for: a, b, shape: b.shape) }
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
  withSystem(a, b, "solve", Solve.apply)
}

/// The solution of triangular systems. Arguments: a, of which only the triangle is read, and b.
///
/// Not `solve` of the triangle, which takes six times the time, 64 × 64.
struct TriangularSolve: ComputedAtCall {
  let isUpper: Bool
  var name: String { "solveTriangular" }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let gb = TriangularSolve.apply(x[1].matrixTransposed, g, isUpper: !isUpper)
    guard i == 1 else { return gb }
    let ga = -matmul(gb, y.matrixTransposed)
    return isUpper ? ga.triu() : ga.tril()
  }
  func computed(_ arguments: [NDArray]) -> NDArray {
    TriangularSolve.apply(arguments[0], arguments[1], isUpper: isUpper)
  }

  /// Of matrices with equal leading axes.
  static func apply(
    _ a: NDArray, _ b: NDArray, isUpper: Bool, _ operation: String = "solveTriangular"
  ) -> NDArray {
    if a.isTraced || b.isTraced { return TriangularSolve(isUpper: isUpper).waiting(for: a, b, shape: b.shape) }
    let matrices = Matrices(copying: a)
    let right = Matrices(copying: b.detached().matrixTransposed)
    func solve<Scalar: LAPACKScalar>(_ type: Scalar.Type) -> Int? {
      matrices.firstFailure { i in
        // LAPACK reads the rows of `a` as columns.
        Scalar.solveTransposedTriangle(
          matrices.matrix(i, type), matrices.size, isUpper: isUpper, right.matrix(i, type), columns: right.rows)
      }
    }
    if let failure = solve(matrices.dtype.lapackScalar) {
      report(.value("\(operation): \(matrices.place(of: failure)) is singular: it has a zero on its diagonal"))
      return .placeholder(b.shape, b.dtype)
    }
    return TriangularSolve(isUpper: isUpper)(right.array(b.shape.dropLast(2)).matrixTransposed, of: a, b)
  }
}

/// The solution x of a x = b for a lower triangular matrix, or an upper one, as `solve`. Elements in the other triangle
/// are not read. A zero on the diagonal is an error.
///
/// ```swift
/// solveTriangular(NDArray([[2, 0], [1, 4]]), NDArray([2, 9]))  // array([1., 2.])
/// ```
public func solveTriangular(_ a: NDArray, _ b: NDArray, isUpper: Bool = false) -> NDArray {
  withSystem(a, b, "solveTriangular") { TriangularSolve.apply($0, $1, isUpper: isUpper) }
}

/// Calls `solution` with square matrices and right-hand sides of one type, with equal leading axes.
private func withSystem(
  _ a: NDArray, _ b: NDArray, _ operation: String, _ solution: (NDArray, NDArray) -> NDArray
) -> NDArray {
  let dtype = DType.promoted(a.floatingType, b.floatingType).computing
  guard let a = a.converted(to: dtype).asSquareMatrices(operation) else { return .placeholder(b.shape, dtype) }
  guard let (left, right) = a.besideRightHandSides(b.converted(to: dtype), operation) else {
    return .placeholder(b.shape, dtype)
  }
  let x = solution(left, right)
  return b.rank == 1 ? x.squeezed(axis: -1) : x
}

extension NDArray {
  /// These matrices and right-hand sides for them with equal leading axes, a vector as one column; else an error.
  func besideRightHandSides(_ b: NDArray, _ operation: String) -> (NDArray, NDArray)? {
    let right = b.rank == 1 ? b.expandedDims(1) : b
    guard right.rank >= 2, right.shape[right.rank - 2] == shape[rank - 2],
      let batch = Shape.broadcast(Shape(shape.dropLast(2)), Shape(right.shape.dropLast(2)))
    else {
      report(
        .shape(
          "\(operation): the shapes \(shape) and \(b.shape) do not match: b is a vector of \(shape[rank - 2]) "
            + "elements, or matrices with that many rows, and the axes before must broadcast"))
      return nil
    }
    func spread(_ x: NDArray) -> NDArray { x.broadcast(unchecked: Shape(Array(batch) + x.shape.suffix(2))) }
    return (spread(self), spread(right))
  }
}
