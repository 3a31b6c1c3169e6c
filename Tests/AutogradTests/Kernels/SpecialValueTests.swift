import CKernels
import Foundation
import Testing

@testable import Autograd

/// What scalar functions give of nan, infinities, zeros, subnormals and numbers outside their domains.
@Suite struct SpecialValueTests {
  private let numbers: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 2.5, -2.5, 1e-40, -1e-40, 0x1p-1060, 1e30,
    -1e30,
  ]

  /// As the C library: IEEE 754 and Annex F of the C standard.
  @Test func asTheCLibrary() {
    for (name, exact) in Oracles.unary {
      for x in numbers {
        check(name, [x], exact)
        check(name, [Double(Float(x))].map(Float.init), exact)
      }
    }
    for (name, exact) in Oracles.binary {
      for a in numbers {
        for b in numbers {
          check(name, [a, b]) { exact(a, $0) }
          check(name, [Float(a), Float(b)]) { exact(Double(Float(a)), $0) }
        }
      }
    }
  }

  /// `exact` of the last operand: the same zero, infinity or nan, or a number nearby.
  private func check<T: KernelFloat>(_ name: String, _ x: [T], _ exact: (Double) -> Double) {
    let found = ScalarOp(named: name)!.results(x.map { [$0] }, T.self)[0]
    let expected = exact(Double(x.last!))
    let isSame =
      T(expected).isZero || expected.isInfinite
      ? Double(found).bitPattern == Double(T(expected)).bitPattern
      : found.ulps(from: expected) <= 40
    #expect(isSame || (found.isNaN && expected.isNaN), "\(name) of \(x) is \(found), not \(expected)")
  }

  /// What C has no function for, or another rule than Python's.
  @Test(arguments: rules) func otherRules(_ name: String, _ operands: [Double], _ expected: Double) {
    let op = ScalarOp(named: name)!
    for found in [op.results(operands.map { [$0] }, Double.self)[0], asFloat(op, operands)] {
      #expect(found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN), "\(name) of \(operands)")
    }
  }

  private func asFloat(_ op: ScalarOp, _ x: [Double]) -> Double {
    Double(op.results(x.map { [Float($0)] }, Float.self)[0])
  }

  private static let rules: [(String, [Double], Double)] = [
    ("negative", [0], -0.0), ("abs", [-0.0], 0), ("abs", [-.infinity], .infinity),
    ("sign", [.nan], .nan), ("sign", [-.infinity], -1), ("sign", [0], 0), ("square", [-.infinity], .infinity),
    ("rint", [0.5], 0), ("rint", [1.5], 2), ("rint", [2.5], 2), ("rint", [-0.5], -0.0), ("rint", [-2.5], -2),
    ("floor", [-0.5], -1), ("floor", [-0.0], -0.0), ("ceil", [-0.5], -0.0), ("trunc", [-1.5], -1),
    ("floor", [.infinity], .infinity), ("trunc", [.nan], .nan),
    ("mod", [7, 3], 1), ("mod", [-7, 3], 2), ("mod", [7, -3], -2), ("mod", [-7, -3], -1), ("mod", [-0.0, 3], 0),
    ("mod", [6, -3], -0.0), ("mod", [5.5, 2], 1.5), ("mod", [1, 0], .nan), ("mod", [.infinity, 3], .nan),
    ("mod", [-1, .infinity], .infinity), ("mod", [1, .infinity], 1), ("mod", [1, .nan], .nan),
    ("floorDivide", [7, 3], 2), ("floorDivide", [-7, 3], -3), ("floorDivide", [7, -3], -3),
    ("floorDivide", [-7, -3], 2), ("floorDivide", [1, 0], .infinity), ("floorDivide", [-1, 0], -.infinity),
    ("floorDivide", [0, 0], .nan), ("floorDivide", [-1, .infinity], -1), ("floorDivide", [1, .infinity], 0),
    ("maximum", [.nan, 1], .nan), ("maximum", [1, .nan], .nan), ("minimum", [.nan, 1], .nan),
    ("minimum", [1, .nan], .nan), ("maximum", [-.infinity, 1], 1),
    ("maskedMultiply", [0, .nan], 0), ("maskedMultiply", [0, .infinity], 0), ("maskedMultiply", [.infinity, 0], 0),
    ("maskedMultiply", [1, .nan], .nan),
    ("multiplyAdd", [2, 3, 4], 10), ("multiplyAdd", [0, .infinity, 1], .nan),
    ("logaddexp", [-.infinity, -.infinity], -.infinity), ("logaddexp", [.infinity, .infinity], .infinity),
    ("sigmoid", [-.infinity], 0), ("sigmoid", [.infinity], 1), ("sigmoid", [-1000], 0),
  ]

  /// Comparisons with nan are false, but for being unequal.
  @Test func truths() {
    let pairs: [(Double, Double)] = [(.nan, .nan), (.nan, 1), (1, .nan), (0, -0.0), (1, 2), (.infinity, .infinity)]
    for (a, b) in pairs {
      let expected = ["equal": a == b, "notEqual": a != b, "less": a < b, "lessEqual": a <= b, "greater": a > b]
      for (name, expected) in expected { #expect(truth(name, [a, b]) == expected, "\(a) \(name) \(b)") }
      #expect(truth("isNaN", [a]) == a.isNaN && truth("isInf", [b]) == b.isInfinite)
      #expect(truth("isFinite", [a]) == a.isFinite && truth("logicalNot", [a]) == (a == 0))
      #expect(truth("logicalAnd", [a, b]) == (a != 0 && b != 0) && truth("logicalOr", [a, b]) == (a != 0 || b != 0))
    }
  }

  private func truth(_ name: String, _ operands: [Double]) -> Bool {
    ScalarOp(named: name)!.results(operands.map { [$0] }, Bool.self)[0]
  }

  /// Equal elements have equal results wherever they stand: in the loop over vectors or in what remains.
  @Test func vectorsAndRemaindersAgree() {
    for op in scalarOps where !ag_op_gives_bool(op) && op != .select {
      checkPositions(op, Float.spread(-3...3, 12, seed: 25))
      checkPositions(op, Double.spread(-3...3, 12, seed: 25))
    }
  }

  private func checkPositions<T: KernelFloat>(_ op: ScalarOp, _ values: [T]) {
    guard ag_map(op, T.kernelType) != nil else { return }
    let arity = Int(ag_op_arity(op))
    for value in values + values.map({ $0 * 1e6 }) {
      let operands = (0..<arity).map { value * (1 + T($0) / 3) }
      let one = op.results(operands.map { [$0] }, T.self)[0].pattern
      for n in 1...70 {
        let found = op.results(operands.map { Array(repeating: $0, count: n) }, T.self)
        #expect(found.allSatisfy { $0.pattern == one }, "\(op.name) of \(operands), \(n) times")
      }
    }
  }
}
