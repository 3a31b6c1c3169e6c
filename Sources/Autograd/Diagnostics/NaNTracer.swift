import CKernels

/// Runs `body` one operation at a time, and reports the first, forward or backward, that makes a NaN or an infinity out
/// of finite inputs: which it is, where it was recorded, and what it was made from. Prints the report, unless told
/// otherwise.
///
/// With `infinities` false only NaNs count, as where the logarithm of 0 is meant. Nothing is fused meanwhile, so that
/// it takes longer; the results are the same but for rounding.
///
/// ```swift
/// let x = NDArray([0, 1, 4]).attachingGrad()
/// tracingNaN {
///   record(label: "loss") { sqrt(x).sum() }.backward()
/// }
/// ```
@discardableResult
public func tracingNaN<Result>(
  infinities: Bool = true, report: @escaping (NaNReport) -> Void = { print($0) }, _ body: () throws -> Result
) rethrows -> Result {
  try NaNTracer(infinities, report).observe {
    let result = try body()
    if let array = result as? NDArray { array.evaluate() }
    return result
  }
}

private final class NaNTracer: Observer {
  private let countsInfinities: Bool
  private var report: ((NaNReport) -> Void)?
  private var origins = Origins()
  private var differentiated: Node?

  override var makesAllWait: Bool { true }

  init(_ countsInfinities: Bool, _ report: @escaping (NaNReport) -> Void) {
    self.countsInfinities = countsInfinities
    self.report = report
  }

  override func differentiates(_ node: Node?) {
    differentiated = node
    super.differentiates(node)
  }

  override func made(_ node: Node, from inputs: Inputs) {
    super.made(node, from: inputs)
    guard report != nil, !hasFailed else { return }
    origins.add(node, inputs)
    guard !NDArray(node).isTraced else { return }
    evaluate(Array(inputs) + [node])
    if let finding = Finding(node, inputs, countsInfinities) { tell(finding) }
  }

  private func tell(_ finding: Finding) {
    guard let report else { return }
    self.report = nil
    let chain = origins.chain(to: finding.node)
    let scopes = differentiated.map(origins.scopes) ?? RecordingScope.all
    let derivativeOf = differentiated?.operation.name
    report(unobserved { pause { NaNReport(finding, derivativeOf, scopes, chain) } })
    origins = Origins()
  }
}

/// A result that is not finite, though its inputs are.
private struct Finding {
  let node: Node
  let inputs: [Node]
  let counts: ag_nonfinite
  let wasGiven: Bool

  init?(_ node: Node, _ all: Inputs, _ countsInfinities: Bool) {
    self.node = node
    inputs = node.argumentsOfValue(all)
    counts = node.nonFiniteCounts
    guard counts.first >= 0, !inputs.isEmpty else { return nil }
    let known = inputs.map(\.nonFiniteCounts)
    let hasNaN = known.contains { $0.nans > 0 }
    let isFinite = known.allSatisfy { $0.first < 0 }
    wasGiven = hasNaN
    // A NaN in an input that no operation was seen to make was there before.
    guard counts.nans > 0 || (countsInfinities && isFinite) else { return nil }
  }
}

extension NaNReport {
  fileprivate init(_ finding: Finding, _ derivativeOf: String?, _ scopes: [RecordingScope], _ chain: [String]) {
    let node = finding.node
    let first = Int(finding.counts.first)
    self.init(
      operation: node.operation.name, derivativeOf: derivativeOf, wasGiven: finding.wasGiven,
      result: Array(node), inputs: finding.inputs.map(Array.init), nanCount: Int(finding.counts.nans),
      infinityCount: Int(finding.counts.infinities), firstIndex: node.shape.position(of: first),
      firstValue: NDArray(node).reshaped([-1])[first].item(), scopes: scopes.map(\.description), chain: chain)
  }
}

extension NaNReport.Array {
  fileprivate init(_ node: Node) {
    let values = NDArray(node).detached().astype(.float64)
    let isNumber = .!isnan(values)
    let hasNumbers = isNumber.any().item(as: Bool.self)
    func extreme(_ filler: Double, _ pick: (NDArray) -> NDArray) -> Double? {
      hasNumbers ? pick(which(isNumber, values, filler)).item() : nil
    }
    self.init(
      shape: node.shape, dtype: node.dtype, smallest: extreme(.infinity) { $0.min() },
      largest: extreme(-.infinity) { $0.max() })
  }
}

extension Node {
  /// The inputs that decide on the value: of a view that was given its value, what it was computed from.
  fileprivate func argumentsOfValue(_ inputs: Inputs) -> [Node] {
    guard case .view = operation.kernel else { return Array(inputs) }
    return operation is Derivative ? [] : Array(inputs.dropFirst())
  }

  fileprivate var nonFiniteCounts: ag_nonfinite {
    guard dtype.isFloatingPoint, isReady else { return ag_nonfinite(nans: 0, infinities: 0, first: -1) }
    let values = NDArray(self).contiguous()
    return withExtendedLifetime(values) {
      ag_count_nonfinite(dtype.kernelType, Int64(shape.elementCount), values.node.base)
    }
  }
}
