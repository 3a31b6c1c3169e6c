/// Keeps the result of `body` for the backward, but nothing of what it was computed from: that is computed again when
/// the gradient arrives. Memory for time, for long sequences of layers.
///
/// The result and its derivatives, of any order, are the same to the bit: each operation is done again as it was, and
/// what was drawn at random is drawn again. Only the gradient of a variable that several checkpoints use is added up in
/// another order. A gradient kept inside, by ``NDArray/retainGrad()``, is not filled. Outside
/// `record`, and inside ``vmap(inAxis:outAxis:_:)``, `body` simply runs.
///
/// Where to put checkpoints is yours to say, and no budget of memory chooses it: while operations are recorded, it is
/// not known which will follow, nor which of the values the program holds anyway.
///
/// ```swift
/// let x = NDArray([1, 2]).attachingGrad()
/// record { checkpoint { sin(x * x) * x }.sum() }.backward()
/// x.grad  // array([ 1.9220755, -5.9859514])
/// ```
public func checkpoint(_ body: () throws -> NDArray) rethrows -> NDArray {
  guard isRecording, !isTracing else { return try body() }
  let made = MadeNodes()
  let result = try made.observe(body)
  guard result.node.isTracked, made.contains(result.node), !hasFailed else { return result }
  let (segment, variables) = graphLock.withLock { Segment.recorded(result.node, made) }
  result.evaluate()
  let value = NDArray(storage: result.node.sharedStorage(), layout: result.node.layout, like: result)
  return apply(
    Checkpoint(segment), Inputs([value.node] + variables), shape: value.shape, dtype: value.dtype)
}

/// The result of operations that are done again for its derivative. Inputs: the value, then what they start from.
struct Checkpoint: View {
  private let segment: Segment
  init(_ segment: Segment) { self.segment = segment }

  static func == (a: Checkpoint, b: Checkpoint) -> Bool { a.segment === b.segment }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(segment)) }

  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? { input }
  var linearity: Linearity { .unknown }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? nil : segment.gradient(g, of: (1..<x.count).map { x[$0] }, at: i - 1)
  }
}

/// The nodes that operations made while this observed them.
private final class MadeNodes: Observer {
  // By their addresses: nodes that are gone by the end are in no graph, so that no other is taken for one of them, but
  // for leaves, which no operation made.
  private var made: Set<ObjectIdentifier> = []

  override var doesAgain: Bool { true }

  override func made(_ node: Node, from inputs: Inputs) {
    made.insert(ObjectIdentifier(node))
    super.made(node, from: inputs)
  }

  func contains(_ node: Node) -> Bool {
    made.contains(ObjectIdentifier(node)) && node.history != .attached && !(node.operation is Leaf)
  }
}

/// Operations in the order in which they were recorded, without their values.
final class Segment: Sendable {
  private enum Source {
    /// The result of another operation of the segment.
    case operation(Int)
    /// What the segment starts from, and can be differentiated with respect to.
    case variable(Int)
    case constant(NDArray)
  }

  private struct Step {
    let operation: any Operation
    let inputs: [Source]
    let shape: Shape
    let dtype: DType
    let isTracked: Bool
    let slot: GradientSlot?
  }

  private let steps: [Step]
  /// The gradients of the variables for the gradient that came last: they are asked for one by one.
  private let latest = Guarded<(g: NDArray, parts: [NDArray?])?>(nil)

  private init(_ steps: [Step]) { self.steps = steps }

  /// The operations of the graph of a result that `made` contains, and what they start from.
  fileprivate static func recorded(_ result: Node, _ made: MadeNodes) -> (Segment, variables: [Node]) {
    var traversal = Traversal()
    traversal.visit(result, inputsOf: made.contains, where: { _ in true })
    var sources: [ObjectIdentifier: Source] = [:]
    var steps: [Step] = []
    var variables: [Node] = []
    for node in traversal.nodes {
      let key = ObjectIdentifier(node)
      if made.contains(node), !node.isReady || node.isTracked {
        sources[key] = .operation(steps.count)
        steps.append(
          Step(
            operation: node.operation, inputs: node.inputs.map { sources[ObjectIdentifier($0)]! }, shape: node.shape,
            dtype: node.dtype, isTracked: node.isTracked, slot: node.slot))
      } else if node.isTracked {
        sources[key] = .variable(variables.count)
        variables.append(node)
      } else {
        sources[key] = .constant(NDArray(node))
      }
    }
    return (Segment(steps), variables)
  }

  /// The gradient of the variable at `i`, for that of the result.
  func gradient(_ g: NDArray, of variables: [NDArray], at i: Int) -> NDArray? {
    let known = latest.withLock { latest in latest?.g.node === g.node ? latest?.parts : nil }
    var parts = known ?? gradients(g, variables)
    let part = parts[i]
    parts[i] = nil
    let rest: (g: NDArray, parts: [NDArray?])? = parts.contains { $0 != nil } ? (g, parts) : nil
    latest.withLock { $0 = rest }
    return part
  }

  private func gradients(_ g: NDArray, _ variables: [NDArray]) -> [NDArray?] {
    let isFinal = !isRecording && !isTracing
    // What the gradient comes from is let go first; what is done again, as soon as it has been used.
    if isFinal { g.evaluate() }
    let result = repeated(variables)
    guard result.node.isTracked,
      let graph = Differentiation(of: [result.node], "checkpoint", stoppingAt: variables.map(\.node))
    else { return variables.map { _ in nil } }
    let positions = graph.find(variables)
    let all = graph.gradients([g], keeping: Set(positions.compactMap { $0 }))
    let parts = positions.map { $0.flatMap { all[$0] } }
    if isFinal { evaluate(parts.compactMap { $0 }) }
    return parts
  }

  /// Does the operations again.
  private func repeated(_ variables: [NDArray]) -> NDArray {
    var results: [NDArray] = []
    for step in steps {
      let inputs = step.inputs.map { source in
        switch source {
        case .operation(let k): results[k].node
        case .variable(let k): variables[k].node
        case .constant(let array): array.node
        }
      }
      let result = scope(recording: step.isTracked, training: isTraining) {
        apply(step.operation, Inputs(inputs), shape: step.shape, dtype: step.dtype)
      }
      if let slot = step.slot { result.node.slot = slot }
      results.append(result)
    }
    return results[results.count - 1]
  }
}

extension NDArray {
  /// A constant with this memory.
  fileprivate init(storage: Storage, layout: Layout, like array: NDArray) {
    self.init(
      Node(
        Leaf(), Inputs(), shape: array.shape, dtype: array.dtype, history: .unrecorded, storage: storage,
        layout: layout))
  }
}
