/// What ``checkGradients(of:at:order:dtype:)-(([NDArray])->NDArray,_,_,_)`` found: for each order and input the element
/// whose derivative differs most from finite differences.
public struct GradientCheck: Sendable {
  /// The derivative of one order with respect to one input.
  public struct Part: Sendable {
    /// 1 for the gradient, 2 for the derivative of the gradient in a direction, and so on.
    public let order: Int
    /// The position of the input, and its shape.
    public let input: Int
    public let shape: Shape
    /// Where the worst element is; `nil` in an empty array.
    public let worst: [Int]?
    /// What the library's derivative and the difference quotient are there.
    public let analytic, numeric: Double
    /// Their distance, relative to 1 plus the size of the derivative; and how large it may be.
    public let error, tolerance: Double
    /// How many elements are off by more than the tolerance.
    public let wrongCount: Int
  }

  public let parts: [Part]
  /// Whether every derivative is within its tolerance.
  public var passes: Bool { parts.allSatisfy { $0.wrongCount == 0 } }
}

/// Compares the derivatives of a function, up to an order, with symmetric difference quotients at a point.
///
/// The inputs are converted to `dtype`, those of integers and truths apart, which stay as they are. In float64 errors
/// up to 1e-6, relative to 1 plus the derivative, are those of the differences; ten times more for each further order.
/// In float32, for functions that can do no other, 1e-2. What a function draws at random is the same in each run.
///
/// ```swift
/// let check = checkGradients(of: { sin($0) * $0 }, at: NDArray([0.5, 2]), order: 2)
/// check.passes  // true
/// ```
public func checkGradients(
  of function: @escaping (NDArray) -> NDArray, at x: NDArray, order: Int = 1, dtype: DType = .float64
) -> GradientCheck {
  checkGradients(of: { function($0[0]) }, at: [x], order: order, dtype: dtype)
}

/// Compares the derivatives of a function of several arrays with difference quotients.
///
/// ```swift
/// checkGradients(of: { $0[0] * exp($0[1]) }, at: [NDArray([1, 2]), NDArray(3)]).passes  // true
/// ```
@_disfavoredOverload
public func checkGradients(
  of function: @escaping ([NDArray]) -> NDArray, at inputs: [NDArray], order: Int = 1, dtype: DType = .float64
) -> GradientCheck {
  guard dtype.isFloatingPoint, dtype != .float16, order >= 1 else {
    report(
      .value("checkGradients: order \(order) in \(dtype). The order is at least 1, the type float32 or float64."))
    return GradientCheck(parts: [])
  }
  let check = DerivativeCheck(
    function, at: inputs.map { $0.dtype.isFloatingPoint ? $0.astype(dtype).detached() : $0 }, order: order)
  let comparisons = check.comparisons()
  guard !hasFailed else { return GradientCheck(parts: []) }
  return GradientCheck(
    parts: comparisons.enumerated().flatMap { k, found in
      zip(check.variables, found).map { i, elements in
        GradientCheck.Part(k + 1, input: i, shape: inputs[i].shape, dtype, elements)
      }
    })
}

extension GradientCheck.Part {
  fileprivate init(
    _ order: Int, input: Int, shape: Shape, _ dtype: DType, _ elements: [(found: Double, difference: Double)]
  ) {
    let tolerance = dtype == .float64 ? (0..<(order - 1)).reduce(1e-6) { limit, _ in limit * 10 } : 1e-2
    let errors = elements.map { found, difference in
      let error = Swift.abs(found - difference) / (1 + Swift.abs(found))
      return error.isNaN ? .infinity : error
    }
    let worst = errors.indices.max { errors[$0] < errors[$1] }
    self.init(
      order: order, input: input, shape: shape, worst: worst.map { shape.position(of: $0) },
      analytic: worst.map { elements[$0].found } ?? 0, numeric: worst.map { elements[$0].difference } ?? 0,
      error: worst.map { errors[$0] } ?? 0, tolerance: tolerance, wrongCount: errors.count { $0 > tolerance })
  }
}

extension Shape {
  /// The indices of the element that is at this place in row-major order.
  func position(of element: Int) -> [Int] {
    zip(contiguousStrides, self).map { element / Swift.max(1, $0) % Swift.max(1, $1) }
  }
}

extension GradientCheck: CustomStringConvertible {
  public var description: String {
    let wrong = parts.count { $0.wrongCount > 0 }
    let title = "checkGradients: " + (wrong == 0 ? "all \(parts.count) right" : "\(wrong) of \(parts.count) wrong")
    return ([title] + parts.map { "  \($0)" }).joined(separator: "\n")
  }
}

extension GradientCheck.Part: CustomStringConvertible {
  public var description: String {
    let name = "order \(order), input \(input) of shape \(shape): "
    guard let worst else { return name + "empty" }
    let place = "at \(worst)"
    guard wrongCount > 0 else {
      return name + "right; the worst error is \(error.short) of \(tolerance.short), \(place)"
    }
    return name + "\(wrongCount) of \(shape.elementCount) elements wrong; the worst \(place) is \(analytic.short), "
      + "but differences give \(numeric.short): an error of \(error.short), where \(tolerance.short) is allowed"
  }
}

extension Double {
  /// The number with four digits.
  var short: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    var scale = 1.0
    while Swift.abs(self) * scale < 1000 { scale *= 10 }
    while Swift.abs(self) * scale >= 10000 { scale /= 10 }
    let text = "\((self * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
