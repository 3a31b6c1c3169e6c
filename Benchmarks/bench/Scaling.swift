import Autograd

/// Computations of growing size or depth, for `Benchmarks/scaling`: a picture of what is in proportion, and what jumps.
struct Scaling: Sendable {
  let curve: String
  /// What grows.
  let axis: String
  let points: [Int]
  /// An iteration at a point.
  let prepare: @Sendable (Int) -> () -> Void

  static let all = [
    Scaling(curve: "chain of six functions and its gradient", axis: "elements", points: powers(from: 1, to: 7)) {
      count in
      let x = Inputs.uniform([count], seed: 1, scale: 2).attachingGrad()
      return { differentiate(x) { (sin(x) * exp(-x * x) + tanh(x) * x).sum() } }
    },
    Scaling(curve: "one addition", axis: "elements", points: powers(from: 1, to: 7)) { count in
      let (x, y) = (Inputs.uniform([count], seed: 1), Inputs.uniform([count], seed: 2))
      return { (x + y).evaluate() }
    },
    depth("operations on 4 elements and their gradient", size: 4, points: powers(from: 1, to: 6)),
    depth("operations on 4096 elements and their gradient", size: 4096, points: powers(from: 1, to: 4)),
  ]

  private static func depth(_ curve: String, size: Int, points: [Int]) -> Scaling {
    Scaling(curve: curve, axis: "operations", points: points) { count in
      let x = Inputs.uniform([size], seed: 1, scale: 0.5).attachingGrad()
      return {
        differentiate(x) {
          var y = x
          for _ in 0..<(count / 2) { y = y * 1.0001 + x }
          return y.sum()
        }
      }
    }
  }

  private static func differentiate(_ x: NDArray, _ function: () -> NDArray) {
    record(function).backward()
    x.grad.evaluate()
  }

  /// Two points a power of ten.
  private static func powers(from first: Int, to last: Int) -> [Int] {
    var power = 1
    var points: [Int] = []
    for exponent in 0...last {
      if exponent >= first { points += exponent < last ? [power, 3 * power] : [power] }
      power *= 10
    }
    return points
  }

  /// Measures each point, and hands over a line of JSON.
  func measure(minimumTime: Double, _ report: (String) -> Void) {
    for point in points {
      let seconds = Self.best(of: prepare(point), minimumTime: minimumTime)
      report(#"{"curve": "\#(curve)", "axis": "\#(axis)", "at": \#(point), "seconds": \#(seconds)}"#)
    }
  }

  /// The least seconds of an iteration. Short ones are timed several together.
  private static func best(of iteration: () -> Void, minimumTime: Double) -> Double {
    for _ in 0..<3 { iteration() }
    let first = time(iteration, 1)
    let together = max(1, Int(1e-4 / max(first, 1e-9)))
    var (best, total) = (Double.infinity, 0.0)
    repeat {
      let seconds = time(iteration, together)
      best = min(best, seconds / Double(together))
      total += seconds
    } while total < minimumTime
    return best
  }

  private static func time(_ iteration: () -> Void, _ count: Int) -> Double {
    let watch = Stopwatch()
    for _ in 0..<count { iteration() }
    return watch.seconds
  }
}
