/// Which norm: of vectors a number p, for the root of order p of the sum of the absolute values to the power p; of
/// matrices 1, 2, infinity, their negatives, or one with a name.
public enum NormOrder: Sendable, Hashable {
  case power(Double)
  /// The root of the sum of the squares of a matrix.
  case frobenius
  /// The sum of the singular values of a matrix.
  case nuclear

  public static let one = NormOrder.power(1)
  public static let two = NormOrder.power(2)
  public static let infinity = NormOrder.power(.infinity)
}

extension NormOrder: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(integerLiteral value: Int) { self = .power(Double(value)) }
  public init(floatLiteral value: Double) { self = .power(value) }
}

extension NDArray {
  /// The norm over one axis, of vectors, or over two, of matrices; over all axes of an array without an argument. The
  /// gradient at 0 is 0.
  ///
  /// Without an order it is the root of the sum of the squares, over any number of axes. Of vectors, infinity is the
  /// largest absolute value, -infinity the least, and 0 counts the elements that are not 0. Of matrices, 1 is the
  /// largest sum of absolute values in a column, infinity that in a row, and 2 the largest singular value; negative
  /// ones are the least.
  ///
  /// ```swift
  /// NDArray([3, -4]).norm()  // array(5.)
  /// NDArray([3, -4]).norm(.one)  // array(7.)
  /// NDArray([[3, 0], [0, -4]]).norm(.nuclear)  // array(7.)
  /// ```
  public func norm(_ order: NormOrder? = nil, axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    guard let axes = resolve(axis, rank: rank, "norm") else { return .placeholder(.scalar, floatingType) }
    let x = converted(to: floatingType.computing)
    let kept: NDArray?
    switch (order, axes.count) {
    case (nil, _), (.frobenius, 2): kept = RootOfSquares()(Sum.keepingDims(square(x), axes))
    case (.power(let p), 1): kept = x.vectorNorm(p, Axes(Array(axes)))
    case (.some(let order), 2):
      // The axes in the order in which they were named: rows, columns.
      let named = axis.map { $0.indices.map { $0 < 0 ? $0 + rank : $0 } } ?? [0, 1]
      kept = x.matrixNorm(order, rows: named[0], columns: named[1])
    default: kept = nil
    }
    guard let kept else {
      report(
        .axis(
          "norm: there is no norm of order \(order.map { "\($0)" } ?? "nil") over \(axes.count) axes of an array of "
            + "shape \(shape): name one axis for vectors, or two for matrices"))
      return .placeholder(.scalar, floatingType)
    }
    return (keepDims ? kept : kept.reshaped(to: shape.dropping(axes))).converted(to: floatingType)
  }

  private func vectorNorm(_ p: Double, _ axis: Axes) -> NDArray {
    switch p {
    case 0: return (self .!= 0).astype(dtype).sum(axis: axis, keepDims: true)
    case 1: return abs(self).sum(axis: axis, keepDims: true)
    case 2: return RootOfSquares()(square(self).sum(axis: axis, keepDims: true))
    case .infinity: return abs(self).max(axis: axis, keepDims: true)
    case -.infinity: return abs(self).min(axis: axis, keepDims: true)
    default:
      // Powers of elements that are 0 are constants, so that no derivative is infinite.
      let isZero = self .== 0
      let powers = which(isZero, p < 0 ? .infinity : 0, power(which(isZero, 1, abs(self)), p))
      let sum = powers.sum(axis: axis, keepDims: true)
      let isRegular = (sum .> 0) .& isfinite(sum)
      return which(isRegular, power(which(isRegular, sum, 1), 1 / p), power(sum.detached(), 1 / p))
    }
  }

  /// `nil` if there is no such norm.
  private func matrixNorm(_ order: NormOrder, rows: Int, columns: Int) -> NDArray? {
    func sums(_ axis: Int) -> NDArray { abs(self).sum(axis: Axes(axis), keepDims: true) }
    func spectral(_ order: NormOrder) -> NDArray {
      let kept = svdvals(movedAxes(from: [rows, columns], to: [-2, -1])).norm(order, axis: -1)
      return kept.reshaped(to: shape.keeping(AxisSet([rows, columns])))
    }
    switch order {
    case 1: return sums(rows).max(axis: Axes(columns), keepDims: true)
    case -1: return sums(rows).min(axis: Axes(columns), keepDims: true)
    case .power(.infinity): return sums(columns).max(axis: Axes(rows), keepDims: true)
    case .power(-.infinity): return sums(columns).min(axis: Axes(rows), keepDims: true)
    case 2: return spectral(.infinity)
    case -2: return spectral(.power(-.infinity))
    case .nuclear: return spectral(1)
    default: return nil
    }
  }
}
