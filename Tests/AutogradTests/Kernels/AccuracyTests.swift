import CKernels
import Foundation
import Testing

/// How far the scalar functions are from the exact values, over the whole range of their operands.
@Suite struct AccuracyTests {
  /// float32 is within 2 ulp, by the C library's float64.
  @Test func float32() {
    let sweep = Float.sweep(20 * sweepDensity)
    var report = Report("float32", bound: 2)
    for (name, exact) in Oracles.unary {
      let found = ScalarOp(named: name)!(sweep)
      report.add(name, zip(sweep, found).lazy.map { ("\($0)", $1.ulps(from: exact(Double($0)))) })
    }
    let orders = Array(repeating: Float(0), count: sweep.count)
    let digamma = ScalarOp(named: "polygamma")!(orders, sweep)
    report.add("digamma", zip(sweep, digamma).lazy.map { ("\($0)", $1.ulps(from: Oracles.digamma(Double($0)))) })
    for (name, exact) in Oracles.binary {
      let (a, b) = pairs(Float.self, for: name)
      let found = ScalarOp(named: name)!(a, b)
      report.add(
        name, a.indices.lazy.map { ("\(a[$0]), \(b[$0])", found[$0].ulps(from: exact(Double(a[$0]), Double(b[$0])))) })
    }
    report.finish()
  }

  #if arch(x86_64)
    /// float64 is within 2.5 ulp, by the C library in 80 bits.
    @Test func float64() {
      let sweep = Double.sweep(4 * sweepDensity)
      var report = Report("float64", bound: 2.5)
      for (name, exact) in Oracles.extended {
        let found = ScalarOp(named: name)!(sweep)
        report.add(name, zip(sweep, found).lazy.map { ("\($0)", $1.ulps(from: exact(Float80($0)))) })
      }
      for (name, exact) in Oracles.extendedBinary {
        let (a, b) = pairs(Double.self, for: name)
        let found = ScalarOp(named: name)!(a, b)
        report.add(
          name,
          a.indices.lazy.map { ("\(a[$0]), \(b[$0])", found[$0].ulps(from: exact(Float80(a[$0]), Float80(b[$0])))) })
      }
      report.finish()
    }
  #endif

  /// Operands of any size beside any other; of powers also such that most results are finite.
  private func pairs<T: KernelFloat>(_ type: T.Type, for name: String) -> (a: [T], b: [T]) {
    var a = T.sweep(10)
    var b = a
    var generator = SplitMix(state: 22)
    b.shuffle(using: &generator)
    let top = Double(T.greatestFiniteMagnitude.exponent)
    let near = T.spread(-1.1 * top...1.1 * top, a.count)
    switch name {
    case "power":
      let bases = a.filter { $0 > 0 && $0.isFinite }
      let exponents = zip(bases, near).map { T(Double($1) / log2(Double($0))) }
      let whole = T.spread(-40...40, 20_000).map { $0.rounded() }
      a += bases + T.spread(-20...20, whole.count, seed: 23)
      b += exponents + whole
    case "logaddexp":
      a += near
      b += near.map { $0 + T($0.magnitude.truncatingRemainder(dividingBy: 20)) }
    default:
      a += near
      b += T.spread(-100...100, near.count, seed: 24)
    }
    return (a, b)
  }
}

/// The worst of each function, as a table.
private struct Report {
  let type: String
  let bound: Double
  private var rows: [(name: String, ulps: Double, at: String)] = []

  init(_ type: String, bound: Double) {
    self.type = type
    self.bound = bound
  }

  mutating func add(_ name: String, _ errors: some Sequence<(String, Double)>) {
    var worst = (at: "", ulps: 0.0)
    for (at, ulps) in errors where ulps > worst.ulps { worst = (at, ulps) }
    rows.append((name, worst.ulps, worst.at))
    #expect(worst.ulps <= bound, "\(name) of \(type) at \(worst.at)")
  }

  func finish() {
    let lines = rows.sorted { $0.name < $1.name }.map {
      "  \($0.name.padding(toLength: 12, withPad: " ", startingAt: 0)) \(String(format: "%6.3f", $0.ulps))  \($0.at)"
    }
    print((["Worst errors of \(type), in ulp:"] + lines).joined(separator: "\n"))
  }
}
