/// The lower factor L of a symmetric matrix L Lᵀ.
struct Cholesky: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let product = matmul(y.matrixTransposed, g)
    let half = (product.tril() + product.tril(-1)) / 2
    let left = Solve.apply(y.matrixTransposed, half)
    return Solve.apply(y.matrixTransposed, left.matrixTransposed).matrixTransposed
  }
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
  guard let x = x.asSquareMatrices("cholesky") else { return .placeholder(x.shape, x.floatingType) }
  let symmetric = (x + x.matrixTransposed) / 2
  let matrices = SquareMatrices(copying: symmetric)
  let failure = matrices.dtype == .float64 ? matrices.factor(Double.self) : matrices.factor(Float.self)
  if let failure {
    report(
      .value(
        "cholesky: \(matrices.place(of: failure)) is not positive definite. Add a small multiple of the identity, if it "
          + "should be."))
    return .placeholder(x.shape, x.dtype)
  }
  return Cholesky()(NDArray(storage: matrices.storage, shape: x.shape, dtype: x.dtype), of: symmetric)
}

extension SquareMatrices {
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
