extension NDArray {
  /// The largest element less the smallest over the axes.
  ///
  /// ```swift
  /// NDArray([[4, 9], [2, 5]]).ptp(axis: 0)  // array([2., 4.])
  /// ```
  public func ptp(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    max(axis: axis, keepDims: keepDims) - min(axis: axis, keepDims: keepDims)
  }

  /// The mean with weights, which have the shape of the array, or are a vector along the one axis: Σ w x / Σ w. NaN where
  /// the weights add up to 0.
  ///
  /// ```swift
  /// NDArray([1, 2, 3]).average(weights: NDArray([2, 1, 1]))  // array(1.75)
  /// ```
  public func average(weights: NDArray, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    guard let set = resolve(axis, rank: rank, "average") else { return .placeholder(.scalar, floatingType) }
    let along = weights.rank == 1 && set.count == 1 ? set.first { _ in true } : nil
    guard weights.shape == shape || along.map({ weights.elementCount == shape[$0] }) == true else {
      report(
        .shape(
          "average: the weights have the shape \(weights.shape), the array \(shape); expected the same shape, or a vector "
            + "along one axis"))
      return .placeholder(keepDims ? shape.keeping(set) : shape.dropping(set), floatingType)
    }
    let w = weights.shape == shape ? weights : weights.along(axis: along!, of: rank)
    let total = w.broadcast(unchecked: shape).sum(axis: axis, keepDims: keepDims)
    return (self * w).sum(axis: axis, keepDims: keepDims) / total
  }

  /// A vector as an array of more axes.
  private func along(axis: Int, of rank: Int) -> NDArray {
    reshaped((0..<rank).map { $0 == axis ? elementCount : 1 })
  }
}

/// The covariances of variables, which are the rows of `x` and of `y`, or its columns; with the divisor n - `ddof`.
///
/// A vector is one variable; of one variable the result is a scalar.
///
/// ```swift
/// cov(NDArray([[0, 1, 2], [2, 1, 0]]))  // array([[ 1., -1.], [-1.,  1.]])
/// ```
public func cov(_ x: NDArray, _ y: NDArray? = nil, rowVariables: Bool = true, ddof: Int = 1) -> NDArray {
  let matrix = covarianceMatrix(x, y, rowVariables, ddof, "cov")
  return matrix.elementCount == 1 ? matrix.reshaped([]) : matrix
}

/// The correlations of variables, which are the rows of `x` and of `y`, or its columns: covariances divided by both
/// standard deviations. NaN, with a gradient of 0, for a variable that is constant.
///
/// ```swift
/// corrcoef(NDArray([0, 1, 2]), NDArray([2, 1, 0]))  // array([[ 1., -1.], [-1.,  1.]])
/// ```
public func corrcoef(_ x: NDArray, _ y: NDArray? = nil, rowVariables: Bool = true) -> NDArray {
  let matrix = covarianceMatrix(x, y, rowVariables, 1, "corrcoef")
  let deviation = RootOfSquares()(matrix.diag())
  let scale = outer(deviation, deviation)
  let correlation = clip(matrix / which(scale .== 0, 1, scale), -1, 1)
  let result = which(scale .== 0, Double.nan, correlation)
  return result.elementCount == 1 ? result.reshaped([]) : result
}

private func covarianceMatrix(
  _ x: NDArray, _ y: NDArray?, _ rowVariables: Bool, _ ddof: Int, _ name: String
) -> NDArray {
  let arrays = [x] + (y.map { [$0] } ?? [])
  let dtype = arrays.dropFirst().reduce(x.floatingType) { .promoted($0, $1.floatingType) }
  guard arrays.allSatisfy({ $0.rank <= 2 }) else {
    report(.rank("\(name): the shapes are \(arrays.map(\.shape)); expected vectors or matrices"))
    return .placeholder([0, 0], dtype)
  }
  let variables = arrays.map { array -> NDArray in
    if array.rank < 2 { return array.converted(to: dtype).reshaped([1, array.elementCount]) }
    return rowVariables ? array.converted(to: dtype) : array.converted(to: dtype).T
  }
  guard variables.allSatisfy({ $0.shape[1] == variables[0].shape[1] }) else {
    report(.shape("\(name): the shapes are \(arrays.map(\.shape)); the variables have different numbers of values"))
    return .placeholder([0, 0], dtype)
  }
  let all = concatenate(variables)
  let distance = all - all.mean(axis: 1, keepDims: true)
  return matmul(distance, distance.T) / Double(Swift.max(all.shape[1] - ddof, 0))
}
