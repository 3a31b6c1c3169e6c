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
  let (structure, number, work) = graphLock.withLock { begin(targets, isObserved: observer != nil) }
  observer?.didPlan()
  let new = run(work, observer)
  graphLock.withLock {
    RunningEvaluations.all.end(number)
    if let new { knownProcedures.insert(new, for: structure) }
  }
}

private enum Work {
  case known(Procedure, EvaluatedNodes)
  case planned([Step], EvaluatedNodes)
}

private func begin(_ targets: [Node], isObserved: Bool) -> (Structure, UInt32, Work) {
  let traversal = Traversal(toCompute: targets)
  let structure = Structure(traversal, targets)
  let number = RunningEvaluations.all.begin(on: traversal.nodes)
  // An observer is shown the nodes of each step, which only a new plan has.
  if !isObserved, let known = knownProcedures.find(structure) {
    return (structure, number, .known(known, EvaluatedNodes(consume traversal)))
  }
  let steps = Scheduler.plan(traversal, targets).steps
  return (structure, number, .planned(steps, EvaluatedNodes(consume traversal)))
}

/// Does the work; returns the procedure if it is new.
private func run(_ work: consuming Work, _ observer: Observer?) -> Procedure? {
  switch consume work {
  case .known(let procedure, var nodes):
    procedure.run(&nodes)
    return nil
  case .planned(let steps, var nodes):
    let procedure = Procedure(steps, running: &nodes, observer)
    return nodes.areFailed ? nil : procedure
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
