extension NDArray {
  /// Asks for the gradient of this array: reserves a buffer of zeros, which every backward fills.
  ///
  /// The array becomes a leaf of its own, as after `detached()`: what was computed from it before keeps the old
  /// history. Assigning the array shares the gradient, and writing to it outside `record` keeps it.
  ///
  /// ```swift
  /// var x = NDArray.arange(4)
  /// x.attachGrad()
  /// x.grad  // array([0., 0., 0., 0.])
  /// ```
  public mutating func attachGrad(
    _ request: GradientRequest = .write, file: StaticString = #fileID, line: UInt = #line
  ) {
    guard dtype.isFloatingPoint else {
      report(.gradient("attachGrad: an array of \(dtype) has no gradient. Convert it with astype(.float32)."))
      return
    }
    guard !hasFailed else { return }
    node.noteAttachment(CallSite(file: file, line: line))
    let slot = request == .null ? nil : GradientSlot(request, gradient: zerosLike())
    node = leaf(slot == nil ? .unrecorded : .attached)
    node.slot = slot
  }

  /// The same array with a gradient asked for.
  public func attachingGrad(
    _ request: GradientRequest = .write, file: StaticString = #fileID, line: UInt = #line
  ) -> NDArray {
    var copy = self
    copy.attachGrad(request, file: file, line: line)
    return copy
  }

  /// A node with this value at which backward ends. It is ready if the value is: what is computed from few elements is
  /// then computed at once.
  func leaf(_ history: Node.History) -> Node {
    node.isReady
      ? Node(
        Leaf(), Inputs(), shape: shape, dtype: dtype, history: history, storage: node.sharedStorage(),
        layout: node.layout)
      : Node(Alias(), Inputs(node), shape: shape, dtype: dtype, history: history)
  }

  /// Keeps the history of this intermediate result, and also stores its gradient at the next backward.
  public func retainGrad() { keepGradient("retainGrad") }

  func keepGradient(_ name: String) {
    guard dtype.isFloatingPoint else {
      report(.gradient("\(name): an array of \(dtype) has no gradient. Convert it with astype(.float32)."))
      return
    }
    guard node.isTracked else {
      report(.gradient("\(name): " + node.reasonForNoGraph))
      return
    }
    guard !hasFailed, node.slot == nil else { return }
    node.slot = GradientSlot(.write, gradient: zerosLike())
  }

  /// The gradient: zeros after `attachGrad()`, then what the last backward found.
  public var grad: NDArray {
    guard let slot = node.slot else {
      report(
        .gradient(
          "grad: no gradient is attached to this array. Call attachGrad() before record, "
            + "or retainGrad() on an intermediate result."))
      return zerosLike()
    }
    return graphLock.withLock { slot.gradient }
  }

  /// Whether a gradient is attached.
  public var hasGrad: Bool { node.slot != nil }

  /// Whether the attached gradient is none of the present value: no backward reached the array since it was
  /// attached or last written to.
  public var isGradStale: Bool { node.slot?.isStale ?? false }

  /// The same value as a constant: no gradient passes.
  public func detached() -> NDArray {
    node.isTracked || node.isFreed ? pause(trainMode: isTraining) { copy() } : self
  }

  /// This array as the result of an operation that changes nothing: outside `record` a constant, inside an
  /// intermediate, like any result; it does not share the gradient.
  var unchanged: NDArray { !isRecording ? detached() : node.isTracked ? copy() : self }

  /// The node of a written array: outside `record` it stays the variable that it was.
  mutating func rebind(to written: NDArray) {
    guard !hasFailed else { return }
    if let slot = node.slot, node.history == .attached, !isRecording {
      slot.isStale = true
      // Only a node that no graph refers to may become a leaf.
      let fresh = written.node.history == .unrecorded ? written : written.copy()
      fresh.node.history = .attached
      fresh.node.slot = slot
      node = fresh.node
    } else {
      node = written.node
    }
  }
}

extension Node {
  /// Remembers that a gradient was attached here: too late for what was computed from the array before.
  fileprivate func noteAttachment(_ site: CallSite) {
    if history == .unrecorded || history == .untracked { trace?.site = site }
  }

  /// Why there is no graph to differentiate, and what to do.
  var reasonForNoGraph: String {
    switch history {
    case .freed:
      "the graph of this array was freed by the backward at \(trace?.site?.description ?? "an unknown place"). "
        + "To differentiate twice, pass retainGraph: true to the first."
    case .unrecorded:
      "this array was not computed inside record { }. Put the computation into record { }, after attachGrad()."
    case .untracked:
      if let site = trace?.site {
        "a gradient was attached at \(site), after the array had been used. Call attachGrad() before record { }."
      } else {
        "this array was recorded, but depends on no array with a gradient. Call attachGrad() on the variables "
          + "before record { }; detached() and pause { } cut the graph."
      }
    case .tracked, .attached:
      "this array has a graph"
    }
  }
}
