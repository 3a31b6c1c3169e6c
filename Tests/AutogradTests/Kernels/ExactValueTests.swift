import CKernels
import Foundation
import Testing

/// Where the exact result is a number of the type, or lies halfway between two, the result is that of exact rounding.
@Suite struct ExactValueTests {
  @Test func points() {
    for (name, x, y) in Self.points { check(name, [x], y) }
    for (name, x, y) in Self.signedPoints {
      check(name, [x], y)
      check(name, [-x], -y)
    }
  }

  private static let points: [(String, Double, Double)] = [
    ("cos", 0, 1), ("cosh", 0, 1), ("exp", 0, 1), ("exp2", 0, 1), ("sigmoid", 0, 0.5), ("log", 1, 0), ("log2", 1, 0),
    ("log10", 1, 0), ("arccos", 1, 0), ("arccosh", 1, 0), ("lgamma", 1, 0), ("lgamma", 2, 0), ("expm1", -.infinity, -1),
    ("exp", -.infinity, 0), ("sigmoid", 100, 1),
  ]

  private static let signedPoints: [(String, Double, Double)] = [
    ("sin", 0, 0), ("tan", 0, 0), ("arcsin", 0, 0), ("arctan", 0, 0), ("sinh", 0, 0), ("tanh", 0, 0), ("arcsinh", 0, 0),
    ("arctanh", 0, 0), ("expm1", 0, 0), ("log1p", 0, 0), ("erf", 0, 0), ("erfinv", 0, 0), ("cbrt", 0, 0),
    ("tanh", 40, 1), ("erf", 40, 1), ("arcsin", 1, .pi / 2), ("arctan", 1, .pi / 4), ("arctan", .infinity, .pi / 2),
  ]

  /// Powers and roots of whole numbers, and logarithms of powers.
  @Test func wholeNumbers() {
    for n in -126...127 {
      let power = Double(sign: .plus, exponent: n, significand: 1)
      check("exp2", [Double(n)], power)
      check("log2", [power], Double(n))
    }
    for n in 0...10 { check("log10", [pow(10, Double(n))], Double(n)) }
    for n in -200...200 {
      let x = Double(n)
      check("square", [x], x * x)
      check("sqrt", [x * x], abs(x))
      check("cbrt", [x * x * x], x)
      check("hypot", [3 * x, 4 * x], 5 * abs(x))
      for k in 0...3 { check("power", [x, Double(k)], pow(x, Double(k))) }
    }
  }

  /// The first power, the second, the inverse and the root of float32, as the operations of IEEE 754 give them; in
  /// float64 the C library's pow may be 1 ulp off.
  @Test func powers() {
    let quarters = Float.spread(-4000...4000, 4000).map { ($0 * 4).rounded() / 4 }
    for numbers in [quarters, Float.spread(-4000...4000, 4000)] {
      check(numbers, to: 1) { $0 }
      check(numbers, to: 2) { $0 * $0 }
      check(numbers, to: -1) { 1 / $0 }
      check(numbers.map(\.magnitude), to: 0.5) { $0.squareRoot() }
    }
    check(Double.spread(-4000...4000, 4000), to: 1) { $0 }
  }

  private func check<T: KernelFloat>(_ numbers: [T], to exponent: T, _ exact: (T) -> T) {
    let found = ScalarOp(named: "power")!(numbers, Array(repeating: exponent, count: numbers.count))
    for (x, y) in zip(numbers, found) where y.pattern != exact(x).pattern {
      Issue.record("\(x) to the power of \(exponent) is \(y)")
    }
  }

  /// Nothing leaves the range of the exact function.
  @Test func ranges() {
    for name in ["sin", "cos", "tanh", "erf"] { checkRange(name, -1...1) }
    checkRange("sigmoid", 0...1)
    checkRange("arctan", -.pi / 2 ... .pi / 2)
  }

  private func checkRange(_ name: String, _ range: ClosedRange<Double>) {
    func isInside<T: KernelFloat>(_ type: T.Type) -> Bool {
      let limits = T(range.lowerBound)...T(range.upperBound)
      return ScalarOp(named: name)!(T.sweep(type == Float.self ? 40 : 4)).allSatisfy { $0.isNaN || limits.contains($0) }
    }
    #expect(isInside(Float.self) && isInside(Double.self), "\(name)")
  }

  private func check(_ name: String, _ x: [Double], _ y: Double) {
    let op = ScalarOp(named: name)!
    let (narrow, wide) = (op.results(x.map { [Float($0)] }, Float.self)[0], op.results(x.map { [$0] }, Double.self)[0])
    #expect(narrow.bitPattern == Float(y).bitPattern, "\(name) of \(x) in float32 is \(narrow)")
    #expect(wide.bitPattern == y.bitPattern, "\(name) of \(x) in float64 is \(wide)")
  }
}
