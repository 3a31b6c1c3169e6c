import CKernels

extension NDArray {
  /// Numbers from the gamma distribution with this shape, `alpha`, and scale. Differentiable for the scale alone.
  ///
  /// ```swift
  /// let sizes = NDArray.gamma([1000], alpha: 2, scale: 3)  // with a mean of 6
  /// ```
  public static func gamma(
    _ shape: Shape? = nil, alpha: some DistributionParameter, scale: some DistributionParameter = 1,
    dtype: DType? = nil
  ) -> NDArray {
    guard let p = Parameters("gamma", shape, dtype, ("scale", scale, .positive), ("alpha", alpha, .positive)) else {
      return .placeholder(shape ?? .scalar, .float32)
    }
    return (exp(logGamma(p.shape, p.values[1])).converted(to: p.dtype.computing) * p.values[0]).converted(to: p.dtype)
  }

  /// Numbers from the beta distribution, between 0 and 1. Not differentiable.
  public static func beta(
    _ shape: Shape? = nil, a: some DistributionParameter, b: some DistributionParameter, dtype: DType? = nil
  ) -> NDArray {
    guard let p = Parameters("beta", shape, dtype, ("a", a, .positive), ("b", b, .positive)) else {
      return .placeholder(shape ?? .scalar, .float32)
    }
    // x / (x + y) by logarithms: x and y may both be too small for a number.
    return sigmoid(logGamma(p.shape, p.values[0]) - logGamma(p.shape, p.values[1])).converted(to: p.dtype)
  }

  /// Sums of the squares of as many normal numbers as there are degrees of freedom. Not differentiable.
  public static func chisquare(
    _ shape: Shape? = nil, degrees: some DistributionParameter, dtype: DType? = nil
  ) -> NDArray {
    guard let p = Parameters("chisquare", shape, dtype, ("degrees", degrees, .positive)) else {
      return .placeholder(shape ?? .scalar, .float32)
    }
    return (2 * exp(logGamma(p.shape, p.values[0] / 2))).converted(to: p.dtype)
  }

  /// How many events happen of which `rate` are expected.
  ///
  /// ```swift
  /// NDArray.poisson([2], rate: 0)  // array([0, 0], dtype=int64)
  /// ```
  public static func poisson(
    _ shape: Shape? = nil, rate: some DistributionParameter = 1, dtype: DType = .int64
  ) -> NDArray {
    guard let p = Parameters("poisson", shape, .float64, ("rate", rate, .rate)) else {
      return .placeholder(shape ?? .scalar, dtype)
    }
    return RandomSource.draw(p.shape, with: p.values) { ag_random_poisson_i64($0, $1, $2, $3, $4[0], $5) }
      .astype(dtype)
  }

  /// How many of `trials` succeed, each with the probability `p`.
  ///
  /// ```swift
  /// NDArray.binomial(trials: NDArray([3, 7]), p: 1)  // array([3, 7], dtype=int64)
  /// ```
  public static func binomial(
    _ shape: Shape? = nil, trials: some DistributionParameter, p probability: some DistributionParameter,
    dtype: DType = .int64
  ) -> NDArray {
    let chance: Parameters.Parameter = ("p", probability, .probability)
    guard let p = Parameters("binomial", shape, .float64, ("trials", trials, .count), chance) else {
      return .placeholder(shape ?? .scalar, dtype)
    }
    return RandomSource.draw(p.shape, with: p.values) { ag_random_binomial_i64($0, $1, $2, $3, $4[0], $4[1], $5) }
      .astype(dtype)
  }

  /// How often each of several outcomes happens in a number of trials; the probabilities, a vector, add up to 1. The
  /// result has the shape of `shape` and then an axis for the outcomes; int64.
  ///
  /// ```swift
  /// NDArray.multinomial([2], trials: 5, probabilities: NDArray([0, 1]))  // array([[0, 5], [0, 5]], dtype=int64)
  /// ```
  public static func multinomial(_ shape: Shape = [], trials: Int, probabilities: NDArray) -> NDArray {
    guard let chances = probabilities.asProbabilities("multinomial"), trials >= 0 else {
      if trials < 0 { report(.value("multinomial: \(trials) trials; the number must not be negative")) }
      return .placeholder(Shape(Array(shape) + [probabilities.elementCount]), .int64)
    }
    var left = NDArray.full(shape, trials, dtype: .int64)
    var chanceLeft = 1.0
    var counts: [NDArray] = []
    for chance in chances.dropLast() {
      let p = chanceLeft > 0 ? Swift.min(1, chance / chanceLeft) : 0
      counts.append(binomial(shape, trials: left, p: p))
      left = left - counts.last!
      chanceLeft -= chance
    }
    return stack(counts + [left], axis: -1)
  }

  private static func logGamma(_ shape: Shape, _ alpha: NDArray) -> NDArray {
    RandomSource.draw(shape, with: [alpha]) { ag_random_log_gamma_f64($0, $1, $2, $3, $4[0], $5) }
  }

  /// The elements of a vector of probabilities, which add up to 1; `nil`, and an error, when they do not.
  func asProbabilities(_ name: String) -> [Double]? {
    let values = detached().scalars(as: Double.self)
    guard rank == 1, !values.isEmpty, values.allSatisfy({ $0 >= 0 }), Swift.abs(values.reduce(0, +) - 1) < 1e-5 else {
      report(
        .value(
          "\(name): the probabilities \(self) must be a vector of numbers that are not negative and add up to 1"))
      return nil
    }
    return values
  }
}
