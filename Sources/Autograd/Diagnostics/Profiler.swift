/// Runs `body`, and reports how long its kernels took: those of this thread, with the threads that help it. Prints a
/// table by kernel and one by operation, unless told otherwise.
///
/// If the result of `body` is an array, its computation is part of it. Run the work once before, so that memory is
/// there and code is loaded.
///
/// ```swift
/// let x = NDArray.normal([100, 100])
/// profile { matmul(x, x).sum() }
/// ```
@discardableResult
public func profile<Result>(
  report: (Profile) -> Void = { print($0) }, _ body: () throws -> Result
) rethrows -> Result {
  let profiler = Profiler()
  let result = try profiler.observe {
    let result = try body()
    if let array = result as? NDArray { array.evaluate() }
    if let arrays = result as? [NDArray] { evaluate(arrays) }
    return result
  }
  report(profiler.profile)
  return result
}

private final class Profiler: Observer {
  private let start = ContinuousClock.now
  private var events: [Profile.Event] = []
  /// What is running, the innermost last.
  private var running: [Work] = []

  private struct Work {
    let name: String
    var parts: [(name: String, share: Double)] = []
    var bytes = 0
    var arithmetic = 0.0
    var start = ContinuousClock.now
    /// The time of other work inside it.
    var inside = 0.0
  }

  var profile: Profile { Profile(events, seconds: seconds(since: start)) }

  private func seconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

  private func begin(_ work: Work) {
    running.append(work)
    running[running.count - 1].start = .now
  }

  private func end() {
    guard let work = running.popLast() else { return }
    let all = seconds(since: work.start)
    if !running.isEmpty { running[running.count - 1].inside += all }
    events.append(
      Profile.Event(
        name: work.name, parts: work.parts.isEmpty ? [(work.name, 1)] : work.parts,
        start: (work.start - start) / .seconds(1), seconds: all - work.inside, bytes: work.bytes,
        arithmetic: work.arithmetic))
  }

  override func timing(
    _ operation: any Operation, _ inputs: Inputs, _ shape: Shape, _ dtype: DType, _ run: () -> Buffer
  ) -> Buffer {
    begin(
      Work(
        name: operation.name + ", small", parts: [(operation.name, 1)],
        bytes: inputs.reduce(shape.elementCount * dtype.size) { $0 + $1.byteCount },
        arithmetic: operation.arithmetic(inputs, shape)))
    defer { end() }
    return super.timing(operation, inputs, shape, dtype, run)
  }

  override func willPlan() {
    super.willPlan()
    begin(Work(name: "scheduling"))
  }

  override func didPlan() {
    end()
    super.didPlan()
  }

  override func willRun(_ step: Step) {
    super.willRun(step)
    var work = Work(name: step.profileName)
    work.parts = step.shares
    work.bytes = step.bytesRead + step.bytesWritten
    work.arithmetic = step.arithmetic
    begin(work)
  }

  override func willRun(_ name: String, bytesWritten: Int) {
    super.willRun(name, bytesWritten: bytesWritten)
    begin(Work(name: name, bytes: bytesWritten))
  }

  override func didRun() {
    end()
    super.didRun()
  }
}

extension Operation {
  /// How many additions, multiplications and scalar functions it takes.
  fileprivate func arithmetic(_ inputs: Inputs, _ shape: Shape) -> Double {
    switch kernel {
    case .map, .cast: Double(shape.elementCount)
    case .reduce: Double(inputs.first?.shape.elementCount ?? 0)
    case .custom(let operation): Double(operation.arithmetic(inputs, shape))
    case .view, .none: 0
    }
  }
}

extension Step {
  fileprivate var members: [(node: Node, inputs: Inputs)] {
    switch self {
    case .loop(let loop): loop.members.map { ($0.node, $0.inputs) }
    case .view(let node, _), .custom(let node, _): [(node, node.inputs)]
    }
  }

  fileprivate var arithmetic: Double {
    members.reduce(0) { $0 + $1.node.operation.arithmetic($1.inputs, $1.node.shape) }
  }

  fileprivate var profileName: String {
    switch self {
    case .loop: "loop: " + shares.map(\.name).shortList
    case .view(let node, _): "view: " + node.operation.name
    case .custom(let node, _): node.operation.name
    }
  }

  /// The operations, and the part of the time that each is likely to take.
  fileprivate var shares: [(name: String, share: Double)] {
    let costs = members.map { node, inputs in
      (node.operation.name, Double(node.loopCost) * node.operation.arithmetic(inputs, node.shape))
    }
    let working = costs.filter { $0.1 > 0 }
    guard !working.isEmpty else { return members.prefix(1).map { ($0.node.operation.name, 1) } }
    let sum = working.reduce(0) { $0 + $1.1 }
    return working.map { ($0.0, $0.1 / sum) }
  }
}

extension [String] {
  /// The names with counts, cut where there are many.
  fileprivate var shortList: String {
    let text = joined(separator: ", ")
    guard text.count > 60 else { return text }
    var shown: [String] = []
    for name in self where shown.joined(separator: ", ").count + name.count < 50 { shown.append(name) }
    return shown.joined(separator: ", ") + " and \(count - shown.count) more"
  }
}
