extension NDArray {
  /// The sum over the axes, all of them without an argument; of integers int64.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]]).sum(axis: 0)  // array([4., 6.])
  /// ```
  public func sum(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    Sum.over(axis, of: self, keepDims: keepDims, "sum")
  }

  /// The product over the axes; of integers int64. The derivative is exact where elements are zero.
  public func prod(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    guard node.isTracked, isRecording else { return Product.over(axis, of: self, keepDims: keepDims, "prod") }
    guard let set = resolve(axis, rank: rank, "prod") else { return .placeholder(.scalar, dtype) }
    let product = productTree(over: set)
    return product.reshaped(to: keepDims ? shape.keeping(set) : shape.dropping(set))
  }

  /// Multiplies the halves of the reduced axes until one element is left, so that the derivative of any order
  /// is that of the products.
  private func productTree(over axes: AxisSet) -> NDArray {
    guard elementCount > 0 else { return Product.keepingDims(self, axes) }
    let order = (0..<rank).filter { axes.contains($0) } + (0..<rank).filter { !axes.contains($0) }
    let kept = shape.dropping(axes)
    var count = axes.reduce(1) { $0 * shape[$1] }
    var rest = permuted(InlineInts(order)).reshaped([count, kept.elementCount])
    while count > 1 {
      let half = count / 2
      let product = rest[0..<half] * rest[half..<(2 * half)]
      rest = count % 2 == 0 ? product : concatenate([product, rest[(2 * half)..<count]], axis: 0)
      count = half + count % 2
    }
    return rest
  }

  /// The mean over the axes; of integers float32.
  public func mean(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    guard let set = resolve(axis, rank: rank, "mean") else { return .placeholder(.scalar, dtype) }
    return inFloats { $0.mean(set, keepDims: keepDims) }
  }

  func mean(_ axes: AxisSet, keepDims: Bool) -> NDArray {
    Sum.over(axes, of: self, keepDims: keepDims) / Double(extent(of: axes))
  }

  private func extent(of axes: AxisSet) -> Int { axes.reduce(1) { $0 * shape[$1] } }

  /// The type itself if floating-point, else float32.
  var floatingType: DType { dtype.isFloatingPoint ? dtype : .float32 }

  /// The largest elements over the axes, NaN if one is NaN. Ties share the gradient equally.
  public func max(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    extreme(Max.self, axis, keepDims, "max")
  }

  /// The smallest elements over the axes, NaN if one is NaN. Ties share the gradient equally.
  public func min(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    extreme(Min.self, axis, keepDims, "min")
  }

  private func extreme(_ operation: (some Reducing).Type, _ axis: Axes?, _ keepDims: Bool, _ name: String) -> NDArray {
    guard let set = resolve(axis, rank: rank, name) else { return .placeholder(.scalar, dtype) }
    guard extent(of: set) > 0 else {
      report(
        .shape(
          "\(name): an array of shape \(shape) has no element to choose over \(axis.map { "axis \($0)" } ?? "all axes")"
        ))
      return .placeholder(keepDims ? shape.keeping(set) : shape.dropping(set), dtype)
    }
    return operation.over(set, of: self, keepDims: keepDims)
  }

  /// The mean squared distance from the mean, with the divisor n - `ddof`.
  public func variance(axis: Axes? = nil, ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    guard let set = resolve(axis, rank: rank, "variance") else { return .placeholder(.scalar, dtype) }
    let result = inFloats { x in
      let distance = x - x.mean(set, keepDims: true)
      return Variance.of(x, distance, set, count: Swift.max(extent(of: set) - ddof, 0))
    }
    return keepDims ? result : result.reshaped(to: shape.dropping(set))
  }

  /// The square root of the variance. Its gradient where all elements are equal is 0.
  public func std(axis: Axes? = nil, ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    inFloats { RootOfSquares()($0.variance(axis: axis, ddof: ddof, keepDims: keepDims)) }
  }

  /// Whether an element over the axes is not 0.
  public func any(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    Max.over(axis, of: converted(to: .bool), keepDims: keepDims, "any")
  }

  /// Whether no element over the axes is 0.
  public func all(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    Min.over(axis, of: converted(to: .bool), keepDims: keepDims, "all")
  }

  /// log(sum(exp(x))) over the axes, without overflow.
  public func logsumexp(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    guard let set = resolve(axis, rank: rank, "logsumexp") else { return .placeholder(.scalar, dtype) }
    let result = inFloats { x in
      let shift = x.shift(set)
      return log(Sum.keepingDims(exp(x - shift), set)) + shift
    }
    return keepDims ? result : result.reshaped(to: shape.dropping(set))
  }

  /// The largest elements as constants, 0 for infinite ones: what to subtract before `exp`.
  func shift(_ axes: AxisSet) -> NDArray {
    pause(trainMode: isTraining) {
      let largest = Max.keepingDims(self.detached(), axes)
      return which(isfinite(largest), largest, 0)
    }
  }
}
