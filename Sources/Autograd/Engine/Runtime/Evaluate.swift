import CKernels

/// Computes the nodes and what they need.
func evaluate(_ targets: [Node]) {
  guard targets.contains(where: { !$0.isReady }) else { return }
  graphLock.withLock {
    let observer = Observer.current
    observer?.willPlan()
    var steps = Array(Scheduler.plan(targets).steps.reversed())
    observer?.didPlan()
    // Each step is let go as it runs: what it alone held may serve as memory for its results.
    while !steps.isEmpty {
      observer?.willRun(steps.last!)
      run(steps.removeLast())
      observer?.didRun()
    }
  }
  let state = ag_state()
  state.pointee.pending_nodes = 0
  state.pointee.pending_bytes = 0
}

private func run(_ step: consuming Step) {
  switch consume step {
  case .loop(let loop):
    var program = LoopProgram(consume loop)
    program.run()
  case .view(let node):
    guard case .view(let view) = node.operation.kernel else { preconditionFailure("not a view") }
    let (storage, layout) = Immediate.view(view, node.inputs[0], node.shape)
    node.fulfil(storage, layout)
  case .custom(let node):
    guard case .custom(let operation) = node.operation.kernel else { preconditionFailure("not a custom operation") }
    runCustom(operation, node)
  }
}

private func runCustom(_ operation: any Custom, _ node: Node) {
  let mayReplace = operation.mayReplaceFirstInput && !node.hasHistory
  guard let buffer = (mayReplace ? node.donatedFirstInput : nil).map(Buffer.init) ?? node.allocate() else {
    return node.fulfilWithZeros()
  }
  Immediate.run(operation, node.inputs, node.shape, node.dtype, into: buffer.address)
  node.fulfil(buffer)
}

extension Node {
  /// The memory of the first input, if nobody else needs it and it is laid out as the result will be.
  fileprivate var donatedFirstInput: Storage? {
    guard inputs[0].layout.offset == 0, inputs[0].isContiguous, inputs[0].dtype == dtype else { return nil }
    let byteCount = byteCount
    return inputs.unsharedFirstStorage { $0.isReusable && $0.byteCount == byteCount }
  }
}
