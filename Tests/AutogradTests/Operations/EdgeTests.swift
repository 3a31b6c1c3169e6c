import Testing

@testable import Autograd

/// A function of a vector at a point where a careless rule gives NaN, and the gradient that it has there.
struct Edge: CustomTestStringConvertible, Sendable {
  let name: String
  let point: [Double]
  let gradient: [Double]
  let function: @Sendable (NDArray) -> NDArray

  var testDescription: String { name }

  init(_ name: String, at point: [Double], _ gradient: [Double], function: @escaping @Sendable (NDArray) -> NDArray) {
    (self.name, self.point, self.gradient, self.function) = (name, point, gradient, function)
  }

  /// The gradient is the one expected, and the next derivative is no NaN: fused and not, in both types.
  func check() {
    for dtype in [DType.float64, .float32] {
      let tolerance = dtype == .float64 ? 1e-12 : 1e-5
      for (way, (first, second)) in [("unfused", unfused { slopes(dtype) }), ("fused", fused { slopes(dtype) })] {
        #expect(
          isClose(first, NDArray(gradient, shape: [gradient.count]), relative: tolerance, absolute: tolerance),
          "\(name), \(dtype), \(way): \(first)")
        #expect(second.allSatisfy { !$0.isNaN }, "\(name), \(dtype), \(way), second derivative: \(second)")
      }
    }
  }

  private func slopes(_ dtype: DType) -> (NDArray, [Double]) {
    let x = NDArray(point, shape: [point.count], dtype: dtype).attachingGrad()
    let slope = grad(of: record { function(x) }, wrt: x, createGraph: true)
    let weights = NDArray([point.count], dtype: dtype) { 1 + Double($0) / 4 }
    let second = grad(of: record { slope * weights + 0 * which(isfinite(x), x, 0) }, wrt: x)
    return (slope, second.scalars(as: Double.self))
  }
}

private let inf = Double.infinity

/// The branch that is not taken has no part in the gradient.
private let masks: [Edge] = [
  .init("sqrt", at: [-1, 0, 4], [0, 0, 0.25]) { which($0 .> 0, sqrt($0), 0) },
  .init("sqrt, the other branch", at: [-1, 0, 4], [0, 0, 0.25]) { which($0 .<= 0, 1, sqrt($0)) },
  .init("log", at: [-1, 0, 2], [0, 0, 0.5]) { which($0 .> 0, log($0), 0) },
  .init("log1p", at: [-2, -1, 1], [0, 0, 0.5]) { which($0 .> -1, log1p($0), 0) },
  .init("log2 and log10", at: [-1, 0], [0, 0]) { which($0 .> 0, log2($0) * log10($0), 0) },
  .init("reciprocal", at: [0, 2], [0, -0.25]) { which($0 .!= 0, reciprocal($0), 0) },
  .init("division", at: [0, 2], [0, -0.5]) { which($0 .!= 0, 2 / $0, 0) },
  .init("division of rows", at: [0, 2], [0, -0.75]) {
    which($0 .!= 0, NDArray([1, 2], shape: [2, 1], dtype: $0.dtype) / $0, 0)
  },
  .init("0 over 0", at: [0, 2], [0, 0]) { which($0 .!= 0, $0 / $0, 0) },
  .init("remainder by 0", at: [0, 2], [0, -2]) { which($0 .!= 0, 5 % $0, 0) },
  .init("a root as a power", at: [-1, 0, 4], [0, 0, 0.25]) { which($0 .> 0, power($0, 0.5), 0) },
  .init("a negative power", at: [0, 2], [0, -0.25]) { which($0 .> 0, power($0, -1), 0) },
  .init("a power to itself", at: [-1, 0, 1], [0, 0, 1]) { which($0 .> 0, power($0, $0), 0) },
  .init("cbrt", at: [0, 8], [0, 1.0 / 12]) { which($0 .> 0, cbrt($0), 0) },
  .init("arctan2", at: [0, 2], [0, 0]) { which($0 .> 0, arctan2($0, $0), 0) },
  .init("hypot", at: [0, 2], [0, 1]) { which($0 .> 0, hypot($0, 0 * $0), 0) },
  .init("arcsin and arccos", at: [1, 2, -1], [0, 0, 0]) { which(abs($0) .< 1, arcsin($0) - arccos($0), 0) },
  .init("arccosh", at: [1, 0.5], [0, 0]) { which($0 .> 1, arccosh($0), 0) },
  .init("arctanh", at: [1, 2, 0], [0, 0, 1]) { which(abs($0) .< 1, arctanh($0), 0) },
  .init("tan of infinity", at: [inf, 0], [0, 1]) { which(isfinite($0), tan($0), 0) },
  .init("exp that overflows", at: [1000, 0], [0, 1]) { which($0 .< 10, exp($0), 1) },
  .init("expm1 and exp2 that overflow", at: [5000, 0], [0, 1]) { which($0 .< 10, expm1($0) * exp2($0), 1) },
  .init("squares of infinities", at: [inf, -inf, .nan, 3], [0, 0, 0, 6]) { which(isfinite($0), $0 * $0, 0) },
  .init("difference of infinities", at: [inf, 3], [0, 1]) { which(isfinite($0), $0 - ($0 - $0), 0) },
  .init("norm of infinities", at: [inf, 3, 4], [0, 0.6, 0.8]) { which(isfinite($0), $0, 0).norm() },
  .init("softmax of nothing", at: [-inf, -inf], [0, 0]) { which($0.max() .> -inf, softmax($0), 0) },
  .init("a mask by indices", at: [-1, 4, 0], [0, 0.25, 0]) { sqrt($0)[$0 .> 0] },
]

/// Where a function has a kink or an infinite slope, or all elements are equal.
private let kinks: [Edge] = [
  .init("abs", at: [0, -2], [0, -1]) { abs($0) },
  .init("relu", at: [0, -2, 2], [0, 0, 1]) { relu($0) },
  .init("maximum at a tie", at: [1, 2], [1, 1]) { maximum($0, NDArray([1, 2])) },
  .init("maximum at a tie, the second", at: [1, 2], [0, 0]) { maximum(NDArray([1, 2]), $0) },
  .init("minimum at a tie", at: [1, 2], [1, 1]) { minimum($0, NDArray([1, 2])) },
  .init("max with ties", at: [3, 1, 3], [0.5, 0, 0.5]) { $0.max() },
  .init("min with ties", at: [1, 1, 1, 1], [0.25, 0.25, 0.25, 0.25]) { $0.min() },
  .init("clip at its bounds", at: [-1, 1, 2], [1, 1, 0]) { clip($0, -1, 1) },
  .init("sqrt at 0", at: [0, 1], [inf, 0.5]) { sqrt($0) },
  .init("sqrt at 0 times 0", at: [0, 1], [0, 1]) { sqrt($0) * NDArray([0, 2]) },
  .init("norm", at: [0, 0], [0, 0]) { $0.norm() },
  .init("norm of order 1", at: [0, 0], [0, 0]) { $0.norm(.one) },
  .init("norm of order 2", at: [0, 0], [0, 0]) { $0.norm(.two) },
  .init("norm of order 3", at: [0, 0], [0, 0]) { $0.norm(3) },
  .init("norm of order infinity", at: [0, 0], [0, 0]) { $0.norm(.infinity) },
  .init("norm of every row", at: [0, 0, 3, 4], [0, 0, 0.6, 0.8]) { $0.reshaped([2, 2]).norm(axis: 1) },
  .init("std", at: [2, 2, 2], [0, 0, 0]) { $0.std() },
  .init("std of tenths", at: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], Array(repeating: 0, count: 7)) { $0.std(ddof: 1) },
  .init("variance", at: [2, 2, 2], [0, 0, 0]) { $0.variance() },
  .init("hypot", at: [0, 3], [0, 2.0.squareRoot()]) { hypot($0, $0) },
  .init("arctan2", at: [0, 3], [0, 0]) { arctan2($0, $0) },
  .init("arctan2 of one", at: [0, 1], [0, 0.5]) { arctan2($0, NDArray([0, 1])) },
  .init("arctan2 of small numbers", at: [1e-30, 2e-30], [0.5e30, 0.25e30]) {
    arctan2($0, NDArray([1e-30, 2e-30], dtype: $0.dtype))
  },
  .init("power 0", at: [0, 2], [0, 0]) { power($0, 0) },
  .init("power 1", at: [0, 2], [1, 1]) { power($0, 1) },
  .init("power 2", at: [0, 2], [0, 4]) { power($0, 2) },
  .init("powers of 0", at: [0, 1, 2], [0, 0, 0]) { power(0, $0) },
  .init("prod with a zero", at: [0, 2, 3], [6, 0, 0]) { $0.prod() },
  .init("prod with zeros", at: [0, 0, 3], [0, 0, 0]) { $0.prod() },
  .init("cumprod with a zero", at: [2, 0, 3], [1, 8, 0]) { $0.cumprod() },
  .init("cumprod with zeros", at: [0, 0, 3], [1, 0, 0]) { $0.cumprod() },
  .init("sorted with repeats", at: [2, 1, 2], [2, 1, 3]) { $0.sorted() * NDArray([1, 2, 3]) },
  .init("topk with repeats", at: [2, 1, 2], [1, 0, 0]) { $0.topk(1).values },
  .init("an index with repeats", at: [5, 7], [1, 3]) { $0[NDArray([1, 0, 1, 1], dtype: .int64)] },
]

/// Elements of -infinity take no part.
private let infinities: [Edge] = [
  .init("softmax", at: [-inf, 0, 0], [0, -0.25, 0.25]) { softmax($0) * NDArray([1, 2, 3]) },
  .init("logSoftmax", at: [-inf, 0, 0], [0, -0.5, 0.5]) {
    which(isfinite($0), logSoftmax($0), 0) * NDArray([1, 2, 3])
  },
  .init("crossEntropy", at: [-inf, 0, 0], [0, -0.5, 0.5]) {
    crossEntropy($0.reshaped([1, 3]), NDArray([1], dtype: .int64))
  },
  .init("logsumexp", at: [-inf, 0, 0], [0, 0.5, 0.5]) { $0.logsumexp() },
  .init("logsumexp of nothing", at: [-inf, -inf], [0, 0]) { $0.logsumexp() },
  .init("logsumexp of infinity", at: [inf, 0], [0, 0]) { which(isfinite($0), $0.logsumexp(), 0) },
  .init("logaddexp", at: [-inf, 0], [0, 0.5]) { logaddexp($0, 0) },
  .init("logaddexp of nothing", at: [-inf, 0], [0, 1]) { logaddexp($0, $0) },
  .init("sigmoid and tanh", at: [-inf, inf, 0], [0, 0, 1.25]) { sigmoid($0) + tanh($0) },
  .init("softplus", at: [-1000, 1000, 0], [0, 1, 0.5]) { softplus($0) },
  .init("elu", at: [-1000, 1000], [0, 1]) { elu($0) },
  .init("gelu", at: [-1000, 1000], [0, 1]) { gelu($0) },
  .init("gelu by tanh", at: [-1000, 1000], [0, 1]) { gelu($0, approximate: true) },
  .init("silu", at: [-1000, 1000], [0, 1]) { silu($0) },
  .init("erf", at: [-inf, inf], [0, 0]) { erf($0) },
]

@Suite struct EdgeTests {
  @Test(arguments: masks) func behindMasks(_ edge: Edge) { edge.check() }

  @Test(arguments: kinks) func atKinks(_ edge: Edge) { edge.check() }

  @Test(arguments: infinities) func ofInfinities(_ edge: Edge) { edge.check() }

  /// The second power is a square, whatever its type, and the same as that of an array of twos.
  @Test func secondPowers() {
    for dtype in DType.allCases {
      let x = NDArray([0, 1, 3], dtype: dtype)
      let expected = power(x, x.dtype == .bool ? NDArray(2, dtype: .int32) : NDArray(2, dtype: dtype))
      #expect(power(x, 2) == expected && power(x, 2).dtype == expected.dtype)
      #expect(power(x, 2.0).dtype == (dtype.isFloatingPoint ? dtype : .float32))
    }
    let x = NDArray([-2, 0, .infinity]).attachingGrad()
    record { power(x, 2) }.backward()
    #expect(x.grad == NDArray([-4, 0, .infinity]))
  }

  /// A number on either side is as weak as on the other: it takes the array's type, or makes integers float32.
  @Test func numbersOnTheLeft() {
    let (x, i) = (NDArray([4, 0.5], dtype: .float64), NDArray([4, 2], dtype: .int32))
    #expect(floorDivide(7, i) == NDArray([1, 3], dtype: .int32) && floorDivide(7.5, i).dtype == .float32)
    #expect(mod(7, x) == NDArray([3, 0], dtype: .float64) && mod(7, i) == NDArray([3, 1], dtype: .int32))
    #expect(hypot(3, x)[0].item() == 5 && hypot(3, x).dtype == .float64)
    #expect(isClose(logaddexp(1, x), logaddexp(x, 1)) && isClose(arctan2(1, x), arctan2(x.onesLike(), x)))
    #expect(maximum(3.5, i) == NDArray([4, 3.5]) && minimum(3, i) == NDArray([3, 2], dtype: .int32))
    #expect(power(2, i) == NDArray([16, 4], dtype: .int32))
  }
}
