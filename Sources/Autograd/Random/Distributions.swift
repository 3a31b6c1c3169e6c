import CKernels

extension NDArray {
  /// Numbers from the exponential distribution with mean `scale`. Differentiable for the scale.
  ///
  /// ```swift
  /// let rates = NDArray([1, 10]).attachingGrad()
  /// let waiting = record { NDArray.exponential(scale: 1 / rates) }
  /// ```
  public static func exponential(
    _ shape: Shape? = nil, scale: some DistributionParameter = 1, dtype: DType? = nil
  ) -> NDArray {
    guard let p = Parameters("exponential", shape, dtype, ("scale", scale, .nonNegative)) else {
      return .placeholder(shape ?? .scalar, .float32)
    }
    return (-log1p(-p.uniform) * p.values[0]).converted(to: p.dtype)
  }

  /// Numbers from the Laplace distribution, exponential on both sides of the mean. Differentiable for both parameters.
  public static func laplace(
    _ shape: Shape? = nil, mean: some DistributionParameter = 0, scale: some DistributionParameter = 1,
    dtype: DType? = nil
  ) -> NDArray {
    located("laplace", shape, mean, scale, dtype) { u in
      // One bit is the side.
      let size = -log1p(-(2 * u - floor(2 * u)))
      return which(u .< 0.5, -size, size)
    }
  }

  /// Numbers from the Gumbel distribution, that of the largest of many. Differentiable for both parameters.
  public static func gumbel(
    _ shape: Shape? = nil, mode: some DistributionParameter = 0, scale: some DistributionParameter = 1,
    dtype: DType? = nil
  ) -> NDArray {
    located("gumbel", shape, mode, scale, dtype) { -log(-log1p(-$0.awayFromZero)) }
  }

  /// Numbers from the logistic distribution, whose distribution function is the sigmoid. Differentiable for both
  /// parameters.
  public static func logistic(
    _ shape: Shape? = nil, mean: some DistributionParameter = 0, scale: some DistributionParameter = 1,
    dtype: DType? = nil
  ) -> NDArray {
    located("logistic", shape, mean, scale, dtype) { log($0.awayFromZero) - log1p(-$0) }
  }

  /// A standard distribution, made from numbers of 0 ..< 1, moved and stretched.
  private static func located(
    _ name: String, _ shape: Shape?, _ center: some DistributionParameter, _ scale: some DistributionParameter,
    _ dtype: DType?, standard: (NDArray) -> NDArray
  ) -> NDArray {
    guard let p = Parameters(name, shape, dtype, ("the center", center, .finite), ("scale", scale, .nonNegative)) else {
      return .placeholder(shape ?? .scalar, .float32)
    }
    return (p.values[0] + p.values[1] * standard(p.uniform)).converted(to: p.dtype)
  }

  /// Half of the smallest step instead of 0, so that the logarithm is finite.
  private var awayFromZero: NDArray { maximum(self, dtype == .float64 ? 0x1p-54 : 0x1p-25) }

  /// Ones with the probability `p`, else zeros.
  ///
  /// ```swift
  /// NDArray.bernoulli([3], p: 1)  // array([1., 1., 1.])
  /// ```
  public static func bernoulli(
    _ shape: Shape? = nil, p probability: some DistributionParameter = 0.5, dtype: DType = .float32
  ) -> NDArray {
    guard let p = Parameters("bernoulli", shape, nil, ("p", probability, .probability)) else {
      return .placeholder(shape ?? .scalar, dtype)
    }
    return (p.uniform .< p.values[0]).astype(dtype)
  }

  /// Vectors from the normal distribution with this mean, a vector or several in the last axis, and covariance, a
  /// positive definite matrix; the result has the shape of `shape` and then that of the mean. Differentiable for both.
  ///
  /// ```swift
  /// let points = NDArray.multivariateNormal([100], mean: NDArray([1, 2]), covariance: NDArray([[2, 1], [1, 2]]))
  /// points.shape  // (100, 2)
  /// ```
  public static func multivariateNormal(_ shape: Shape = [], mean: NDArray, covariance: NDArray) -> NDArray {
    let size = mean.rank > 0 ? mean.shape[mean.rank - 1] : -1
    guard covariance.shape == [size, size] else {
      report(
        .shape(
          "multivariateNormal: the mean has the shape \(mean.shape), the covariance \(covariance.shape); expected "
            + "(..., n) and (n, n)"))
      return .placeholder(mean.shape, mean.floatingType)
    }
    let dtype = DType.promoted(mean.floatingType, covariance.floatingType)
    let standard = normal(Shape(Array(shape) + Array(mean.shape)), dtype: dtype.computing)
    return (mean + matmul(standard, cholesky(covariance.converted(to: dtype)).T)).converted(to: dtype)
  }
}
