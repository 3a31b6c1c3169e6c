/// The lower factor L of a symmetric matrix L Lᵀ.
struct Cholesky: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let product = matmul(y.matrixTransposed, g)
    let half = (product.tril() + product.tril(-1)) / 2
    let transposed = y.matrixTransposed
    let left = TriangularSolve.apply(transposed, half, isUpper: true)
    return TriangularSolve.apply(transposed, left.matrixTransposed, isUpper: true).matrixTransposed
  }
  func computed(_ arguments: [NDArray]) -> NDArray { cholesky(arguments[0]) }
}

/// The lower triangular matrix L of a symmetric positive definite matrix L Lᵀ, or of each in the last two axes.
///
/// A matrix that is not positive definite is an error. One that is not symmetric counts as the mean of itself and its
/// transpose, so that the gradient is symmetric.
///
/// ```swift
/// cholesky(NDArray([[4, 2], [2, 5]]))  // array([[2., 0.], [1., 2.]])
/// ```
public func cholesky(_ x: NDArray) -> NDArray {
  guard let x = x.asMatrices("cholesky") else { return .placeholder(x.shape, x.floatingType) }
  let symmetric = (x + x.matrixTransposed) / 2
  if x.isTraced { return Cholesky().waiting(for: symmetric, shape: x.shape) }
  let matrices = Matrices(copying: symmetric)
  if let failure = matrices.factor(matrices.dtype.lapackScalar) {
    report(
      .value(
        "cholesky: \(matrices.place(of: failure)) is not positive definite. Add a small multiple of the identity, if "
          + "it should be."))
    return .placeholder(x.shape, x.dtype)
  }
  return Cholesky()(NDArray(storage: matrices.storage, shape: x.shape, dtype: x.dtype), of: symmetric)
}

/// The solution x of L Lᵀ x = b, given the lower triangular L that `cholesky` gives.
///
/// ```swift
/// choleskySolve(cholesky(NDArray([[4, 2], [2, 5]])), NDArray([8, 12]))  // array([1., 2.])
/// ```
public func choleskySolve(_ factor: NDArray, _ b: NDArray) -> NDArray {
  guard factor.rank >= 2 else { return solveTriangular(factor, b) }
  return solveTriangular(factor.matrixTransposed, solveTriangular(factor, b), isUpper: true)
}

extension Matrices {
  /// Replaces the matrices by their lower factors: upper ones to LAPACK, which reads rows as columns.
  fileprivate func factor<Scalar: LAPACKScalar>(_ type: Scalar.Type) -> Int? {
    firstFailure { i in
      let a = matrix(i, type)
      let failure = Scalar.factorCholesky(a, size)
      for row in 0..<size {
        for column in (row + 1)..<Swift.max(size, row + 1) { a[row * size + column] = 0 }
      }
      // Not all versions notice NaN.
      return failure != 0 || (0..<size).allSatisfy { a[$0 * (size + 1)] > 0 } ? failure : 1
    }
  }
}
