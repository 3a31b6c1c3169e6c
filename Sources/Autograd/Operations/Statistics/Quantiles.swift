extension NDArray {
  /// The element below which the fraction `q` of the elements over the axes lies, found by sorting; between two
  /// elements it is interpolated. NaN if an element is NaN; of integers float32.
  ///
  /// ```swift
  /// NDArray([4, 1, 3, 2]).quantile(0.25)  // array(1.75)
  /// ```
  public func quantile(_ q: some NDArrayScalar, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    quantile(NDArray(q.elementAsDouble, as: .float64), axis: axis, keepDims: keepDims)
  }

  /// The quantiles for several fractions, along new leading axes of the shape of `q`. Differentiable for `q` too.
  public func quantile(_ q: NDArray, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    quantiles(q, outOf: 1, axis, keepDims, "quantile")
  }

  /// The quantile for `p` percent.
  ///
  /// ```swift
  /// NDArray([4, 1, 3, 2]).percentile(75)  // array(3.25)
  /// ```
  public func percentile(_ p: some NDArrayScalar, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    percentile(NDArray(p.elementAsDouble, as: .float64), axis: axis, keepDims: keepDims)
  }

  /// The quantiles for several percentages, along new leading axes of the shape of `p`.
  public func percentile(_ p: NDArray, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    quantiles(p, outOf: 100, axis, keepDims, "percentile")
  }

  /// The middle one of the elements over the axes in ascending order, or the mean of the two in the middle.
  ///
  /// ```swift
  /// NDArray([4, 1, 3, 2]).median()  // array(2.5)
  /// ```
  public func median(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    quantiles(NDArray(0.5, as: .float64), outOf: 1, axis, keepDims, "median")
  }

  private func quantiles(
    _ q: NDArray, outOf whole: Double, _ axis: Axes?, _ keepDims: Bool, _ name: String
  ) -> NDArray {
    guard let set = resolve(axis, rank: rank, name) else { return .placeholder(.scalar, floatingType) }
    let shape = Shape(Array(q.shape) + Array(keepDims ? self.shape.keeping(set) : self.shape.dropping(set)))
    let count = set.reduce(1) { $0 * self.shape[$1] }
    guard count > 0 else {
      report(
        .shape(
          "\(name): an array of shape \(self.shape) has no element over \(axis.map { "axis \($0)" } ?? "all axes")"))
      return .placeholder(shape, floatingType)
    }
    guard pause({ ((q .>= 0) .& (q .<= whole)).all() }).item(as: Bool.self) else {
      report(.value("\(name): \(q) is not between 0 and \(whole == 1 ? "1" : "100")"))
      return .placeholder(shape, floatingType)
    }
    let rows = converted(to: floatingType).rows(over: set).sorted()
    let position = q.converted(to: .float64).reshaped([q.elementCount]) * (Double(count - 1) / whole)
    let low = clip(floor(position), 0, Swift.max(count - 2, 0)).astype(.int64)
    let result = interpolated(
      rows.take(low, axis: 1), rows.take(minimum(low + 1, count - 1), axis: 1),
      (position - low).converted(to: floatingType))
    let last = rows[0..., (count - 1)...]
    return which(isnan(last), last, result).T.reshaped(Array(shape))
  }

  /// The elements over the axes as the rows of a matrix, one for each place on the other axes.
  private func rows(over axes: AxisSet) -> NDArray {
    let kept = shape.dropping(axes).elementCount
    let order = (0..<rank).filter { !axes.contains($0) } + (0..<rank).filter { axes.contains($0) }
    return permuted(InlineInts(order)).reshaped([kept, axes.reduce(1) { $0 * shape[$1] }])
  }
}
