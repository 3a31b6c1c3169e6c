import Autograd

/// A way to differentiate a function: from it to its gradient.
enum Differentiation: String, CaseIterable {
  /// One pass forward for each element of the argument.
  case forward = "f"
  /// One pass back.
  case reverse = "r"

  func gradient(of function: @escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray {
    switch self {
    case .forward: { x in stack(Self.directions(like: x).map { jvp(at: x, along: $0, function).tangent }) }
    case .reverse: grad(function)
    }
  }

  private static func directions(like x: NDArray) -> [NDArray] {
    let identity = NDArray.eye(x.elementCount, dtype: x.dtype)
    return (0..<x.elementCount).map { identity[$0] }
  }
}

/// The argument near `start` for which a function is least, by the descent that the evals prescribe.
func argmin(_ function: @escaping (NDArray) -> NDArray, from start: NDArray, by mode: Differentiation) -> NDArray {
  let gradient = mode.gradient(of: function)
  var (x, value, slope) = (start, function(start), gradient(start))
  var (rate, steps) = (1e-5, 0)
  while slope.norm() > 1e-5 {
    if steps == 10 { (rate, steps) = (2 * rate, 0) }
    let next = x - rate * slope
    if (x - next).norm() <= 1e-5 { break }
    let nextValue = function(next)
    if nextValue < value {
      (x, value, slope) = (next, nextValue, gradient(next))
      steps += 1
    } else {
      (rate, steps) = (rate / 2, 0)
    }
  }
  return x
}

func argmax(_ function: @escaping (NDArray) -> NDArray, from start: NDArray, by mode: Differentiation) -> NDArray {
  argmin({ -function($0) }, from: start, by: mode)
}

extension Module {
  /// A module whose functions differ in how they differentiate, outside and inside: `ff`, `fr`, `rf`, `rr`.
  static func nested(
    _ name: String, _ function: (_ outer: Differentiation, _ inner: Differentiation) -> Function
  ) -> Module {
    var functions: [String: Function] = [:]
    for outer in Differentiation.allCases {
      for inner in Differentiation.allCases { functions[outer.rawValue + inner.rawValue] = function(outer, inner) }
    }
    return Module(name: name, functions: functions)
  }
}
