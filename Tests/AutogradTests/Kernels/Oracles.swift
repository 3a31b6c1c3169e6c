import Foundation

/// What scalar operations must give, by the C library in a wider type.
enum Oracles {
  typealias Unary = @Sendable (Double) -> Double
  typealias Binary = @Sendable (Double, Double) -> Double

  /// The functions of one number that are rounded: for each, the C library's, or one made of such.
  static let unary: [String: Unary] = [
    "reciprocal": { 1 / $0 }, "sqrt": { $0.squareRoot() }, "cbrt": { cbrt($0) },
    "exp": { exp($0) }, "exp2": { exp2($0) }, "expm1": { expm1($0) },
    "log": { log($0) }, "log2": { log2($0) }, "log10": { log10($0) }, "log1p": { log1p($0) },
    "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) },
    "arcsin": { asin($0) }, "arccos": { acos($0) }, "arctan": { atan($0) },
    "sinh": { sinh($0) }, "cosh": { cosh($0) }, "tanh": { tanh($0) },
    "arcsinh": { asinh($0) }, "arccosh": { acosh($0) }, "arctanh": { atanh($0) },
    "erf": { erf($0) }, "sigmoid": { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) },
    "lgamma": { lgamma($0) }, "erfinv": erfinv,
  ]

  static let binary: [String: Binary] = [
    "divide": { $0 / $1 }, "power": { pow($0, $1) }, "arctan2": { atan2($0, $1) }, "hypot": { hypot($0, $1) },
    "logaddexp": { logaddexp($0, $1) },
  ]

  /// By reflection, and by recurrence to where the asymptotic series holds.
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return x.sign == .minus ? .infinity : -.infinity }
    if x < 0 { return x == x.rounded() ? .nan : digamma(1 - x) - .pi / tan(.pi * (x - x.rounded())) }
    var (x, sum) = (x, 0.0)
    while x < 20 {
      sum -= 1 / x
      x += 1
    }
    let z = 1 / (x * x)
    let series = z * (1 / 12.0 - z * (1 / 120.0 - z * (1 / 252.0 - z * (1 / 240.0 - z / 132))))
    return sum + log(x) - 0.5 / x - series
  }

  /// By bisection, in the complement where there are more digits.
  @Sendable private static func erfinv(_ x: Double) -> Double {
    let size = abs(x)
    guard size < 1, x != 0 else { return size > 1 ? .nan : x / (1 - size) }
    if size < 1e-9 { return x * Double.pi.squareRoot() / 2 }
    var (low, high) = (0.0, 6.0)
    for _ in 0..<70 {
      let y = (low + high) / 2
      if size < 0.5 ? erf(y) < size : erfc(y) > 1 - size { low = y } else { high = y }
    }
    return x < 0 ? -low : low
  }

  private static func logaddexp(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    return a == b ? a + log(2) : max(a, b) + log1p(exp(-abs(a - b)))
  }
}

#if arch(x86_64)
  extension Oracles {
    typealias Extended = @Sendable (Float80) -> Float80

    /// The same in 80 bits, for float64.
    static let extended: [String: Extended] = [
      "reciprocal": { 1 / $0 }, "sqrt": { $0.squareRoot() }, "cbrt": { cbrt($0) },
      "exp": { exp($0) }, "exp2": { exp2($0) }, "expm1": { expm1($0) },
      "log": { log($0) }, "log2": { log2($0) }, "log10": { log10($0) }, "log1p": { log1p($0) },
      "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) },
      "arcsin": { asin($0) }, "arccos": { acos($0) }, "arctan": { atan($0) },
      "sinh": { sinh($0) }, "cosh": { cosh($0) }, "tanh": { tanh($0) },
      "arcsinh": { asinh($0) }, "arccosh": { acosh($0) }, "arctanh": { atanh($0) },
      "erf": { erf($0) }, "sigmoid": { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) },
    ]

    static let extendedBinary: [String: @Sendable (Float80, Float80) -> Float80] = [
      "divide": { $0 / $1 }, "power": { pow($0, $1) }, "arctan2": { atan2($0, $1) }, "hypot": { hypot($0, $1) },
    ]
  }
#endif
