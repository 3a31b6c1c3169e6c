import CKernels
import Foundation
import Testing

@testable import Autograd

/// What is expected holds for nearly every seed: distances from a distribution are exceeded once in a million draws.
@Suite struct DistributionTests {
  struct Continuous: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let draw: @Sendable (Shape) -> NDArray
    let probability: @Sendable (Double) -> Double

    init(
      _ name: String, _ draw: @escaping @Sendable (Shape) -> NDArray,
      below probability: @escaping @Sendable (Double) -> Double
    ) {
      (testDescription, self.draw, self.probability) = (name, draw, probability)
    }
  }

  static let continuous: [Continuous] = [
    .init("exponential", { .exponential($0, scale: 2, dtype: .float64) }, below: { 1 - exp(-$0 / 2) }),
    .init("exponential, float32", { .exponential($0) }, below: { 1 - exp(-$0) }),
    .init(
      "laplace", { .laplace($0, mean: 1, scale: 3, dtype: .float64) },
      below: { $0 < 1 ? exp(($0 - 1) / 3) / 2 : 1 - exp((1 - $0) / 3) / 2 }),
    .init("gumbel", { .gumbel($0, mode: -1, scale: 2) }, below: { exp(-exp(-($0 + 1) / 2)) }),
    .init("logistic", { .logistic($0, mean: 5, scale: 0.5) }, below: { 1 / (1 + exp(-2 * ($0 - 5))) }),
    .init("gamma 1/2", { .gamma($0, alpha: 0.5, dtype: .float64) }, below: { erf($0.squareRoot()) }),
    .init("gamma 1", { .gamma($0, alpha: 1, scale: 2) }, below: { 1 - exp(-$0 / 2) }),
    .init(
      "gamma 3", { .gamma($0, alpha: 3, dtype: .float64) }, below: { 1 - exp(-$0) * (1 + $0 + $0 * $0 / 2) }),
    .init("chisquare 2", { .chisquare($0, degrees: 2) }, below: { 1 - exp(-$0 / 2) }),
    .init("chisquare 1", { .chisquare($0, degrees: 1, dtype: .float64) }, below: { erf(($0 / 2).squareRoot()) }),
    .init("beta 2 3", { .beta($0, a: 2, b: 3) }, below: { $0 * $0 * (6 - 8 * $0 + 3 * $0 * $0) }),
    .init("beta 1/2 1/2", { .beta($0, a: 0.5, b: 0.5, dtype: .float64) }, below: { 2 / .pi * asin($0.squareRoot()) }),
  ]

  @Test(arguments: continuous) func distribution(_ of: Continuous) {
    let count = 50_000
    let x = withSeed(1) { of.draw([count]) }.sorted().scalars(as: Double.self)
    let distance = x.indices.map { abs(of.probability(x[$0]) - (Double($0) + 0.5) / Double(count)) }.max()!
    #expect(distance < 2.7 / Double(count).squareRoot())
  }

  struct Discrete: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let draw: @Sendable (Shape) -> NDArray
    let logProbability: @Sendable (Double) -> Double

    static func poisson(_ rate: Double) -> Discrete {
      Discrete(
        testDescription: "poisson \(rate)", draw: { .poisson($0, rate: rate) },
        logProbability: { $0 * log(rate) - rate - logFactorial($0) })
    }

    static func binomial(_ n: Int, _ p: Double) -> Discrete {
      Discrete(
        testDescription: "binomial \(n), \(p)", draw: { .binomial($0, trials: n, p: p) },
        logProbability: { k in
          let rest = Double(n) - k
          if rest < 0 { return -.infinity }
          return logFactorial(Double(n)) - logFactorial(k) - logFactorial(rest) + k * log(p) + rest * log1p(-p)
        })
    }

    private static func logFactorial(_ k: Double) -> Double {
      k < 1 ? 0 : (1...Int(k)).reduce(0) { $0 + log(Double($1)) }
    }
  }

  static let discrete: [Discrete] = [
    .poisson(0.1), .poisson(3), .poisson(10), .poisson(37.5), .poisson(400),
    .binomial(1, 0.3), .binomial(20, 0.3), .binomial(20, 0.9), .binomial(40, 0.5), .binomial(25, 0.4),
    .binomial(1000, 0.03), .binomial(500, 0.97),
  ]

  /// Pearson's sum over the counts that are expected ten times or more.
  @Test(arguments: discrete) func distribution(_ of: Discrete) {
    let count = 50_000
    let observed = bincount(withSeed(2) { of.draw([count]) }, minLength: 1100).scalars(as: Double.self)
    var (sum, bins, rest, expectedRest) = (0.0, 1.0, 0.0, 0.0)
    for (k, found) in observed.enumerated() {
      let expected = Double(count) * exp(of.logProbability(Double(k)))
      if expected < 10 {
        (rest, expectedRest) = (rest + found, expectedRest + expected)
      } else {
        (sum, bins) = (sum + (found - expected) * (found - expected) / expected, bins + 1)
      }
    }
    sum += (rest - expectedRest) * (rest - expectedRest) / Swift.max(expectedRest, 1)
    #expect(sum < bins + 7 * (2 * bins).squareRoot() + 10)
    #expect(Swift.abs(observed.reduce(0, +) - Double(count)) < 1)
  }

  /// An element depends on seed, draw and index alone: any part of a draw can be made by itself.
  @Test func partsOfADraw() {
    let shape = (0..<100).map { 0.3 + Double($0 % 7) }
    let (trials, chance) = (shape.map { ($0 * 20).rounded() }, shape.map { $0 / 8 })
    func draw(_ start: Int, _ count: Int) -> [Double] {
      var (sizes, events, successes) = (
        [Double](repeating: 0, count: count), [Int64](repeating: 0, count: count),
        [Int64](repeating: 0, count: count)
      )
      let (first, number) = (Int64(start), Int64(count))
      shape.withUnsafeBufferPointer { shape in
        trials.withUnsafeBufferPointer { trials in
          chance.withUnsafeBufferPointer { chance in
            func each(_ values: UnsafeBufferPointer<Double>) -> ag_parameter {
              ag_parameter(values: values.baseAddress, step: 1)
            }
            ag_random_log_gamma_f64(3, 5, first, number, each(shape), &sizes)
            ag_random_poisson_i64(3, 6, first, number, each(trials), &events)
            ag_random_binomial_i64(3, 7, first, number, each(trials), each(chance), &successes)
          }
        }
      }
      return sizes + events.map(Double.init) + successes.map(Double.init)
    }
    let all = draw(0, 100)
    let parts = [draw(0, 13), draw(13, 80), draw(93, 7)]
    for kind in 0..<3 {
      let joined = zip(parts, [13, 80, 7]).flatMap { $0[kind * $1..<(kind + 1) * $1] }
      #expect(joined == Array(all[kind * 100..<(kind + 1) * 100]))
    }
  }

  @Test func theSameOnAnyNumberOfThreads() {
    let draws: [(Shape) -> NDArray] = Self.continuous.map { $0.draw } + Self.discrete.map { $0.draw }
    for draw in draws + [{ .multinomial($0, trials: 20, probabilities: NDArray([0.25, 0.5, 0.25])) }] {
      #expect(isRepeatable { draw([9000]) })
    }
  }

  @Test func shapesAndTypes() {
    let rates = NDArray([[1], [100]])
    #expect(NDArray.exponential().shape == [] && NDArray.exponential([3, 0]).shape == [3, 0])
    #expect(NDArray.exponential(scale: rates).shape == [2, 1])
    #expect(NDArray.poisson([2, 5], rate: rates).shape == [2, 5])
    #expect(NDArray.binomial(trials: NDArray([1, 2, 3]), p: NDArray([[0.5], [1]])).shape == [2, 3])
    #expect(NDArray.poisson(rate: 1e18).item() > 0.99e18)
    #expect(NDArray.exponential([1], dtype: .float64).dtype == .float64)
    #expect(NDArray.gamma(alpha: rates.astype(.float64)).dtype == .float64)
    #expect(NDArray.poisson([1], dtype: .float32).dtype == .float32)
    #expect(NDArray.bernoulli([1], p: 0.5, dtype: .bool).dtype == .bool)
    #expect(NDArray.multivariateNormal([4, 5], mean: .zeros([3, 2]), covariance: .eye(2)).shape == [4, 5, 3, 2])
  }

  @Test func edges() {
    #expect(NDArray.exponential([3], scale: 0) == .zeros([3]))
    #expect(NDArray.poisson([2], rate: 0) == NDArray([0, 0]))
    #expect(NDArray.binomial([2], trials: 0, p: 0.5) == NDArray([0, 0]))
    #expect(NDArray.binomial([3], trials: NDArray([5, 1e15, 3]), p: NDArray([0, 1, 1])) == NDArray([0, 1e15, 3]))
    #expect(NDArray.bernoulli([100], p: 0).sum().item() == 0 && NDArray.bernoulli([100], p: 1).sum().item() == 100)
    // Shapes so small that both numbers would be 0.
    let beta = NDArray.beta([1000], a: 1e-5, b: 1e-5, dtype: .float64)
    #expect(isfinite(beta).all().item(as: Bool.self) && Swift.abs(beta.mean().item() - 0.5) < 0.1)
    for standard in [NDArray.gumbel([100_000]), .logistic([100_000]), .laplace([100_000]), .gamma([1000], alpha: 1e-3)]
    {
      #expect(isfinite(standard).all().item(as: Bool.self))
    }
    let rows = NDArray.bernoulli([2, 20_000], p: NDArray([[0.1], [0.8]])).mean(axis: 1)
    #expect(isClose(rows, NDArray([0.1, 0.8]), absolute: 0.02))
  }

  @Test func parametersHaveGradients() {
    let (center, scale) = (NDArray([1, 2]).attachingGrad(), NDArray([3, 4]).attachingGrad())
    let draws: [(NDArray, NDArray) -> NDArray] = [
      { .laplace(mean: $0, scale: $1) }, { .gumbel(mode: $0, scale: $1) }, { .logistic(mean: $0, scale: $1) },
    ]
    for draw in draws {
      let x = record { draw(center, scale) }
      x.backward()
      #expect(center.grad == NDArray([1, 1]))
      #expect(isClose(scale.grad, (x - center) / scale))
    }
    for draw in [{ NDArray.exponential([5, 2], scale: scale) }, { .gamma([5, 2], alpha: 2, scale: scale) }] {
      let x = record(draw)
      x.backward()
      #expect(isClose(scale.grad, (x / scale).sum(axis: 0)))
    }
  }

  /// With the same numbers each time the draws are functions of the parameters.
  @Test func derivativesToTheSecondOrder() {
    let (center, scale) = (NDArray([1, -2], dtype: .float64), NDArray([3, 0.5], dtype: .float64))
    let covariance = NDArray([[2, 0.8], [0.8, 1]], dtype: .float64)
    let functions: [(@Sendable ([NDArray]) -> NDArray, [NDArray])] = [
      ({ square(.exponential([3, 2], scale: square($0[0]))) }, [scale]),
      ({ square(.laplace([3, 2], mean: $0[0], scale: $0[1])) }, [center, scale]),
      ({ square(.gumbel([3, 2], mode: $0[0], scale: $0[1])) }, [center, scale]),
      ({ square(.logistic([3, 2], mean: $0[0], scale: $0[1])) }, [center, scale]),
      ({ square(.multivariateNormal([3], mean: $0[0], covariance: $0[1])) }, [center, covariance]),
    ]
    for (function, inputs) in functions {
      let check = withSeed(7) { checkGradients(of: function, at: inputs, order: 2) }
      #expect(check.passes, "\(check)")
    }
  }

  @Test func normalVectors() {
    let mean = NDArray([1, -2], dtype: .float64).attachingGrad()
    let covariance = NDArray([[2, 0.8], [0.8, 1]], dtype: .float64).attachingGrad()
    let x = withSeed(4) { record { NDArray.multivariateNormal([40_000], mean: mean, covariance: covariance) } }
    #expect(isClose(x.mean(axis: 0), mean, absolute: 0.05))
    #expect(isClose(cov(x, rowVariables: false), covariance, absolute: 0.12))
    // The mean of the product of both distances is the covariance.
    record { ((x[0..., 0] - 1) * (x[0..., 1] + 2)).mean() }.backward()
    #expect(isClose(covariance.grad, NDArray([[0, 0.5], [0.5, 0]]), absolute: 0.05))
  }

  @Test func outcomes() {
    let p = NDArray([0.2, 0, 0.5, 0.3])
    let x = withSeed(3) { NDArray.multinomial([10_000], trials: 30, probabilities: p) }
    #expect(x.shape == [10_000, 4] && x.min() >= 0)
    #expect((x.sum(axis: 1) .== 30).all().item(as: Bool.self))
    #expect(isClose(x.mean(axis: 0), 30 * p, absolute: 0.2))
    #expect(isClose(cov(x, rowVariables: false)[0, 2], NDArray(-3.0), absolute: 0.6))
    #expect(NDArray.multinomial(trials: 7, probabilities: NDArray([1])) == NDArray([7]))
    #expect(NDArray.multinomial([2], trials: 0, probabilities: p) == .zeros([2, 4]))
  }

  @Test func mistakesAreErrors() {
    #expect(errorKind { .exponential(scale: -1) } == .value)
    #expect(errorKind { .exponential(dtype: .int32) } == .dtype)
    #expect(errorKind { .exponential([3], scale: NDArray([1, 2])) } == .shape)
    #expect(errorKind { .laplace(mean: Double.nan) } == .value)
    #expect(errorKind { .gamma(alpha: 0) } == .value)
    #expect(errorKind { .gamma(alpha: Double.infinity) } == .value)
    #expect(errorKind { .beta(a: NDArray([1, 2]), b: NDArray([1, 2, 3])) } == .shape)
    #expect(errorKind { .poisson(rate: Double.nan) } == .value)
    #expect(errorKind { .poisson(rate: 1e19) } == .value)
    #expect(errorKind { .binomial(trials: 2.5, p: 0.5) } == .value)
    #expect(errorKind { .binomial(trials: 2, p: 1.5) } == .value)
    #expect(errorKind { .bernoulli(p: -0.1) } == .value)
    #expect(errorKind { .multinomial(trials: -1, probabilities: NDArray([1])) } == .value)
    #expect(errorKind { .multinomial(trials: 1, probabilities: NDArray([0.5, 0.4])) } == .value)
    #expect(errorKind { .multivariateNormal(mean: .zeros([2]), covariance: .eye(3)) } == .shape)
    #expect(errorKind { .multivariateNormal(mean: .zeros([2]), covariance: -.eye(2)) } == .value)
  }
}

/// Whether what is drawn after one seed is the same again, on another number of threads.
func isRepeatable(_ draw: () -> NDArray) -> Bool {
  let threads = Execution.threads
  defer { Execution.threads = threads }
  Execution.threads = 1
  let first = withSeed(5, draw)
  Execution.threads = 3
  return withSeed(5, draw) == first && withSeed(6, draw) != first
}
