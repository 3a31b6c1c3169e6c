import CKernels

/// Computes the nodes and what they need.
func evaluate(_ targets: [Node]) {
  guard targets.contains(where: { !$0.isReady }) else { return }
  graphLock.withLock { compute(targets) }
  let state = ag_state()
  state.pointee.pending_nodes = 0
  state.pointee.pending_bytes = 0
}

private func compute(_ targets: [Node]) {
  let observer = Observer.current
  observer?.willPlan()
  let traversal = Traversal(toCompute: targets)
  let structure = Structure(traversal, targets)
  // An observer is shown the nodes of each step, which only a new plan has.
  if observer == nil, let known = knownProcedures.find(structure) {
    var nodes = EvaluatedNodes(consume traversal)
    return known.run(&nodes)
  }
  let plan = Scheduler.plan(traversal, targets)
  var nodes = EvaluatedNodes(consume traversal)
  observer?.didPlan()
  let procedure = Procedure((consume plan).steps, running: &nodes, observer)
  if !nodes.areFailed { knownProcedures.insert(procedure, for: structure) }
}

/// Guarded by the graph lock.
nonisolated(unsafe) private var knownProcedures = ProcedureCache()
