/// The shortest x that brings a x closest to b. Arguments: a, b, and for matrices a with the singular vectors u and v
/// in columns, u, the reciprocals of the singular values (0 for those that count as 0), and v.
///
/// Not the factors of `svd` multiplied, whose derivatives divide by differences that may be 0.
struct LeastSquares: ComputedAtCall {
  var name: String { "lstsq" }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i == 1 || i == 2 else { return nil }
    let (a, b, u, r, v) = (x[1], x[2], x[3], x[4], x[5])
    func transposed(_ c: NDArray) -> NDArray { LeastSquares.apply(a.matrixTransposed, c, v, r, u) }
    let gb = transposed(g)
    guard i == 1 else { return gb }
    // The last two terms are 0 for regular matrices: what is left of b, and of g, is orthogonal to all columns or rows.
    return matmul(b - matmul(a, y), LeastSquares.apply(a, gb, u, r, v).matrixTransposed)
      + matmul(transposed(y), (g - matmul(a.matrixTransposed, gb)).matrixTransposed)
      - matmul(gb, y.matrixTransposed)
  }
  func computed(_ x: [NDArray]) -> NDArray { LeastSquares.apply(x[0], x[1], x[2], x[3], x[4]) }

  static func apply(_ a: NDArray, _ b: NDArray, _ u: NDArray, _ r: NDArray, _ v: NDArray) -> NDArray {
    let value = pause(trainMode: isTraining) { matmul(v, r.expandedDims(-1) * matmul(u.matrixTransposed, b)) }
    return LeastSquares()(value, of: a, b, u, r, v)
  }
}

/// What `lstsq` found.
public struct LeastSquaresSolution: Sendable {
  /// The shortest x that makes the sum of squares of b - a x least: shape (..., n), or (..., n, columns of b).
  public let solution: NDArray
  /// The least sums of squares, one for each column of b.
  public let residuals: NDArray
  /// How many singular values of a count as not 0; int64, without a derivative.
  public let rank: NDArray
  /// The singular values of a, descending.
  public let singularValues: NDArray
}

/// The x for which a x comes closest to b, with a of shape (..., m, n); the axes before the last two broadcast.
///
/// `b` is a vector of m elements, or a matrix with a right-hand side in each column. Singular values up to `tolerance`
/// times the largest count as 0; without it, up to max(m, n) units in the last place. Where that number stays the same
/// the solution is differentiable. Infinite or NaN elements of `a` are an error.
///
/// ```swift
/// let line = lstsq(NDArray([[0, 1], [1, 1], [2, 1]]), NDArray([1, 3, 5]))
/// line.solution.shape  // (2,)
/// line.rank  // array(2, dtype=int64)
/// ```
public func lstsq(_ a: NDArray, _ b: NDArray, tolerance: Double? = nil) -> LeastSquaresSolution {
  let dtype = DType.promoted(a.floatingType, b.floatingType).computing
  let failed = NDArray.placeholder(b.shape, dtype)
  guard let matrices = a.converted(to: dtype).asMatrices("lstsq"),
    let (left, right) = matrices.besideRightHandSides(b.converted(to: dtype), "lstsq"),
    let finite = left.asFinite("lstsq")
  else { return LeastSquaresSolution(solution: failed, residuals: failed, rank: failed, singularValues: failed) }
  let (u, s, vh) = svd(finite)
  let (isPositive, reciprocals) = pause(trainMode: isTraining) { () -> (NDArray, NDArray) in
    let isPositive = s.exceeds(tolerance, matrices.shape)
    return (isPositive, which(isPositive, reciprocal(s), 0))
  }
  let x = LeastSquares.apply(
    finite, right, u.detached(), reciprocals.detached(), vh.detached().matrixTransposed)
  let residuals = square(right - matmul(finite, x)).sum(axis: -2)
  return LeastSquaresSolution(
    solution: b.rank == 1 ? x.squeezed(axis: -1) : x,
    residuals: b.rank == 1 ? residuals.squeezed(axis: -1) : residuals,
    rank: isPositive.astype(.int64).sum(axis: -1), singularValues: s)
}

extension NDArray {
  /// Whether singular values, of matrices of this shape, do not count as 0.
  fileprivate func exceeds(_ tolerance: Double?, _ matrices: Shape) -> NDArray {
    guard elementCount > 0 else { return self .> 0 }
    let ulp = dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let least = tolerance ?? Double(matrices.suffix(2).max()!) * ulp
    return self .> least * self.max(axis: -1, keepDims: true)
  }
}

/// The pseudo-inverse of a matrix of shape (..., m, n): what `lstsq` applies to b, of shape (..., n, m).
///
/// ```swift
/// pinv(NDArray([[2, 0], [0, 4]]))  // array([[0.5 , 0.  ], [0.  , 0.25]])
/// ```
public func pinv(_ x: NDArray, tolerance: Double? = nil) -> NDArray {
  guard let x = x.asMatrices("pinv") else { return x }
  return lstsq(x, .eye(x.shape[x.rank - 2], dtype: x.dtype), tolerance: tolerance).solution
}

/// How many singular values of a matrix, or of each in the last two axes, are more than `tolerance` times the largest;
/// without it, more than max(m, n) units in the last place. The result is int64.
///
/// ```swift
/// matrixRank(NDArray([[1, 2], [2, 4]]))  // array(1, dtype=int64)
/// ```
public func matrixRank(_ x: NDArray, tolerance: Double? = nil) -> NDArray {
  guard let x = x.asMatrices("matrixRank") else { return x }
  return svdvals(x.detached()).exceeds(tolerance, x.shape).astype(.int64).sum(axis: -1)
}
