/// The factor Q, with orthonormal columns, of matrices Q R with no more columns than rows. R is upper triangular.
///
/// Not x R⁻¹ with RᵀR = xᵀx by `cholesky`, which loses half of the digits, and takes 1.6 times the time.
struct OrthogonalFactor: ComputedAtCall {
  var name: String { "qr" }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let r = matmul(y.matrixTransposed, x[1])
    let turned = matmul(y.matrixTransposed, g)
    let free = g - matmul(y, turned.triu() + turned.triu(1).matrixTransposed)
    return TriangularSolve.apply(r, free.matrixTransposed, isUpper: true, "derivative of qr").matrixTransposed
  }
  func computed(_ arguments: [NDArray]) -> NDArray { OrthogonalFactor.apply(arguments[0]) }

  static func apply(_ x: NDArray) -> NDArray {
    if x.isTraced { return OrthogonalFactor().waiting(for: x, shape: x.shape) }
    let columns = Matrices(copying: x.detached().matrixTransposed)
    func factor<Scalar: LAPACKScalar>(_ type: Scalar.Type) {
      _ = columns.firstFailure {
        Scalar.factorOrthogonal(columns.matrix($0, type), rows: columns.columns, columns: columns.rows)
      }
    }
    factor(x.dtype.lapackScalar)
    return OrthogonalFactor()(columns.array(x.shape.dropLast(2)).matrixTransposed, of: x)
  }
}

/// The matrix Q with orthonormal columns and the upper triangular matrix R whose product is the matrix, or each in the
/// last two axes.
///
/// For the shape (..., m, n) and k = min(m, n) the shapes are (..., m, k) and (..., k, n). Both are differentiable
/// where the first k columns are linearly independent.
///
/// ```swift
/// let (q, r) = qr(NDArray([[0, 2], [-1, 3]]))
/// q  // array([[0., 1.], [1., 0.]])
/// r  // array([[-1.,  3.], [ 0.,  2.]])
/// ```
public func qr(_ x: NDArray) -> (q: NDArray, r: NDArray) {
  guard let x = x.asMatrices("qr") else { return (x, x) }
  let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  let q = OrthogonalFactor.apply(columns > rows ? x[.ellipsis, 0..<rows] : x)
  return (q, matmul(q.matrixTransposed, x).triu())
}
