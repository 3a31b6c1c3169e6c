extension NDArray {
  /// The largest element less the smallest over the axes.
  ///
  /// ```swift
  /// NDArray([[4, 9], [2, 5]]).ptp(axis: 0)  // array([2., 4.])
  /// ```
  public func ptp(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    max(axis: axis, keepDims: keepDims) - min(axis: axis, keepDims: keepDims)
  }

  /// The mean with weights, which have the shape of the array, or are a vector along the one axis: Σ w x / Σ w. NaN
  /// where the weights add up to 0.
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
          "average: the weights have the shape \(weights.shape), the array \(shape); expected the same shape, or a "
            + "vector along one axis"))
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
/// `fweights` tells how often each column of values counts, in whole numbers, `aweights` how much: with the weights
/// w = f a the means are Σ w x / Σ w, and the divisor is Σ w - ddof Σ w a / Σ w. A vector is one variable; of one
/// variable the result is a scalar. Negative weights are an error.
///
/// ```swift
/// cov(NDArray([[0, 1, 2], [2, 1, 0]]))  // array([[ 1., -1.], [-1.,  1.]])
/// cov(NDArray([0, 2]), fweights: NDArray([3, 1], dtype: .int64))  // array(1.)
/// ```
public func cov(
  _ x: NDArray, _ y: NDArray? = nil, rowVariables: Bool = true, ddof: Int = 1, fweights: NDArray? = nil,
  aweights: NDArray? = nil
) -> NDArray {
  guard let variables = jointVariables(x, y, rowVariables, "cov"),
    let weights = Weights(fweights, aweights, of: variables)
  else { return .placeholder(.scalar, x.floatingType) }
  let matrix = covarianceMatrix(variables, weights, ddof)
  return matrix.elementCount == 1 ? matrix.reshaped([]) : matrix
}

/// The correlations of variables, which are the rows of `x` and of `y`, or its columns: covariances divided by both
/// standard deviations. NaN, with a gradient of 0, for a variable that is constant.
///
/// ```swift
/// corrcoef(NDArray([0, 1, 2]), NDArray([2, 1, 0]))  // array([[ 1., -1.], [-1.,  1.]])
/// ```
public func corrcoef(_ x: NDArray, _ y: NDArray? = nil, rowVariables: Bool = true) -> NDArray {
  guard let variables = jointVariables(x, y, rowVariables, "corrcoef"), let none = Weights(nil, nil, of: variables)
  else { return .placeholder(.scalar, x.floatingType) }
  let matrix = covarianceMatrix(variables, none, 1)
  let deviation = RootOfSquares()(matrix.diag())
  let scale = outer(deviation, deviation)
  let correlation = clip(matrix / which(scale .== 0, 1, scale), -1, 1)
  let result = which(scale .== 0, Double.nan, correlation)
  return result.elementCount == 1 ? result.reshaped([]) : result
}

/// The variables of both arrays, in rows; `nil`, and an error, where they do not fit together.
private func jointVariables(_ x: NDArray, _ y: NDArray?, _ rowVariables: Bool, _ name: String) -> NDArray? {
  let arrays = [x] + (y.map { [$0] } ?? [])
  let dtype = arrays.dropFirst().reduce(x.floatingType) { .promoted($0, $1.floatingType) }
  guard arrays.allSatisfy({ $0.rank <= 2 }) else {
    report(.rank("\(name): the shapes are \(arrays.map(\.shape)); expected vectors or matrices"))
    return nil
  }
  let variables = arrays.map { array -> NDArray in
    if array.rank < 2 { return array.converted(to: dtype).reshaped([1, array.elementCount]) }
    return rowVariables ? array.converted(to: dtype) : array.converted(to: dtype).T
  }
  guard variables.allSatisfy({ $0.shape[1] == variables[0].shape[1] }) else {
    report(.shape("\(name): the shapes are \(arrays.map(\.shape)); the variables have different numbers of values"))
    return nil
  }
  return concatenate(variables)
}

/// The weights of columns of values: how often and how much each counts; `nil` where all count alike.
private struct Weights {
  let often: NDArray?
  let much: NDArray?

  init?(_ often: NDArray?, _ much: NDArray?, of variables: NDArray) {
    for weights in [often, much].compactMap({ $0 }) {
      guard weights.shape == [variables.shape[1]] else {
        report(
          .shape(
            "cov: weights of shape \(weights.shape) for \(variables.shape[1]) values of each variable; expected a "
              + "vector of that length"))
        return nil
      }
    }
    func holds(_ condition: (NDArray) -> NDArray, _ weights: NDArray?) -> Bool {
      guard let weights else { return true }
      return pause { condition(weights.overAllExamples.detached()).all().item(as: Bool.self) }
    }
    guard holds({ $0 .>= 0 }, much), holds({ ($0 .>= 0) .& ($0 .== rint($0)) }, often) else {
      report(.value("cov: weights must not be negative, and fweights must be whole numbers"))
      return nil
    }
    self.often = often?.converted(to: variables.dtype)
    self.much = much?.converted(to: variables.dtype)
  }
}

private func covarianceMatrix(_ variables: NDArray, _ weights: Weights, _ ddof: Int) -> NDArray {
  variables.inFloats { variables in
    let ones = NDArray.ones([variables.shape[1]], dtype: variables.dtype)
    let much = weights.much ?? ones
    let w = weights.often.map { $0 * much } ?? much
    let total = w.sum()
    let distance = variables - (variables * w).sum(axis: 1, keepDims: true) / total
    return matmul(distance * w, distance.T) / maximum(total - Double(ddof) * (w * much).sum() / total, 0)
  }
}
