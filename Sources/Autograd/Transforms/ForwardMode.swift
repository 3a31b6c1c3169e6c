/// Forward-mode differentiation: the tangents of the heads of a recorded graph, when its variables move.
///
/// It needs one rule an operation, the `vjp`. An elementwise function has a diagonal derivative, so that its `vjp` is
/// its `jvp`; a linear operation on tangents is the tangent; from any other, the transpose of the `vjp` is taken.
extension Differentiation {
  /// `directions` are those of the variables at `positions`. With `count` they have that many along a new first axis,
  /// and so have the tangents; `nil` where nothing moves.
  func tangents(_ directions: [NDArray], at positions: [Int], count: Int? = nil) -> [NDArray?] {
    var tangents = [NDArray?](repeating: nil, count: nodes.count)
    for (position, direction) in zip(positions, directions) { tangents[position] = direction }
    var start = 0
    for position in nodes.indices {
      let inputs = inputPositions[start..<(start + nodes[position].inputs.count)]
      start = inputs.endIndex
      guard tangents[position] == nil else { continue }
      let moved = inputs.map { $0 < 0 ? nil : tangents[Int($0)] }
      guard nodes[position].dtype.isFloatingPoint, moved.contains(where: { $0 != nil }) else { continue }
      tangents[position] = Movement(nodes[position], moved, count).tangent(nodes[position].operation)
    }
    return headPositions.map { tangents[$0] }
  }
}

/// One operation whose inputs move.
private struct Movement {
  let node: Node
  let tangents: [NDArray?]
  let count: Int?

  init(_ node: Node, _ tangents: [NDArray?], _ count: Int?) {
    self.node = node
    self.tangents = tangents
    self.count = count
  }

  func tangent(_ operation: some Operation) -> NDArray? {
    switch operation.linearity {
    case .jointly(let range): jointlyLinear(operation, range)
    case .separately: sum { i, _ in applied(operation, replacing: [i]) }
    case .unknown:
      if case .map = operation.kernel {
        sum { diagonal(operation, $0, $1) }
      } else {
        sum { transposed(operation, $0, $1) }
      }
    }
  }

  /// The sum of what each input that moves contributes.
  private func sum(_ part: (_ i: Int, _ tangent: NDArray) -> NDArray?) -> NDArray? {
    var result: NDArray?
    for (i, tangent) in tangents.enumerated() {
      guard let tangent, let part = part(i, tangent) else { continue }
      result = result.map { $0 + part } ?? part
    }
    let shape = count.map(node.shape.after) ?? node.shape
    return result?.broadcast(unchecked: shape)
  }

  private func diagonal(_ operation: some Operation, _ i: Int, _ tangent: NDArray) -> NDArray? {
    operation.vjp(
      count == nil ? tangent : tangent.aligned(to: node.shape.rank), Operands(node), NDArray(node), wrt: i)
  }

  private func jointlyLinear(_ operation: some Operation, _ range: Range<Int>) -> NDArray? {
    let linear = Array(range.clamped(to: node.inputs.indices))
    return linear.contains { tangents[$0] != nil } ? applied(operation, replacing: linear) : nil
  }

  /// The operation on the tangents of some inputs, zeros where those do not move, and on the other inputs.
  private func applied(_ operation: some Operation, replacing replaced: [Int]) -> NDArray {
    let inputs = node.inputs.enumerated().map { i, input in
      replaced.contains(i) ? tangents[i] ?? NDArray(input).zerosLike() : NDArray(input)
    }
    guard let count else {
      return apply(operation, Inputs(inputs.map(\.node)), shape: node.shape, dtype: node.dtype)
    }
    let isBatched = inputs.indices.map { replaced.contains($0) && tangents[$0] != nil }
    return Batch(count: count, inputs: inputs, isBatched: isBatched, shape: node.shape, dtype: node.dtype)
      .result(operation)
  }

  /// The `vjp` as a function of the incoming gradient is linear; its own `vjp` is the `jvp`.
  private func transposed(_ operation: some Operation, _ i: Int, _ tangent: NDArray) -> NDArray? {
    guard let count else { return transpose(operation, i, tangent) }
    return tracing {
      let direction = NDArray.example(of: tangent)
      guard let one = transpose(operation, i, direction) else { return nil }
      return Batching.results(of: [one], count: count, [(direction, tangent)])?[0].array
    }
  }

  private func transpose(_ operation: some Operation, _ i: Int, _ tangent: NDArray) -> NDArray? {
    tracing {
      let g = NDArray.unknown(node.shape, node.dtype, isTracked: true)
      let pulled = scope(recording: true, training: isTraining) {
        operation.vjp(g, Operands(node), NDArray(node), wrt: i)?.fitted(to: node.inputs[i])
      }
      guard let pulled, pulled.node.isTracked, !hasFailed,
        let graph = Differentiation(of: [pulled.node], operation.name, stoppingAt: [g.node, node] + node.inputs),
        let position = graph.nodes.firstIndex(where: { $0 === g.node })
      else { return nil }
      return graph.gradients([tangent], keeping: [position])[position]
    }
  }
}
