import Testing

@testable import Autograd

private let any = -1.0...1.0

/// Far from singular: a random matrix with 3 added on the diagonal.
@Sendable private func regular(_ x: NDArray) -> NDArray { x + 3 * NDArray.eye(x.shape[x.rank - 1], dtype: x.dtype) }

/// Symmetric and positive definite.
@Sendable private func positive(_ x: NDArray) -> NDArray {
  matmul(x, x.swappedAxes(-1, -2)) + NDArray.eye(x.shape[x.rank - 1], dtype: x.dtype)
}

private let decompositions: [OperationCase] = [
  .init("inverse", any, shapes: [[3, 3]]) { inverse(regular($0[0])) },
  .init("inverse of a batch", any, shapes: [[2, 2, 2]]) { inverse(regular($0[0])) },
  .init("det", any, shapes: [[3, 3]]) { det(regular($0[0])) },
  .init("det of a batch", any, shapes: [[3, 2, 2]]) { det($0[0]) },
  .init("det of one element", any, shapes: [[1, 1]]) { det($0[0]) * $0[0] },
  .init("det of a matrix of rank 2", any, any, shapes: [[3, 2], [2, 3]]) {
    det(matmul($0[0], $0[1]) + 0 * $0[0][0, 0])
  },
  .init("logdet", any, shapes: [[2, 3, 3]]) { slogdet(regular($0[0])).logdet },
  .init("solve", any, any, shapes: [[3, 3], [3, 2]]) { solve(regular($0[0]), $0[1]) },
  .init("solve for a vector", any, any, shapes: [[3, 3], [3]]) { solve(regular($0[0]), $0[1]) },
  .init("solve broadcast", any, any, shapes: [[2, 2], [3, 2, 1]]) { solve(regular($0[0]), $0[1]) },
  .init("cholesky", any, shapes: [[3, 3]]) { cholesky(positive($0[0])) },
  .init("cholesky of a batch", any, shapes: [[2, 2, 2]]) { cholesky(positive($0[0])) },
]

@Suite struct DecompositionTests {
  private let a = NDArray([[2, -1, 0.5], [1, 3, -2], [0.25, 1, 4]], dtype: .float64)

  @Test(arguments: decompositions) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreNumPys() {
    let inverted = [
      0.4291187739463601, 0.13793103448275862, 0.015325670498084289, -0.13793103448275862, 0.24137931034482757,
      0.13793103448275862, 0.007662835249042143, -0.06896551724137931, 0.21455938697318008,
    ]
    #expect(isClose(inverse(a), NDArray(inverted, shape: [3, 3]), relative: 1e-13))
    #expect(isClose(det(a), NDArray(32.625, dtype: .float64), relative: 1e-14))
    let (sign, logarithm) = slogdet(a)
    #expect(sign.item() == 1)
    #expect(isClose(logarithm, NDArray(3.4850788656428575, dtype: .float64), relative: 1e-14))
    let solution = [
      0.9195402298850575, 1.5019157088122603, 1.2758620689655171, 1.5172413793103445, 0.8735632183908045,
      1.0268199233716475,
    ]
    let b = NDArray([[1, 2], [3, 4], [5, 6]], dtype: .float64)
    #expect(isClose(solve(a, b), NDArray(solution, shape: [3, 2]), relative: 1e-13))
    let factor = [
      2.692582403567252, 0.0, 0.0, -0.7427813527082074, 3.93042947552414, 0.0, 0.5570860145311556, -1.1032399699713407,
      4.187483342184351,
    ]
    #expect(isClose(cholesky(matmul(a, a.T) + 2 * .eye(3)), NDArray(factor, shape: [3, 3]), relative: 1e-13))
  }

  @Test func batchesAndLargeMatrices() {
    seed(3)
    for shape in [[7, 5, 5], [2, 3, 4, 4], [200, 200]] as [Shape] {
      let x = regular(NDArray.normal(shape, dtype: .float64))
      let identity = NDArray.eye(shape[shape.rank - 1], dtype: .float64).broadcast(to: shape)
      #expect(isClose(matmul(x, inverse(x)), identity, absolute: 1e-8))
      #expect(isClose(solve(x, matmul(x, x)), x, relative: 1e-7, absolute: 1e-8))
      let definite = positive(x)
      let factor = cholesky(definite)
      #expect(isClose(matmul(factor, factor.swappedAxes(-1, -2)), definite, absolute: 1e-8))
      #expect(factor.triu(1) == factor.zerosLike())
    }
    let integers = NDArray([[2, 0], [0, 4]], dtype: .int32)
    #expect(inverse(integers) == NDArray([[0.5, 0], [0, 0.25]]))
    #expect(det(integers).dtype == .float32)
  }

  @Test func emptyArrays() {
    #expect(inverse(NDArray.ones([0, 2, 2])).shape == [0, 2, 2])
    #expect(inverse(NDArray.ones([0, 0])).shape == [0, 0])
    #expect(det(NDArray.ones([0, 2, 2])).shape == [0])
    #expect(det(NDArray.ones([0, 0])).item() == 1)
    #expect(slogdet(NDArray.ones([2, 0, 0])).logdet == NDArray.zeros([2]))
    #expect(solve(NDArray.ones([0, 0]), NDArray.ones([0, 3])).shape == [0, 3])
    #expect(solve(NDArray.eye(2), NDArray.ones([2, 0])).shape == [2, 0])
    #expect(cholesky(NDArray.ones([0, 3, 3])).shape == [0, 3, 3])
    let x = NDArray.ones([0, 2, 2]).attachingGrad()
    record { det(inverse(x)).sum() }.backward()
    #expect(x.grad.shape == [0, 2, 2])
  }

  @Test func determinantsDoNotOverflowOnTheWay() {
    let x = NDArray([[1e200, 0, 0], [0, 1e200, 0], [0, 0, 1e-300]], dtype: .float64)
    #expect(isClose(det(x), NDArray(1e100, dtype: .float64), relative: 1e-12))
    let (sign, logarithm) = slogdet(-1e-200 * NDArray.eye(3, dtype: .float64))
    #expect(sign.item() == -1)
    #expect(isClose(logarithm, NDArray(-1381.5510557964274, dtype: .float64), relative: 1e-14))
    let singular = slogdet(NDArray([[1, 2], [2, 4]]))
    #expect(singular.sign.item() == 0)
    #expect(singular.logdet.item() == -.infinity)
  }

  /// The gradient is the matrix of cofactors, whatever the rank.
  @Test(arguments: [DType.float32, .float64]) func determinantsOfSingularMatrices(_ dtype: DType) {
    let matrices: [(NDArray, NDArray)] = [
      ([[1, 2], [2, 4]], [[4, -2], [-2, 1]]),
      ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
      ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]),
      ([[1, 2, 3], [2, 4, 6], [3, 6, 9]], NDArray.zeros([3, 3])),
      ([[0]], [[1]]),
    ]
    for (matrix, cofactors) in matrices {
      let x = matrix.astype(dtype).attachingGrad()
      record { det(x) }.backward()
      #expect(isClose(x.grad, cofactors.astype(dtype), absolute: 1e-5))
    }
    let batch = NDArray([[[1, 2], [2, 4]], [[2, 0], [0, 3]], [[0, 0], [0, 0]]], dtype: dtype).attachingGrad()
    let values = record { det(batch) }
    values.backward()
    #expect(isClose(values, NDArray([0, 6, 0], dtype: dtype)))
    #expect(
      isClose(batch.grad, NDArray([[[4, -2], [-2, 1]], [[3, 0], [0, 2]], [[0, 0], [0, 0]]], dtype: dtype)))
  }

  /// Along x = t E the determinant of order n is tⁿ det(E): at 0 its n-th derivative is n! det(E).
  @Test(arguments: 1...4) func allDerivativesAtZero(_ size: Int) {
    seed(5)
    let direction = NDArray.normal([size, size], dtype: .float64)
    let t = NDArray(0, dtype: .float64).attachingGrad()
    var derivative = record { det(t * direction) }
    for order in 1...size {
      let next = grad(of: derivative, wrt: t, createGraph: true)
      derivative = record { next * 1 }
      let factorial = Double((1...order).reduce(1, *))
      let expected = order == size ? factorial * det(direction) : NDArray(0, dtype: .float64)
      #expect(isClose(next, expected, relative: 1e-10, absolute: 1e-12), "order \(order)")
    }
  }

  @Test func nearlySingularMatrices() {
    let x = NDArray([[1, 0], [0, 1e-20]], dtype: .float64).attachingGrad()
    let y = record { det(x) }
    y.backward()
    #expect(isClose(y, NDArray(1e-20, dtype: .float64), relative: 1e-15, absolute: 0))
    #expect(isClose(x.grad, NDArray([[1e-20, 0], [0, 1]], dtype: .float64), relative: 1e-15, absolute: 0))
  }

  @Test func mistakesAreErrors() {
    func error(_ body: () -> NDArray) -> NDArrayError? {
      do {
        _ = try recovering(body)
        return nil
      } catch {
        return error as? NDArrayError
      }
    }
    let singular = NDArray([[[1, 0], [0, 1]], [[1, 2], [2, 4]]])
    #expect(error { inverse(singular) }?.message.contains("matrix 1 of the batch is singular") == true)
    #expect(error { inverse(singular) }?.kind == .value)
    #expect(error { solve(singular, NDArray.ones([2])) }?.kind == .value)
    #expect(error { cholesky(NDArray([[1, 2], [2, 1]])) }?.kind == .value)
    #expect(error { cholesky(NDArray([[.nan]])) }?.kind == .value)
    for zero in [NDArray.zeros([2, 2]), NDArray([[0]]), NDArray([[0, 1], [0, 2]])] {
      #expect(error { inverse(zero) }?.kind == .value)
      #expect(error { solve(zero, NDArray.ones([zero.shape[0], 2])) }?.kind == .value)
      #expect(error { cholesky(matmul(zero.T, zero)) }?.kind == .value)
      #expect(error { matrixPower(zero, -1) }?.kind == .value)
      #expect(error { det(zero) } == nil && det(zero).item() == 0)
    }
    #expect(
      error { cholesky(NDArray([[[1, 0], [0, 1]], [[4, 2], [2, -1]]])) }?.message.contains("matrix 1") == true)
    #expect(error { slogdet(singular).logdet } == nil)
    for function in [inverse, det, cholesky, { slogdet($0).logdet }, { solve($0, NDArray.ones([2])) }] {
      #expect(error { function(NDArray.ones([2, 3])) }?.kind == .shape)
      #expect(error { function(NDArray.ones([3])) }?.kind == .shape)
    }
    #expect(error { solve(NDArray.eye(2), NDArray.ones([3])) }?.kind == .shape)
    #expect(error { solve(NDArray.eye(2), NDArray(1)) }?.kind == .shape)
    let x = NDArray([[1, 2], [2, 4]]).attachingGrad()
    let logarithm = record { slogdet(x).logdet }
    #expect(error { grad(of: logarithm, wrt: x) }?.message.hasPrefix("slogdet: the matrix is singular") == true)
  }

  @Test func theGradientOfCholeskyIsSymmetric() {
    let x = NDArray([[4, 2], [2, 5]], dtype: .float64).attachingGrad()
    record { cholesky(x).sum() }.backward()
    #expect(x.grad == x.grad.T)
    #expect(cholesky(x) == NDArray([[2, 0], [1, 2]], dtype: .float64))
  }
}
