extension NDArray {
  /// The integers of 0 ..< `count` in random order.
  ///
  /// ```swift
  /// NDArray.permutation(5).sorted()  // array([0, 1, 2, 3, 4], dtype=int64)
  /// ```
  public static func permutation(_ count: Int) -> NDArray {
    guard count >= 0 else {
      report(.value("permutation: the count is \(count); it must not be negative"))
      return .placeholder([0], .int64)
    }
    return randint(.min, .max, [count]).argsorted()
  }

  /// The parts along an axis in random order: for a matrix its rows.
  ///
  /// ```swift
  /// NDArray.arange(5).shuffled().sum()  // array(10.)
  /// ```
  public func shuffled(axis: Int = 0) -> NDArray {
    guard let axis = resolve(axis, rank: rank, "shuffled") else { return self }
    return take(.permutation(shape[axis]), axis: axis)
  }

  /// Parts along an axis that are chosen at random, in an array of this shape: each may be chosen again, unless
  /// `replace` is false; with equal probabilities, unless some are given. Differentiable, as any selection.
  ///
  /// ```swift
  /// NDArray([7, 8]).choice([3], probabilities: NDArray([0, 1]))  // array([8., 8., 8.])
  /// NDArray([3, 1, 2]).choice([3], replace: false).sorted()  // array([1., 2., 3.])
  /// ```
  public func choice(
    _ shape: Shape = [], replace: Bool = true, probabilities: NDArray? = nil, axis: Int = 0
  ) -> NDArray {
    guard let axis = resolve(axis, rank: rank, "choice") else { return self }
    let count = self.shape[axis]
    guard count > 0 || shape.elementCount == 0 else {
      report(.shape("choice: an array of shape \(self.shape) has nothing to choose along axis \(axis)"))
      return self
    }
    var chances: [Double]?
    if let probabilities {
      guard let values = probabilities.asProbabilities("choice"), values.count == count else {
        if !hasFailed {
          report(.shape("choice: \(probabilities.elementCount) probabilities for \(count) parts along axis \(axis)"))
        }
        return self
      }
      chances = values
    }
    let possible = chances.map { $0.count { $0 > 0 } } ?? count
    guard replace || shape.elementCount <= possible else {
      report(
        .value(
          "choice: \(shape.elementCount) different parts of \(possible) that are possible. Choose fewer, or with "
            + "replace: true."))
      return self
    }
    return take(Self.positions(shape, of: count, replace, chances), axis: axis)
  }

  private static func positions(_ shape: Shape, of count: Int, _ replace: Bool, _ chances: [Double]?) -> NDArray {
    guard replace else {
      // The first of processes that run at the rates of the probabilities.
      let order =
        chances.map { (exponential([count], dtype: .float64) / NDArray($0)).argsorted() } ?? permutation(count)
      return order[..<shape.elementCount].reshaped(to: shape)
    }
    guard let chances else { return randint(0, Swift.max(count, 1), shape) }
    let sums = NDArray(chances).cumsum()
    return searchsorted(sums / sums[-1], uniform(shape, dtype: .float64), side: .right)
  }
}
