/// The values uᵀ A v for columns u and v at which they are stationary: eigenvalues, or singular values. Arguments: the
/// matrices, u, v.
struct SpectralValues: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 1 ? matmul(x[2] * g.expandedDims(-2), x[3].matrixTransposed) : nil
  }
  func computed(_ arguments: [NDArray]) -> NDArray { SpectralValues.of(arguments[0], arguments[1], arguments[2]) }

  /// The values for columns that LAPACK gave.
  static func of(_ x: NDArray, _ u: NDArray, _ v: NDArray) -> NDArray {
    let values = pause(trainMode: isTraining) { (u * matmul(x, v)).sum(axis: -2) }
    return SpectralValues()(values, of: x, u, v)
  }
}

/// The eigenvectors of symmetric matrices, in columns.
struct Eigenvectors: ComputedAtCall {
  var name: String { "eigh" }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let gaps = Gaps(SpectralValues.of(x[1], y, y))
    let turned = matmul(y.matrixTransposed, g)
    let inner = gaps.reciprocal(gaps.differences) * (turned - turned.matrixTransposed) / 2
    return matmul(matmul(y, inner), y.matrixTransposed)
  }
  func computed(_ arguments: [NDArray]) -> NDArray { eigh(arguments[0]).vectors }
}

/// The singular vectors of matrices of shape (m, n), in columns: m elements of the left ones, and below them n of the
/// right ones.
struct SingularVectors: ComputedAtCall {
  var name: String { "svd" }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let (rows, columns) = (x[1].shape[y.rank - 2], x[1].shape[y.rank - 1])
    let (u, v) = Self.parts(y, rows)
    let (gu, gv) = Self.parts(g, rows)
    let gaps = Gaps(SpectralValues.of(x[1], u, v))
    let (left, right) = (matmul(u.matrixTransposed, gu), matmul(v.matrixTransposed, gv))
    // How u and v turn together depends on the differences, how they turn against each other on the sums.
    let inner =
      gaps.reciprocal(gaps.differences) * (left + right).minusTranspose
      + gaps.reciprocal(gaps.sums) * (left - right).minusTranspose
    var gradient = matmul(matmul(u, inner / 2), v.matrixTransposed)
    if rows > columns {
      gradient = gradient + matmul((gu - matmul(u, left)) * gaps.reciprocal(gaps.row), v.matrixTransposed)
    } else if columns > rows {
      gradient = gradient + matmul(u, ((gv - matmul(v, right)) * gaps.reciprocal(gaps.row)).matrixTransposed)
    }
    return gradient
  }
  func computed(_ arguments: [NDArray]) -> NDArray {
    let (u, _, vh) = svd(arguments[0])
    return concatenate([u, vh.matrixTransposed], axis: -2)
  }

  static func parts(_ vectors: NDArray, _ rows: Int) -> (NDArray, NDArray) {
    (vectors[.ellipsis, 0..<rows, 0...], vectors[.ellipsis, rows..., 0...])
  }
}

/// Distances between spectral values, and their reciprocals.
private struct Gaps {
  let row: NDArray
  let differences: NDArray
  let sums: NDArray
  /// What rounding may make of an exact 0.
  private let tolerance: NDArray

  init(_ values: NDArray) {
    row = values.expandedDims(-2)
    let column = values.expandedDims(-1)
    differences = row - column
    sums = row + column
    let ulp = values.dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let count = values.shape[values.rank - 1]
    tolerance = 8 * Double(Swift.max(count, 1)) * ulp * abs(row.detached()).sum(axis: -1, keepDims: true)
  }

  /// 1 / x, but 0 where x is 0: directions within an eigenspace, along which vectors may turn freely.
  func reciprocal(_ x: NDArray) -> NDArray { which(abs(x) .> tolerance, Autograd.reciprocal(x), 0) }
}

extension NDArray {
  fileprivate var minusTranspose: NDArray { self - matrixTransposed }
}

/// The eigenvalues of a symmetric matrix, or of each in the last two axes, in ascending order, and the eigenvectors, in
/// columns.
///
/// A matrix that is not symmetric counts as the mean of itself and its transpose. The sign of an eigenvector, and the
/// choice of vectors that belong to one eigenvalue, are arbitrary: only a function that does not depend on them has a
/// gradient, and turning vectors within an eigenspace contributes 0 to it. Infinite or NaN elements are an error.
///
/// ```swift
/// eigh(NDArray([[2, 1], [1, 2]])).values  // array([1., 3.])
/// ```
public func eigh(_ x: NDArray) -> (values: NDArray, vectors: NDArray) {
  guard let x = x.asSquareMatrices("eigh")?.asFinite("eigh") else { return (x, x) }
  let symmetric = (x + x.matrixTransposed) / 2
  if x.isTraced {
    let v = Eigenvectors().waiting(for: symmetric, shape: x.shape)
    return (SpectralValues.of(symmetric, v, v), v)
  }
  guard let found = SymmetricFactors(symmetric, withVectors: true) else { return (x, x) }
  let v = Eigenvectors()(found.vectors.matrixTransposed, of: symmetric)
  return (SpectralValues()(found.values, of: symmetric, v, v), v)
}

/// The eigenvalues of a symmetric matrix, or of each in the last two axes, in ascending order, as by `eigh`. The
/// vectors are computed only for a gradient.
public func eigvalsh(_ x: NDArray) -> NDArray {
  if x.needsVectors { return eigh(x).values }
  guard let x = x.asSquareMatrices("eigh")?.asFinite("eigh") else { return x }
  return SymmetricFactors((x + x.matrixTransposed) / 2, withVectors: false)?.values ?? x
}

extension NDArray {
  /// Whether spectral values of this array are differentiated, for which vectors are needed, or wait for a value.
  fileprivate var needsVectors: Bool { isTraced || (isRecording && node.isTracked) }
}

/// The eigenvalues of symmetric matrices, and perhaps the vectors, in rows.
private struct SymmetricFactors {
  let values: NDArray
  let vectors: NDArray

  init?(_ x: NDArray, withVectors: Bool) {
    let work = Matrices(copying: x)
    let values = Matrices(count: work.count, rows: 1, columns: work.size, dtype: x.dtype)
    func factor<Scalar: LAPACKScalar>(_ type: Scalar.Type) -> Int? {
      work.firstFailure {
        Scalar.factorSymmetric(
          work.matrix($0, type), work.size, values: values.matrix($0, type), withVectors: withVectors)
      }
    }
    if let failure = factor(x.dtype.lapackScalar) {
      report(.value("eigh: \(work.place(of: failure)) has eigenvalues that were not found: no convergence"))
      return nil
    }
    let batch = x.shape.dropLast(2)
    self.values = values.array(batch).squeezed(axis: -2)
    vectors = work.array(batch)
  }
}

/// The matrices U and Vᵀ with orthonormal columns and rows, and the singular values s, descending, with which the
/// matrix is U diag(s) Vᵀ, or each in the last two axes.
///
/// For the shape (..., m, n) and k = min(m, n) the shapes of u, s and vh are (..., m, k), (..., k) and (..., k, n);
/// with `fullMatrices` u and vh are square, by further columns or rows that belong to no singular value. What `eigh`
/// says about the choice of vectors holds here too. Infinite or NaN elements are an error.
///
/// ```swift
/// svd(NDArray([[0, 2], [3, 0], [0, 0]])).s  // array([3., 2.])
/// svd(NDArray([[0, 2], [3, 0], [0, 0]]), fullMatrices: true).u.shape  // (3, 3)
/// ```
public func svd(_ x: NDArray, fullMatrices: Bool = false) -> (u: NDArray, s: NDArray, vh: NDArray) {
  guard let x = x.asMatrices("svd")?.asFinite("svd") else { return (x, x, x) }
  let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  let stacked: NDArray
  var values: NDArray?
  if x.isTraced {
    let shape = Shape(x.shape.dropLast(2) + [rows + columns, Swift.min(rows, columns)])
    stacked = SingularVectors().waiting(for: x, shape: shape)
  } else {
    guard let found = SingularFactors(x, withVectors: true) else { return (x, x, x) }
    values = found.values
    let vectors = pause(trainMode: isTraining) { concatenate([found.left, found.right.matrixTransposed], axis: -2) }
    stacked = SingularVectors()(vectors, of: x)
  }
  let (u, v) = SingularVectors.parts(stacked, rows)
  let s = values.map { SpectralValues()($0, of: x, u, v) } ?? SpectralValues.of(x, u, v)
  return fullMatrices
    ? (u.completedBasis, s, v.completedBasis.matrixTransposed) : (u, s, v.matrixTransposed)
}

/// The singular values of a matrix, or of each in the last two axes, descending, as by `svd`. The vectors are computed
/// only for a gradient.
public func svdvals(_ x: NDArray) -> NDArray {
  if x.needsVectors { return svd(x).s }
  guard let x = x.asMatrices("svd")?.asFinite("svd") else { return x }
  return SingularFactors(x, withVectors: false)?.values ?? x
}

extension NDArray {
  /// Orthonormal columns, and after them others that make a basis with them: eigenvectors to the eigenvalue 0 of the
  /// projection onto the columns, which move with these.
  fileprivate var completedBasis: NDArray {
    let missing = shape[rank - 2] - shape[rank - 1]
    guard missing > 0 else { return self }
    let start = pause(trainMode: isTraining) { eigh(matmul(self, matrixTransposed)).vectors[.ellipsis, ..<missing] }
    let others = start - matmul(self, matmul(matrixTransposed, start))
    let factor = cholesky(matmul(others.matrixTransposed, others))
    return concatenate([self, solveTriangular(factor, others.matrixTransposed).matrixTransposed], axis: -1)
  }
}

/// The singular values of matrices, and perhaps the vectors: left ones in columns, right ones in rows.
private struct SingularFactors {
  let left: NDArray
  let values: NDArray
  let right: NDArray

  init?(_ x: NDArray, withVectors: Bool) {
    let work = Matrices(copying: x)
    let (count, size) = (work.count, Swift.min(work.rows, work.columns))
    let vectorCount = withVectors ? size : 0
    let left = Matrices(count: count, rows: work.rows, columns: vectorCount, dtype: x.dtype)
    let values = Matrices(count: count, rows: 1, columns: size, dtype: x.dtype)
    let right = Matrices(count: count, rows: vectorCount, columns: work.columns, dtype: x.dtype)
    func factor<Scalar: LAPACKScalar>(_ type: Scalar.Type) -> Int? {
      // LAPACK reads the transpose, whose left vectors are the right ones; rows of results are its columns.
      work.firstFailure {
        Scalar.factorSingular(
          work.matrix($0, type), rows: work.columns, columns: work.rows, left: right.matrix($0, type),
          values: values.matrix($0, type), right: left.matrix($0, type), withVectors: withVectors)
      }
    }
    if let failure = factor(x.dtype.lapackScalar) {
      report(.value("svd: \(work.place(of: failure)) has singular values that were not found: no convergence"))
      return nil
    }
    let batch = x.shape.dropLast(2)
    self.left = left.array(batch)
    self.values = values.array(batch).squeezed(axis: -2)
    self.right = right.array(batch)
  }
}
