import Testing

@testable import Autograd

private let any = -2.0...2.0

private let norms: [OperationCase] = [
  .init("norm", any) { $0[0].norm() },
  .init("norm of order 3", any) { $0[0].norm(3, axis: 1) },
  .init("norm of order 1.5", any) { $0[0].norm(1.5, axis: 0) },
  .init("norm of order -1", 0.5...2) { $0[0].norm(-1, axis: 1) },
  .init("largest absolute value", any) { $0[0].norm(.infinity, axis: 1) * $0[0].sum() },
  .init("least absolute value", any) { $0[0].norm(.power(-.infinity), axis: 1) * $0[0].sum() },
  .init("frobenius", any, shapes: [[2, 3, 2]]) { $0[0].norm(.frobenius, axis: [0, 2]) },
  .init("largest column", any) { $0[0].norm(.one) * $0[0].sum() },
  .init("least row", any) { $0[0].norm(.power(-.infinity)) * $0[0].sum() },
  .init("spectral", any) { ($0[0] + NDArray.eye(2, 3, dtype: $0[0].dtype) * 6).norm(.two) },
  .init("least singular value", any) { ($0[0] + NDArray.eye(2, 3, dtype: $0[0].dtype) * 6).norm(-2) },
  .init("nuclear", any, shapes: [[2, 3, 2]]) {
    ($0[0] + NDArray.eye(2, dtype: $0[0].dtype).expandedDims(1) * 6).norm(.nuclear, axis: [2, 0], keepDims: true)
  },
]

@Suite struct NormTests {
  @Test(arguments: norms) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreNumPys() {
    let x = NDArray([[2, -1], [1, 3], [0.25, 1]], dtype: .float64)
    let matrix: [(NormOrder, Double)] = [
      (1, 5), (-1, 3.25), (2, 3.3544636337295115), (-2, 2.193188028871716), (.infinity, 4), (.power(-.infinity), 1.25),
      (.nuclear, 5.547651662601227), (.frobenius, 4.00780488547035),
    ]
    for (order, value) in matrix {
      #expect(isClose(x.norm(order), NDArray(value), relative: 1e-14), "\(order)")
      #expect(isClose(x.T.norm(order, axis: [1, 0]), NDArray(value), relative: 1e-14), "\(order)")
      #expect(x.norm(order, axis: [-2, -1], keepDims: true).shape == [1, 1])
    }
    let row = NDArray([2, -1, 0.5], dtype: .float64)
    let vector: [(NormOrder, Double)] = [
      (0, 3), (1, 3.5), (2, 2.29128784747792), (3, 2.089669598190616), (-1, 0.2857142857142857),
      (-2, 0.4364357804719848), (0.5, 9.742640687119284), (.infinity, 2), (.power(-.infinity), 0.5),
    ]
    for (order, value) in vector { #expect(isClose(row.norm(order), NDArray(value), relative: 1e-14), "\(order)") }
  }

  /// The gradient at 0 is 0, of every norm.
  @Test func atZero() {
    let orders: [NormOrder] = [0, 1, 2, 3, 0.5, .infinity, .power(-.infinity), -1]
    for order in orders {
      let x = NDArray.zeros([3]).attachingGrad()
      let y = record { x.norm(order) }
      #expect(y.item() == 0)
      y.backward()
      #expect(x.grad == x.zerosLike(), "\(order)")
    }
    for order in [1, -1, 2, -2, .infinity, .nuclear, .frobenius] as [NormOrder] {
      let x = NDArray.zeros([2, 3]).attachingGrad()
      record { x.norm(order) }.backward()
      #expect(x.grad == x.zerosLike(), "\(order)")
    }
    let partly = NDArray([0, 2]).attachingGrad()
    record { partly.norm(0.5) }.backward()
    #expect(isClose(partly.grad, NDArray([0, 1])))
  }

  @Test func specialValues() {
    #expect(NDArray([.infinity, 1]).norm(3).item() == .infinity)
    #expect(NDArray([.infinity, 1]).norm(-1).item() == 1)
    #expect(NDArray([.nan, 1]).norm(3).item().isNaN)
    #expect(NDArray([3, 4], dtype: .int32).norm() == NDArray(5))
    #expect(NDArray.ones([2, 2, 2, 2]).norm().item() == 4)
    #expect(NDArray.zeros([0]).norm(3).item() == 0)
  }

  @Test func mistakesAreErrors() {
    func kind(_ body: () -> NDArray) -> NDArrayError.Kind? {
      do {
        _ = try recovering(body)
        return nil
      } catch {
        return (error as? NDArrayError)?.kind
      }
    }
    let x = NDArray.ones([2, 3])
    #expect(kind { x.norm(3) } == .axis)
    #expect(kind { x.norm(.nuclear, axis: 0) } == .axis)
    #expect(kind { NDArray.ones([2, 2, 2]).norm(.one) } == .axis)
    #expect(kind { x.norm(axis: 2) } == .axis)
    #expect(kind { NDArray.ones([0, 2]).norm(.infinity, axis: 0) } == .shape)
  }
}
