import Testing

@testable import Autograd

/// One line buys an operation its tests: gradients of orders 1 and 2, every layout, fused, both float types.
struct OperationCase: CustomTestStringConvertible, Sendable {
  let name: String
  /// The interval of each input's elements.
  let domains: [ClosedRange<Double>]
  let shapes: [Shape]
  let function: @Sendable ([NDArray]) -> NDArray

  var testDescription: String { name }

  init(
    _ name: String, _ domains: ClosedRange<Double>..., shapes: [Shape]? = nil,
    function: @escaping @Sendable ([NDArray]) -> NDArray
  ) {
    self.name = name
    self.domains = domains
    self.shapes = shapes ?? Array(repeating: [2, 3], count: domains.count)
    self.function = function
  }

  func inputs(_ dtype: DType = .float64) -> [NDArray] {
    zip(domains, shapes).map { NDArray.uniform($1, low: $0.lowerBound, high: $0.upperBound, dtype: dtype) }
  }
}

private let any = -2.0...2.0
private let positive = 0.5...2.0
private let unit = -0.8...0.8

let operationCases: [OperationCase] = [
  .init("add", any, any) { $0[0] + $0[1] },
  .init("add broadcast", any, any, shapes: [[2, 3], [3]]) { $0[0] + $0[1] },
  .init("subtract", any, any) { $0[0] - $0[1] },
  .init("subtract broadcast", any, any, shapes: [[2, 1], [3]]) { $0[0] - $0[1] },
  .init("multiply", any, any) { $0[0] * $0[1] },
  .init("multiply broadcast", any, any, shapes: [[], [2, 3]]) { $0[0] * $0[1] },
  .init("divide", any, positive) { $0[0] / $0[1] },
  .init("divide broadcast", any, positive, shapes: [[3], [2, 1]]) { $0[0] / $0[1] },
  .init("mod", 0.1...0.9, 1.1...1.9) { $0[0] % $0[1] },
  .init("power", positive, any) { power($0[0], $0[1]) },
  .init("power of a number", positive) { power($0[0], 3) },
  .init("maximum", any, any) { maximum($0[0], $0[1]) * $0[0] },
  .init("minimum", any, any) { minimum($0[0], $0[1]) * $0[1] },
  .init("hypot", positive, positive) { hypot($0[0], $0[1]) },
  .init("arctan2", positive, positive) { arctan2($0[0], $0[1]) },
  .init("logaddexp", any, any) { logaddexp($0[0], $0[1]) },
  .init("which", any, any) { which($0[0] .> $0[1], $0[0] * $0[0], $0[1]) },
  .init("clip", any) { clip($0[0], -1, 1) * $0[0] },
  .init("negative", any) { -$0[0] * $0[0] },
  .init("abs", positive) { abs($0[0]) * $0[0] },
  .init("square", any) { square($0[0]) },
  .init("sqrt", positive) { sqrt($0[0]) },
  .init("cbrt", positive) { cbrt($0[0]) },
  .init("reciprocal", positive) { reciprocal($0[0]) },
  .init("exp", any) { exp($0[0]) },
  .init("exp2", any) { exp2($0[0]) },
  .init("expm1", any) { expm1($0[0]) },
  .init("log", positive) { log($0[0]) },
  .init("log2", positive) { log2($0[0]) },
  .init("log10", positive) { log10($0[0]) },
  .init("log1p", positive) { log1p($0[0]) },
  .init("sin", any) { sin($0[0]) },
  .init("cos", any) { cos($0[0]) },
  .init("tan", unit) { tan($0[0]) },
  .init("arcsin", unit) { arcsin($0[0]) },
  .init("arccos", unit) { arccos($0[0]) },
  .init("arctan", any) { arctan($0[0]) },
  .init("sinh", any) { sinh($0[0]) },
  .init("cosh", any) { cosh($0[0]) },
  .init("tanh", any) { tanh($0[0]) },
  .init("arcsinh", any) { arcsinh($0[0]) },
  .init("arccosh", 1.5...3) { arccosh($0[0]) },
  .init("arctanh", unit) { arctanh($0[0]) },
  .init("erf", any) { erf($0[0]) },
  .init("sigmoid", any) { sigmoid($0[0]) },
  .init("relu", positive) { relu($0[0]) * $0[0] },
  .init("leakyRelu", any) { leakyRelu($0[0], slope: 0.1) * $0[0] },
  .init("elu", any) { elu($0[0], alpha: 1.3) * $0[0] },
  .init("softplus", any) { softplus($0[0]) },
  .init("gelu", any) { gelu($0[0]) },
  .init("gelu by tanh", any) { gelu($0[0], approximate: true) },
  .init("silu", any) { silu($0[0]) },
  .init("sum", any) { $0[0].sum(axis: 0) * $0[0].sum(axis: -1, keepDims: true) },
  .init("mean", any) { $0[0].mean(axis: 1) * $0[0].mean() },
  .init("prod", any) { $0[0].prod(axis: 1) },
  .init("max", any) { $0[0].max(axis: 1) * $0[0].max() },
  .init("min", any) { $0[0].min(axis: 0) * $0[0].min() },
  .init("variance", any) { $0[0].variance(axis: 1, ddof: 1) },
  .init("std", any) { $0[0].std(axis: 0) },
  .init("logsumexp", any) { $0[0].logsumexp(axis: 1) },
  .init("norm", any) { $0[0].norm(axis: 1) },
  .init("norm of order 1", positive) { $0[0].norm(.one, axis: 1) * $0[0].sum(axis: 1) },
  .init("reshape", any) { $0[0].reshaped([3, 2]) * $0[0].reshaped([3, 2]) },
  .init("transpose", any) { $0[0].T * $0[0].T },
  .init("broadcast", any, shapes: [[3]]) { square($0[0].broadcast(to: [2, 3])) },
  .init("squeeze and expand", any) { square($0[0].expandedDims([0, 2]).squeezed(axis: 0)) },
  .init("astype", any) { square($0[0].astype(.float64)) },
]
