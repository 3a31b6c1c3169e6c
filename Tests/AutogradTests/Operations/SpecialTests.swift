import Testing

@testable import Autograd

@Suite struct SpecialTests {
  /// Values of mpmath, computed with 60 digits.
  @Test(arguments: [
    (1, 1, 1.6449340668482264), (1, 0.25, 17.19732915450711), (1, -0.75, 18.975106932284888),
    (1, -20.25, 19.69102535100871), (2, 3.5, -0.1082040516417274), (2, -0.3, 67.63908119988317),
    (3, 1e-3, 6000000000006.469), (3, 40, 3.24414001515635e-05), (5, 2.5, 0.5785691785671835),
    (5, -3.4, 31893.149758246884), (8, 12, -1.6110901962769792e-05), (12, 0.7, -49438661345.67694),
  ])
  func polygammaIsExact(_ n: Int, _ x: Double, _ expected: Double) {
    let found: Double = polygamma(n, NDArray([x], dtype: .float64)).item()
    #expect(Swift.abs(found / expected - 1) < 4e-15)
    let single: Double = polygamma(n, NDArray([Float(x)])).item()
    let exact: Double = polygamma(n, NDArray([Double(Float(x))], dtype: .float64)).item()
    #expect(single == Double(Float(exact)))
  }

  @Test func polygammaAtEdges() {
    #expect(polygamma(0, NDArray([2.5])) == digamma(NDArray([2.5])))
    #expect(polygamma(1, NDArray([0, -2, .infinity])) == NDArray([.infinity, .infinity, 0]))
    #expect(polygamma(2, NDArray([0])) == NDArray([-.infinity]))
    #expect(isnan(polygamma(2, NDArray([-1, .nan, -.infinity]))).all().item(as: Bool.self))
    let x = NDArray([2, 3])
    #expect(throws: NDArrayError.self) { try recovering { polygamma(-1, x) } }
  }

  /// lgamma's derivative of order n is polygamma of order n - 1.
  @Test func lgammaToOrderFive() {
    var slope = NDArray([0.7, 3.2, -1.6], dtype: .float64).attachingGrad()
    let x = slope
    record { slope = lgamma(x) }
    for n in 0..<5 {
      slope = record { grad(of: [slope], wrt: [x], createGraph: true)[0] }
      #expect(isClose(slope, polygamma(n, x), relative: 1e-14))
    }
  }

  /// The derivative of order 2k of sinc at 0 is (-1)^k π^2k / (2k + 1); those of odd order are 0.
  @Test func sincAtZeroToOrderEight() {
    let x = NDArray([0.0, -0.0], dtype: .float64).attachingGrad()
    var slope = record { sinc(x) }
    var expected = 1.0
    #expect(slope == NDArray([1.0, 1.0], dtype: .float64))
    for n in 1...8 {
      slope = record { grad(of: [slope], wrt: [x], createGraph: true)[0] }
      if n % 2 == 0 { expected *= -.pi * .pi }
      let wanted = n % 2 == 0 ? expected / Double(n + 1) : 0
      #expect(isClose(slope, NDArray([wanted, wanted], dtype: .float64), relative: 1e-14))
    }
  }

  @Test func sincOnBothSidesOfTheSeries() {
    let x = NDArray([-0.5, 0.3183, 0.3184, 1, 2.5, 1e30], dtype: .float64)
    let angle = Double.pi * x
    #expect(isClose(sinc(x), sin(angle) / angle, relative: 1e-15, absolute: 1e-16))
  }

  @Test func xlogyAtEdges() {
    let x = NDArray([0, 0, 0, 2]).attachingGrad()
    let y = NDArray([0, -1, .infinity, 1]).attachingGrad()
    let z = record { xlogy(x, y) }
    #expect(z == NDArray([0, 0, 0, 0]))
    z.backward()
    #expect(y.grad == NDArray([0, 0, 0, 2]))
    #expect(isnan(xlogy(NDArray([0]), NDArray([.nan]))).item(as: Bool.self))
  }

  @Test func signsAndSteps() {
    #expect(heaviside(NDArray([-3, 0, 2]), 0.5) == NDArray([0, 0.5, 1]))
    #expect(isnan(heaviside(NDArray([.nan]), 0)).item(as: Bool.self))
    let signed = copysign(NDArray([1, -2, 3, 4, -0.0]), NDArray([-0.0, 0, -.infinity, .infinity, 1]))
    #expect(signed == NDArray([-1, 2, -3, 4, 0]))
    #expect(reciprocal(copysign(NDArray([0]), -1)) == NDArray([-.infinity]))
    #expect(isClose(sigmoid(logit(NDArray([0.1, 0.5, 0.999]))), NDArray([0.1, 0.5, 0.999])))
  }
}
