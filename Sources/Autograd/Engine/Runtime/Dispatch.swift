import CKernels

/// The result of an operation: at once when its inputs are ready and small, else as pending work.
///
/// Scheduling costs more than the work on small arrays. On large ones, waiting lets the scheduler fuse.
func apply(_ operation: some Operation, _ inputs: Inputs, shape: Shape, dtype: DType) -> NDArray {
  let state = ag_state()
  let history = state.pointee.recording ? recordedHistory(inputs) : Node.History.unrecorded
  let kernel = operation.kernel
  if case .view(let view) = kernel, inputs[0].isReady || isSmallPart(of: inputs[0], shape, state) {
    return reading(inputs, as: view, operation, shape, dtype, history)
  }
  guard canRunNow(inputs, shape, limit: Int(state.pointee.immediate_limit)) else {
    let node = Node(operation, inputs, shape: shape, dtype: dtype, history: history)
    if case .untracked = history { node.untrackedUse = untrackedUse(inputs) }
    return pending(node)
  }
  // Known when the compiler specialises this for an operation: elementwise ones go straight to their loop.
  let storage =
    if case .map(let body) = kernel {
      Immediate.map(body, inputs, shape: shape, dtype: dtype)
    } else {
      Immediate.run(kernel, inputs, shape: shape, dtype: dtype)
    }
  return fulfilled(operation, inputs, shape, dtype, history, storage, Layout(contiguous: shape))
}

/// A node with its value; only history needs the inputs.
@inline(__always)
private func fulfilled(
  _ operation: some Operation, _ inputs: Inputs, _ shape: Shape, _ dtype: DType, _ history: Node.History,
  _ storage: Storage, _ layout: Layout
) -> NDArray {
  if case .tracked = history {
    return NDArray(
      Node(operation, inputs, shape: shape, dtype: dtype, history: history, storage: storage, layout: layout))
  }
  let node = Node(
    Leaf(), Inputs(), shape: shape, dtype: dtype, history: history, storage: storage, layout: layout)
  if case .untracked = history { node.untrackedUse = untrackedUse(inputs) }
  return NDArray(node)
}

/// Of the inputs the largest is most likely the one that a gradient was meant for.
private func untrackedUse(_ inputs: Inputs) -> UntrackedUse? {
  inputs.max { $0.shape.elementCount < $1.shape.elementCount }?.untrackedUse
}

private func recordedHistory(_ inputs: Inputs) -> Node.History {
  var isTracked = false
  for input in inputs {
    switch input.history {
    // A freed input makes the result an error to differentiate, not a constant.
    case .tracked, .attached, .freed: isTracked = true
    case .unrecorded, .untracked: if input.untrackedUse == nil { input.untrackedUse = UntrackedUse() }
    }
  }
  return isTracked ? .tracked : .untracked
}

@inline(__always)
private func canRunNow(_ inputs: Inputs, _ shape: Shape, limit: Int) -> Bool {
  guard shape.elementCount <= limit else { return false }
  for i in 0..<inputs.count {
    let input = inputs[i]
    if input.shape.elementCount > limit || !input.isReady { return false }
  }
  return true
}

/// A small part of a large pending array is taken at once: it would be stored for that in any case, and a loop over
/// its parts is small work, each step of which would have to wait.
private func isSmallPart(of input: Node, _ shape: Shape, _ state: UnsafeMutablePointer<ag_thread_state>) -> Bool {
  let limit = Int(state.pointee.immediate_limit)
  guard shape.elementCount <= limit, input.shape.elementCount > limit else { return false }
  evaluate([input])
  return true
}

private func reading(
  _ inputs: Inputs, as view: any View, _ operation: some Operation, _ shape: Shape, _ dtype: DType,
  _ history: Node.History
) -> NDArray {
  let (storage, layout) = Immediate.view(view, inputs[0], shape)
  return fulfilled(operation, inputs, shape, dtype, history, storage, layout)
}

/// Bounds on pending work, so that a loop that never reads cannot grow without end.
private let pendingNodeLimit: Int64 = 4096
private let pendingByteLimit: Int64 = 1 << 30

private func pending(_ node: Node) -> NDArray {
  let state = ag_state()
  state.pointee.pending_nodes += 1
  state.pointee.pending_bytes += Int64(node.shape.elementCount * node.dtype.size)
  if state.pointee.pending_nodes > pendingNodeLimit || state.pointee.pending_bytes > pendingByteLimit {
    evaluate([node])
  }
  return NDArray(node)
}
