import CKernels

/// Computes the nodes and what they need.
///
/// The graph is locked to plan, and to give nodes their values, but not while kernels run: other threads record,
/// differentiate and evaluate meanwhile.
func evaluate(_ targets: [Node]) {
  guard targets.contains(where: { !$0.isReady }) else { return }
  compute(targets)
  let state = ag_state()
  state.pointee.pending_nodes = 0
  state.pointee.pending_bytes = 0
}

private func compute(_ targets: [Node]) {
  let observer = Observer.current
  if observer == nil, targets.count == 1, targets[0].computeAlone() { return }
  observer?.willPlan()
  var evaluation = graphLock.withLock { Evaluation(of: targets, isObserved: observer != nil) }
  observer?.didPlan()
  evaluation.run(observer)
  graphLock.withLock { evaluation.end() }
}

/// What computes some nodes. Its parts are worked on in place: a copy would hold arrays whose memory may serve again.
private struct Evaluation {
  private let structure: Structure
  private let number: UInt32
  private let known: Procedure?
  private var new: Procedure?
  private var steps: [Step] = []
  private var nodes: EvaluatedNodes

  /// Plans it, unless its structure is known. Begun and ended under the graph lock.
  init(of targets: [Node], isObserved: Bool) {
    let traversal = Traversal(toCompute: targets)
    structure = Structure(traversal, targets)
    number = RunningEvaluations.all.begin(on: traversal.nodes)
    // An observer is shown the nodes of each step, which only a new plan has.
    known = isObserved ? nil : knownProcedures.find(structure)
    if known == nil { steps = Scheduler.plan(traversal, targets).steps }
    nodes = EvaluatedNodes(consume traversal)
  }

  mutating func run(_ observer: Observer?) {
    if let known { return known.run(&nodes) }
    new = Procedure(&steps, running: &nodes, observer)
  }

  func end() {
    RunningEvaluations.all.end(number)
    if let new, !nodes.areFailed { knownProcedures.insert(new, for: structure) }
  }
}

/// Guarded by the graph lock.
nonisolated(unsafe) private var knownProcedures = ProcedureCache()

extension Node {
  /// Computes one scalar function of ready arrays, of at most one block of a loop, without a plan; `false` if it is
  /// something else. An addition of 4096 elements took 19,000 instructions with one, of 2048 at once 2,000.
  fileprivate func computeAlone() -> Bool {
    guard let number = graphLock.withLock({ beginAlone() }) else { return false }
    fulfil(Immediate.run(operation.kernel, takeInputs(), shape: shape, dtype: dtype))
    graphLock.withLock { RunningEvaluations.all.end(number) }
    return true
  }

  /// Those of up to 2048 elements wait only where they are to be planned.
  private func beginAlone() -> UInt32? {
    let count = shape.elementCount
    guard case .map = operation.kernel, count > 2048, count * max(8, loopCost) <= 1 << 18, !isReady,
      inputs.all({ $0.isReady && $0.isContiguous && ($0.shape == shape || $0.shape.elementCount == 1) }),
      !RunningEvaluations.all.own(self), ag_buffer_admits(byteCount)
    else { return nil }
    return RunningEvaluations.all.begin(on: [self])
  }
}
