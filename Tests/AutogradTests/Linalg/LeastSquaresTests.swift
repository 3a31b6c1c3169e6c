import Testing

@testable import Autograd

private let any = -1.0...1.0

@Sendable private func fullRank(_ x: NDArray) -> NDArray {
  x + 3 * NDArray.eye(x.shape[x.rank - 2], x.shape[x.rank - 1], dtype: x.dtype)
}

private let systems: [OperationCase] = [
  .init("lstsq of a tall matrix", any, any, shapes: [[4, 2], [4]]) { lstsq(fullRank($0[0]), $0[1]).solution },
  .init("lstsq of a wide matrix", any, any, shapes: [[2, 3], [2, 2]]) { lstsq(fullRank($0[0]), $0[1]).solution },
  .init("lstsq of a batch", any, any, shapes: [[2, 3, 2], [3, 1]]) { lstsq(fullRank($0[0]), $0[1]).solution },
  .init("residuals and singular values", any, any, shapes: [[4, 2], [4, 2]]) { x in
    let found = lstsq(fullRank(x[0]), x[1])
    return found.residuals + found.singularValues
  },
  .init("lstsq of rank 1", any, any, any, shapes: [[3, 1], [1, 3], [3]]) {
    lstsq(matmul($0[0] + 2, $0[1] - 2), $0[2]).solution
  },
  .init("pinv", any, shapes: [[3, 2]]) { pinv(fullRank($0[0])) },
  .init("pinv of rank 2", any, any, shapes: [[4, 2], [2, 3]]) { pinv(matmul(fullRank($0[0]), fullRank($0[1]))) },
  .init("pinv of a batch", any, shapes: [[2, 2, 3]]) { pinv(fullRank($0[0])) },
]

@Suite struct LeastSquaresTests {
  private let a = NDArray([[2, -1], [1, 3], [0.25, 1]], dtype: .float64)
  private let b = NDArray([[1, 2], [3, 4], [5, 6]], dtype: .float64)

  @Test(arguments: systems) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreNumPys() {
    let found = lstsq(a, b)
    let solution = [0.9699769053117784, 1.561200923787529, 1.0715935334872977, 1.277136258660508]
    #expect(isClose(found.solution, NDArray(solution, shape: [2, 2]), relative: 1e-14))
    #expect(isClose(found.residuals, NDArray([15.006928406466514, 20.73441108545035], shape: [2]), relative: 1e-14))
    #expect(found.rank.item(as: Int.self) == 2)
    #expect(found.rank.dtype == .int64)
    let inverted = [
      0.4295612009237875, 0.13394919168591227, 0.027713625866050817, -0.1397228637413395, 0.25750577367205546,
      0.08775981524249422,
    ]
    #expect(isClose(pinv(a), NDArray(inverted, shape: [2, 3]), relative: 1e-14))
    let dependent = NDArray([[1, 2], [2, 4], [3, 6]], dtype: .float64)
    let shortest = lstsq(dependent, NDArray([1, 0, 1], dtype: .float64))
    let least = NDArray([0.05714285714285713, 0.11428571428571427], shape: [2])
    #expect(isClose(shortest.solution, least, relative: 1e-14))
    #expect(shortest.rank.item(as: Int.self) == 1)
    #expect(shortest.residuals.shape == [])
  }

  @Test func theLawsOfThePseudoInverse() {
    func random(_ shape: Shape) -> NDArray { fullRank(NDArray.uniform(shape, low: -1, dtype: .float64)) }
    for x in [random([4, 3]), random([3, 4]), random([2, 3, 3]), matmul(random([5, 2]), random([2, 4]))] {
      let p = pinv(x, tolerance: 1e-10)
      #expect(isClose(matmul(matmul(x, p), x), x, absolute: 1e-10))
      #expect(isClose(matmul(matmul(p, x), p), p, absolute: 1e-9))
      #expect(isClose(matmul(x, p), matmul(x, p).matrixTransposed, absolute: 1e-10))
      #expect(isClose(matmul(p, x), matmul(p, x).matrixTransposed, absolute: 1e-10))
    }
  }

  @Test func ranks() {
    #expect(matrixRank(NDArray.eye(3)).item(as: Int.self) == 3)
    #expect(matrixRank(NDArray.zeros([2, 3, 2])) == NDArray([0, 0], dtype: .int64))
    #expect(matrixRank(NDArray([[1, 0], [0, 1e-3]]), tolerance: 0.01).item(as: Int.self) == 1)
    #expect(matrixRank(NDArray([[1, 0], [0, 1e-3]])).item(as: Int.self) == 2)
    #expect(matrixRank(NDArray.zeros([0, 3])).item(as: Int.self) == 0)
  }

  @Test func emptyAndZero() {
    #expect(pinv(NDArray.zeros([0, 3])).shape == [3, 0])
    #expect(pinv(NDArray.zeros([2, 3])) == NDArray.zeros([3, 2]))
    #expect(lstsq(NDArray.zeros([3, 0]), NDArray.ones([3])).residuals.item() == 3)
    #expect(lstsq(NDArray.zeros([0, 2]), NDArray.ones([0])).solution == NDArray.zeros([2]))
    let x = NDArray.zeros([2, 2]).attachingGrad()
    record { pinv(x) }.backward()
    #expect(x.grad == x.zerosLike())
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
    #expect(message { lstsq(a, NDArray.ones([2])).solution }.hasPrefix("lstsq: the shapes (3, 2) and (2,)"))
    #expect(message { lstsq(NDArray.ones([2]), NDArray.ones([2])).solution }.hasPrefix("lstsq: an array of shape (2,)"))
    #expect(message { pinv(NDArray([[.nan]])) }.contains("infinite or NaN"))
  }
}
