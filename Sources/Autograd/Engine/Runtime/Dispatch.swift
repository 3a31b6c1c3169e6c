import CKernels

/// The result of an operation: at once when its inputs are ready and small, else as pending work.
///
/// Scheduling costs more than the work on small arrays. On large ones, waiting lets the scheduler fuse.
func apply(_ operation: some Operation, _ inputs: Inputs, shape: Shape, dtype: DType) -> NDArray {
  let kernel = operation.kernel
  if case .map(let body) = kernel {
    return map(operation, body, inputs.first!, inputs.second, inputs.third, shape: shape, dtype: dtype)
  }
  let state = ag_state()
  if case .view(let view) = kernel, inputs.first!.isReady || isSmallPart(of: inputs.first!, shape, state) {
    return reading(inputs, as: view, operation, shape, dtype, history(of: inputs, state))
  }
  if inputs.areStoredOnly, !kernel.movesElements {
    return applyComputing(operation, inputs, shape: shape, dtype: dtype)
  }
  guard canRunNow(inputs, shape, limit: Int(state.pointee.immediate_limit)) else {
    return later(operation, inputs, shape, dtype, state)
  }
  let buffer = Immediate.run(kernel, inputs, shape: shape, dtype: dtype)
  return fulfilled(operation, inputs, shape, dtype, history(of: inputs, state), buffer)
}

/// The result of one scalar function. Not generic, and without a `Kernel` on the way: 300 instructions less. Its inputs
/// become a list, which holds them, only where that is kept: 100 less.
func map(
  _ operation: any Operation, _ body: ScalarOp, _ a: Node, _ b: Node? = nil, _ c: Node? = nil, shape: Shape,
  dtype: DType
) -> NDArray {
  guard let loop = ag_map(body, (c == nil ? a : b!).dtype.kernelType) else {
    return applyComputing(operation, Inputs(a, b, c), shape: shape, dtype: dtype)
  }
  let state = ag_state()
  let limit = Int(state.pointee.immediate_limit)
  guard shape.elementCount <= limit, a.canRunNow(limit), b?.canRunNow(limit) ?? true, c?.canRunNow(limit) ?? true
  else { return later(operation, Inputs(a, b, c), shape, dtype, state) }
  let buffer = Immediate.map(loop, a, b, c, shape: shape, dtype: dtype)
  guard state.pointee.recording else {
    return NDArray(Node(shape: shape, dtype: dtype, history: .unrecorded, buffer))
  }
  let inputs = Inputs(a, b, c)
  let history = recordedHistory(inputs)
  return fulfilled(operation, consume inputs, shape, dtype, history, buffer)
}

/// Pending work; or what an observer makes of an operation. Nothing is immediate while there is one, so that it costs
/// the others nothing.
private func later(
  _ operation: any Operation, _ inputs: Inputs, _ shape: Shape, _ dtype: DType,
  _ state: UnsafeMutablePointer<ag_thread_state>
) -> NDArray {
  guard let observer = Observer.current else { return pending(operation, inputs, shape, dtype, state) }
  if !observer.makesAllWait, canRunNow(inputs, shape, limit: Int(state.pointee.observed_limit)) {
    let buffer = observer.timing(operation, inputs, shape, dtype) {
      Immediate.run(operation.kernel, inputs, shape: shape, dtype: dtype)
    }
    let array = fulfilled(operation, inputs, shape, dtype, history(of: inputs, state), buffer)
    observer.made(array.node, from: inputs)
    return array
  }
  let array = pending(operation, inputs, shape, dtype, state)
  observer.made(array.node, from: inputs)
  return array
}

/// A node with its value; only history needs the inputs.
@inline(__always)
private func fulfilled(
  _ operation: any Operation, _ inputs: consuming Inputs, _ shape: Shape, _ dtype: DType, _ history: Node.History,
  _ buffer: Buffer
) -> NDArray {
  if history == .tracked {
    return NDArray(Node(operation, inputs, shape: shape, dtype: dtype, history: history, buffer))
  }
  let node = Node(shape: shape, dtype: dtype, history: history, buffer)
  if history == .untracked { node.trace = trace(of: inputs) }
  return NDArray(node)
}

private func reading(
  _ inputs: Inputs, as view: any View, _ operation: some Operation, _ shape: Shape, _ dtype: DType,
  _ history: Node.History
) -> NDArray {
  let (storage, layout) = Immediate.view(view, inputs[0], shape)
  let isTracked = history == .tracked
  let node = Node(
    isTracked ? operation : Leaf(), isTracked ? inputs : Inputs(), shape: shape, dtype: dtype, history: history,
    storage: storage, layout: layout)
  if history == .untracked { node.trace = trace(of: inputs) }
  if let observer = Observer.current { observer.made(node, from: inputs) }
  return NDArray(node)
}

/// Of the inputs the largest is most likely the one that a gradient was meant for.
private func trace(of inputs: Inputs) -> Trace? {
  let found = inputs.max { $0.shape.elementCount < $1.shape.elementCount }?.trace
  return found === Trace.number ? Trace() : found
}

@inline(__always)
private func history(of inputs: Inputs, _ state: UnsafePointer<ag_thread_state>) -> Node.History {
  state.pointee.recording ? recordedHistory(inputs) : .unrecorded
}

private func recordedHistory(_ inputs: Inputs) -> Node.History {
  var isTracked = false
  inputs.visit { input in
    switch input.history {
    // A freed input makes the result an error to differentiate, not a constant.
    case .tracked, .attached, .freed: isTracked = true
    case .unrecorded, .untracked: if input.trace == nil { input.trace = Trace() }
    }
  }
  return isTracked ? .tracked : .untracked
}

@inline(__always)
private func canRunNow(_ inputs: Inputs, _ shape: Shape, limit: Int) -> Bool {
  shape.elementCount <= limit && inputs.all { $0.canRunNow(limit) }
}

extension Node {
  @inline(__always)
  fileprivate func canRunNow(_ limit: Int) -> Bool { shape.elementCount <= limit && isReady }
}

/// A small part of a large pending array is taken at once: it would be stored for that in any case, and a loop over
/// its parts is small work, each step of which would have to wait.
private func isSmallPart(of input: Node, _ shape: Shape, _ state: UnsafeMutablePointer<ag_thread_state>) -> Bool {
  let limit = Int(max(state.pointee.immediate_limit, state.pointee.observed_limit))
  guard shape.elementCount <= limit, input.shape.elementCount > limit else { return false }
  evaluate([input])
  return true
}

/// Bounds on pending work, so that a loop that never reads cannot grow without end.
private let pendingNodeLimit: Int64 = 4096
private let pendingByteLimit: Int64 = 1 << 30

private func pending(
  _ operation: any Operation, _ inputs: Inputs, _ shape: Shape, _ dtype: DType,
  _ state: UnsafeMutablePointer<ag_thread_state>
) -> NDArray {
  let history = history(of: inputs, state)
  let node = Node(operation, inputs, shape: shape, dtype: dtype, history: history)
  if history == .untracked { node.trace = trace(of: inputs) }
  state.pointee.pending_nodes += 1
  state.pointee.pending_bytes += Int64(node.byteCount)
  if state.pointee.pending_nodes > pendingNodeLimit || state.pointee.pending_bytes > pendingByteLimit,
    state.pointee.tracing == 0, !graphLock.isHeld
  {
    evaluate([node])
  }
  return NDArray(node)
}
