import Testing

@testable import Autograd

private let any = -1.0...1.0

@Sendable private func regular(_ x: NDArray) -> NDArray {
  x + NDArray.eye(x.shape[x.rank - 1], dtype: x.dtype) * (6 * NDArray.arange(x.shape[x.rank - 1], dtype: x.dtype) + 4)
}

private let functions: [OperationCase] = [
  .init("solveTriangular", any, any, shapes: [[3, 3], [3, 2]]) { solveTriangular(regular($0[0]), $0[1]) },
  .init("solveTriangular, upper", any, any, shapes: [[3, 3], [3]]) {
    solveTriangular(regular($0[0]), $0[1], isUpper: true)
  },
  .init("solveTriangular of a batch", any, any, shapes: [[2, 2], [3, 2, 1]]) { solveTriangular(regular($0[0]), $0[1]) },
  .init("choleskySolve", any, any, shapes: [[3, 3], [3]]) { choleskySolve(regular($0[0]), $0[1]) },
  .init("matrixPower", any, shapes: [[2, 2]]) { matrixPower($0[0], 5) },
  .init("matrixPower of the inverse", any, shapes: [[2, 2, 2]]) { matrixPower(regular($0[0]), -2) },
  .init("matrixPower 0 and 1", any, shapes: [[2, 2]]) { matrixPower($0[0], 0) + matrixPower($0[0], 1) },
  .init("cond", any, shapes: [[2, 2]]) { cond(regular($0[0])) },
  .init("cond by columns", any, shapes: [[2, 2, 2]]) { cond(regular($0[0]), .one) },
  .init("expm", any, shapes: [[3, 3]]) { expm($0[0]) },
  .init("expm of a large batch", any, shapes: [[2, 2, 2]]) { expm(5 * $0[0]) / 100 },
]

@Suite struct MatrixFunctionTests {
  private let a = NDArray([[2, -1, 0.5], [1, 3, -2], [0.25, 1, 4]], dtype: .float64)

  @Test(arguments: functions) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreSciPys() {
    let b = NDArray([1, 3, 5], dtype: .float64)
    let lower = NDArray([0.5, 0.8333333333333334, 1.0104166666666667], shape: [3])
    let upper = NDArray([1.1041666666666665, 1.8333333333333333, 1.25], shape: [3])
    #expect(isClose(solveTriangular(a, b), lower, relative: 1e-14))
    #expect(isClose(solveTriangular(a, b, isUpper: true), upper, relative: 1e-14))
    let cube = NDArray([[3, -11.625, 30.5625], [11.625, 0, -63.75], [15.28125, 31.875, 44.25]], dtype: .float64)
    #expect(matrixPower(a, 3) == cube)
    let inverseSquare = [
      0.16523538996785128, 0.09142555159202007, 0.028889769674549697, -0.09142555159202007, 0.029726516052318665,
      0.060774210595851495, 0.014444884837274847, -0.03038710529792575, 0.03664068348967279,
    ]
    #expect(isClose(matrixPower(a, -2), NDArray(inverseSquare, shape: [3, 3]), relative: 1e-13, absolute: 1e-15))
    let exponential = [
      6.784939474789234, -1.5189876019976185, 24.32271349380266, 1.5189876019976136, -5.619793650779066,
      -41.59597106494695, 12.161356746901328, 20.79798553247346, 26.959801728096217,
    ]
    #expect(isClose(expm(a), NDArray(exponential, shape: [3, 3]), relative: 1e-13))
    #expect(isClose(cond(a), NDArray(2.087561834489113, dtype: .float64), relative: 1e-14))
    #expect(isClose(cond(a, .one), NDArray(3.735632183908045, dtype: .float64), relative: 1e-14))
  }

  @Test func powersOfIntegersAreExact() {
    let fibonacci = matrixPower(NDArray([[1, 1], [1, 0]], dtype: .int64), 90)
    #expect(fibonacci[0, 1].item(as: Int.self) == 2_880_067_194_370_816_120)
    #expect(matrixPower(NDArray.eye(2, dtype: .int32), 0).dtype == .int32)
    #expect(matrixPower(NDArray([[2, 0], [0, 4]], dtype: .int32), -1) == NDArray([[0.5, 0], [0, 0.25]]))
  }

  @Test func exponentials() {
    #expect(expm(NDArray.zeros([2, 2])) == NDArray.eye(2))
    #expect(expm(NDArray.zeros([0, 0])).shape == [0, 0])
    let x = NDArray([[0, -50], [50, 0]], dtype: .float64)  // a rotation by 50
    let rotation = NDArray([[cos50, -sin50], [sin50, cos50]], dtype: .float64)
    #expect(isClose(expm(x), rotation, absolute: 1e-12))
    #expect(isClose(expm(x.astype(.float32)), rotation.astype(.float32), absolute: 1e-4))
    #expect(isClose(expm(NDArray([[-100]], dtype: .float64)), exp(NDArray([[-100]], dtype: .float64)), absolute: 1e-55))
    #expect(det(expm(a)).item() > 0)
  }

  private let cos50: NDArrayLiteral = 0.9649660284921133
  private let sin50: NDArrayLiteral = -0.26237485370392877

  /// What is not in the triangle is not read, and gets no gradient.
  @Test func theOtherTriangle() {
    let x = NDArray([[2, .nan], [1, 4]]).attachingGrad()
    let y = record { solveTriangular(x, NDArray([2, 9])) }
    #expect(y == NDArray([1, 2]))
    y.backward()
    #expect(x.grad == NDArray([[-0.375, 0], [-0.25, -0.5]]))
  }

  @Test func mistakesAreErrors() {
    func message(_ body: () -> NDArray) -> String {
      do {
        _ = try recovering(body)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let singular = NDArray([[1, 0], [1, 0]])
    #expect(message { solveTriangular(singular, NDArray.ones([2])) }.hasPrefix("solveTriangular: the matrix is"))
    #expect(message { solveTriangular(NDArray.ones([2]), NDArray.ones([2])) }.hasPrefix("solveTriangular: "))
    #expect(message { choleskySolve(NDArray.ones([2]), NDArray.ones([2])) }.hasPrefix("solveTriangular: "))
    #expect(message { matrixPower(singular, -1) }.hasPrefix("matrixPower: the matrix is singular: it has no inverse"))
    #expect(message { matrixPower(NDArray.ones([2, 3]), 2) }.hasPrefix("matrixPower: an array of shape (2, 3)"))
    #expect(message { expm(NDArray([[.infinity]])) }.contains("infinite or NaN"))
    #expect(cond(singular).item() > 1e6)
    #expect(message { cond(singular, .one) }.hasPrefix("cond: the matrix is singular"))
  }
}
