/// Does for many examples what was done for one: a pure function from graph to graph.
///
/// It knows how elementwise operations work on a batch; the others say it themselves, or are done in a loop.
enum Batching {
  /// A result of the rewriting, the same for all examples unless batched.
  struct Result {
    let array: NDArray
    let isBatched: Bool
  }

  /// The arrays `of` for all examples: `examples` pairs what stood for one of them with the batch of all. Fails, with
  /// an error, if an operation cannot have one more axis.
  static func results(
    of arrays: [NDArray], count: Int, _ examples: [(one: NDArray, all: NDArray)]
  ) -> [Result]? {
    let (nodes, positions) = graphLock.withLock {
      let traversal = Traversal(pendingUnder: arrays.map(\.node))
      for node in traversal.nodes { node.retainInputs() }
      return (traversal.nodes, traversal.inputPositions())
    }
    defer { graphLock.withLock { for node in nodes { node.releaseInputs() } } }
    var batches = [NDArray?](repeating: nil, count: nodes.count)
    let known = Dictionary(examples.map { (ObjectIdentifier($0.one.node), $0.all) }, uniquingKeysWith: { $1 })
    var start = 0
    for (k, node) in nodes.enumerated() {
      let inputs = positions[start..<(start + node.inputs.count)].map { $0 < 0 ? nil : batches[Int($0)] }
      start += inputs.count
      if let batch = known[ObjectIdentifier(node)] {
        batches[k] = batch
      } else if inputs.contains(where: { $0 != nil }) {
        guard node.shape.rank < InlineInts.capacity else { return tooManyAxes(node) }
        batches[k] = batched(node, inputs, count)
      }
    }
    let places = Dictionary(nodes.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { $1 })
    return arrays.map { array in
      let batch = places[ObjectIdentifier(array.node)].flatMap { batches[$0] }
      return Result(array: batch ?? array, isBatched: batch != nil)
    }
  }

  private static func tooManyAxes(_ node: Node) -> [Result]? {
    report(
      .rank(
        "vmap: \(node.operation.name) has a result of shape \(node.shape); there is no room for an axis of examples, "
          + "since an array has at most \(InlineInts.capacity)"))
    return nil
  }

  /// A node for all examples, with a history if it had one.
  private static func batched(_ node: Node, _ inputs: [NDArray?], _ count: Int) -> NDArray {
    scope(recording: isRecording && node.isTracked, training: isTraining) {
      Batch(
        count: count, inputs: zip(node.inputs, inputs).map { $1 ?? NDArray($0) }, isBatched: inputs.map { $0 != nil },
        shape: node.shape, dtype: node.dtype
      ).result(node.operation)
    }
  }
}

extension Batch {
  /// The operation done for the batch.
  func result(_ operation: some Operation) -> NDArray {
    if let result = operation.batched(self) { return result }
    switch operation.kernel {
    case .map, .cast: return apply(operation, inputs.indices.map(aligned))
    case .reduce, .custom: return loop(operation)
    case .view, .none:
      report(.value("vmap: \(operation.name) cannot be done for a batch. Do it in a loop over the examples."))
      return .placeholder(batchShape, dtype)
    }
  }

  /// The shape of the result for the batch.
  var batchShape: Shape { shape.after(count) }

  func apply(_ operation: some Operation, _ inputs: [NDArray]) -> NDArray {
    apply(operation, inputs, shape: batchShape)
  }

  func apply(_ operation: some Operation, _ inputs: [NDArray], shape: Shape) -> NDArray {
    let nodes =
      switch inputs.count {
      case 1: Inputs(inputs[0].node)
      case 2: Inputs(inputs[0].node, inputs[1].node)
      default: Inputs(inputs.map(\.node))
      }
    return Autograd.apply(operation, nodes, shape: shape, dtype: dtype)
  }

  /// An input with axes of extent 1 after that of the examples, so that it broadcasts to the result.
  func aligned(_ i: Int) -> NDArray { isBatched[i] ? inputs[i].aligned(to: shape.rank) : inputs[i] }

  /// An input with an axis of examples, repeated if it is the same for all.
  func spread(_ i: Int) -> NDArray {
    isBatched[i] ? inputs[i] : inputs[i].broadcast(unchecked: inputs[i].shape.after(count))
  }

  /// All inputs with an axis of examples.
  var spread: [NDArray] { inputs.indices.map(spread) }

  /// For operations that do the same along the first axis: the examples become part of it.
  func mergedIntoFirstAxis(_ operation: some Operation) -> NDArray {
    apply(operation, spread.map(\.mergingFirstAxes), shape: batchShape.mergingFirstAxes).reshaped(to: batchShape)
  }

  /// One example after the other.
  private func loop(_ operation: some Operation) -> NDArray {
    guard count > 0 else { return .zeros(batchShape, dtype: dtype) }
    return stack(
      (0..<count).map { k in
        apply(operation, inputs.indices.map { isBatched[$0] ? inputs[$0][k] : inputs[$0] }, shape: shape)
      })
  }
}

extension Shape {
  /// The shape with one more axis in front.
  func after(_ count: Int) -> Shape {
    var extents = extents
    extents.insert(count, at: 0)
    return Shape(extents)
  }

  fileprivate var mergingFirstAxes: Shape { Shape([self[0] * self[1]] + self[2...]) }
}

extension NDArray {
  /// A batch with axes of extent 1 after the first, such that an example has `rank` axes.
  func aligned(to rank: Int) -> NDArray {
    guard self.rank <= rank else { return self }
    var extents = shape.extents
    while extents.count <= rank { extents.insert(1, at: 1) }
    return reshaped(to: Shape(extents))
  }

  var mergingFirstAxes: NDArray { reshaped(to: shape.mergingFirstAxes) }
}
