import CKernels

/// Computes the nodes and what they need.
func evaluate(_ targets: [Node]) {
  guard targets.contains(where: { !$0.isReady }) else { return }
  graphLock.withLock {
    var steps = Array(Scheduler.plan(targets).steps.reversed())
    while let step = steps.popLast() { step.run() }
  }
  let state = ag_state()
  state.pointee.pending_nodes = 0
  state.pointee.pending_bytes = 0
}

extension Step {
  fileprivate func run() {
    switch self {
    case .loop(let loop):
      LoopProgram(loop).run()
    case .view(let node):
      guard case .view(let view) = node.operation.kernel else { preconditionFailure("not a view") }
      let (storage, layout) = Immediate.view(view, node.inputs[0], node.shape)
      node.fulfil(storage, layout)
    case .custom(let node):
      let storage = Immediate.run(node.operation.kernel, node.inputs, shape: node.shape, dtype: node.dtype)
      node.fulfil(storage, Layout(contiguous: node.shape))
    }
  }
}
