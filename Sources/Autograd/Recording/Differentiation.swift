/// Reverse-mode differentiation: a pure function from graph to graph.
///
/// It knows no formula; the rules of the operations are formulas, and know no recorder. While it lives, its nodes keep
/// their inputs: another thread that frees the same graph takes nothing away from it.
struct Differentiation: ~Copyable {
  /// The tracked nodes below the heads, each after its inputs.
  private(set) var nodes: [Node]
  /// Positions in `nodes` of the inputs of all nodes, -1 for constants, one node after the other.
  let inputPositions: [Int32]
  let headPositions: [Int]

  /// Fails if a part of the graph was freed. What is below the nodes in `ends` is left out.
  init?(of heads: [Node], _ name: String, stoppingAt ends: [Node] = []) {
    // Most often there is one, which needs no hashing of each node.
    let (end, others) = (ends.first, Set(ends.dropFirst().map(ObjectIdentifier.init)))
    func isEnd(_ node: Node) -> Bool { node === end || others.contains(ObjectIdentifier(node)) }
    var freed: Node?
    (nodes, headPositions, inputPositions) = graphLock.withLock {
      var traversal = Traversal()
      for head in heads {
        if head.isFreed { freed = freed ?? head }
        traversal.visit(head, inputsOf: { $0.hasHistory && !isEnd($0) }) { input in
          if input.isFreed { freed = freed ?? input }
          return input.isTracked
        }
      }
      for node in traversal.nodes { node.retainInputs() }
      var positions = traversal.inputPositions(of: \.hasHistory)
      if !ends.isEmpty { Self.cut(&positions, traversal.nodes, where: isEnd) }
      return (traversal.nodes, heads.map { traversal.position(of: $0)! }, positions)
    }
    if let freed {
      report(.gradient("\(name): " + freed.reasonForNoGraph))
      return nil
    }
  }

  /// Makes the inputs of the ends constants: they may be part of the graph in other ways.
  private static func cut(_ positions: inout [Int32], _ nodes: [Node], where isEnd: (Node) -> Bool) {
    var start = 0
    for node in nodes {
      let inputs = start..<(start + node.held.count)
      start = inputs.endIndex
      if isEnd(node) { for i in inputs { positions[i] = -1 } }
    }
  }

  /// The gradients of the nodes in `kept`, or of those with a slot, by position; `nil` where none arrives.
  func gradients(_ cotangents: [NDArray], keeping kept: Set<Int>? = nil) -> [NDArray?] {
    // Not by `map`: the compiler fails on closures that capture what cannot be copied.
    let isKept = if let kept { flags(kept) } else { [Bool]?.none }
    let leads = if let isKept { nodesLeading(to: isKept) } else { [Bool]?.none }
    var gradients = GradientSums(count: nodes.count)
    for (position, cotangent) in zip(headPositions, cotangents) { gradients.add(cotangent, at: position) }
    var end = inputPositions.count
    let observer = Observer.current
    for position in nodes.indices.reversed() {
      Unmanaged.passUnretained(nodes[position])._withUnsafeGuaranteedRef { node in  // without retains: a fifth less
        end -= node.held.count
        gradients.join(at: position)
        guard var g = gradients.take(position) else { return }
        if let slot = node.slot, !slot.hooks.isEmpty { g = slot.hooked(g) }
        observer?.differentiates(node)
        pass(g, from: node, toInputsAt: end, leads, in: &gradients)
        if isKept?[position] ?? (node.slot != nil) { gradients.sums[position] = g }
      }
    }
    observer?.differentiates(nil)
    return gradients.sums
  }

  private func flags(_ positions: Set<Int>) -> [Bool] {
    var isIn = [Bool](repeating: false, count: nodes.count)
    for position in positions { isIn[position] = true }
    return isIn
  }

  /// Whether each node depends on one of the targets: a gradient is of use there.
  private func nodesLeading(to isTarget: [Bool]) -> [Bool] {
    var leads = isTarget
    var start = 0
    for position in nodes.indices {
      let inputs = inputPositions[start..<(start + nodes[position].held.count)]
      start = inputs.endIndex
      if inputs.contains(where: { $0 >= 0 && leads[Int($0)] }) { leads[position] = true }
    }
    return leads
  }

  @inline(__always)
  private func pass(
    _ g: NDArray, from node: Node, toInputsAt first: Int, _ leads: [Bool]?, in gradients: inout GradientSums
  ) {
    let y = NDArray(node)
    let x = Operands(node)
    for i in 0..<node.held.count {
      let target = Int(inputPositions[first + i])
      guard target >= 0, leads?[target] ?? true, let part = node.operation.vjp(g, x, y, wrt: i) else { continue }
      let fits = Unmanaged.passUnretained(nodes[target])._withUnsafeGuaranteedRef { part.fits($0) }
      gradients.add(fits ? part : part.fitted(to: nodes[target]), at: target)
    }
  }

  /// Ends the history of the nodes, so that what only it held is released: the last first, so that most are, and need
  /// no trace.
  mutating func free(at site: CallSite) {
    let trace = Trace(site)
    graphLock.withLock {
      if nodes.contains(where: { !$0.dtype.isFloatingPoint }) { endConstants() }
      while var node = nodes.popLast() {
        guard !isKnownUniquelyReferenced(&node) else { continue }
        if node.hasHistory {
          node.history = .freed
          node.trace = trace
        }
        node.releaseInputs()
      }
    }
  }

  deinit {
    guard !nodes.isEmpty else { return }
    graphLock.withLock { for node in nodes { node.releaseInputs() } }
  }

  /// What depends on variables through integers or bools alone, as a mask does, is a constant when the graph is freed:
  /// nothing is missing of its gradient.
  private func endConstants() {
    for node in nodes where node.hasHistory {
      guard !node.dtype.isFloatingPoint || !node.inputs.contains(where: \.isTracked) else { continue }
      node.history = .untracked
    }
  }
}

extension NDArray {
  /// Whether it is a gradient for an input as it is.
  @inline(__always)
  fileprivate func fits(_ input: Node) -> Bool { dtype == input.dtype && shape == input.shape }

  /// The gradient for an input from that for what it was broadcast to.
  func fitted(to input: Node) -> NDArray {
    guard node.shape != input.shape else { return converted(to: input.dtype) }
    let joint = Shape.broadcast(shape, input.shape)!
    return broadcast(unchecked: joint).summedInside(to: input.shape).converted(to: input.dtype)
  }

  /// The sum to a shape, of what is still to be computed: a sign and a factor that the terms share are left outside of
  /// the sum, which takes an operation less on each term.
  private func summedInside(to shape: Shape) -> NDArray {
    let x = graphLock.withLock { node.isReady ? [] : node.inputs.map { NDArray($0) } }
    if x.count == 1, node.operation is Negative { return -x[0].summedInside(to: shape) }
    if x.count == 2, node.operation is MaskedMultiply, x[0].shape == self.shape,
      Shape.broadcast(x[1].shape, shape) == shape
    {
      return x[0].summedInside(to: shape) .* x[1]
    }
    return summed(to: shape)
  }
}

/// The gradients that arrive at each node, added up.
private struct GradientSums {
  /// By position; `nil` where none arrived.
  var sums: [NDArray?]
  /// Terms that one operation will add up, by position.
  private var terms: [Int: [Node]] = [:]

  init(count: Int) { sums = Array(repeating: nil, count: count) }

  /// Takes out what has arrived.
  @inline(__always)
  mutating func take(_ position: Int) -> NDArray? {
    var sum: NDArray?
    swap(&sum, &sums[position])
    return sum
  }

  mutating func add(_ part: consuming NDArray, at position: Int) {
    // What is differentiated or batched again stays apart: the rules of forward mode are for one term.
    if !isRecording, !isTracing, !part.node.isReady, part.node.operation.joining != nil {
      terms[position, default: []].append(part.node)
    } else if sums[position] == nil {
      sums[position] = part
    } else if isRecording || !Immediate.add(part.node, into: &sums[position]!.node) {
      sums[position] = sums[position]! + part
    }
  }

  /// Adds up the terms at a position where no more will arrive.
  mutating func join(at position: Int) {
    guard !terms.isEmpty, let terms = terms.removeValue(forKey: position) else { return }
    graphLock.withLock { for node in terms { node.retainInputs() } }
    defer { graphLock.withLock { for node in terms { node.releaseInputs() } } }
    var rest = terms
    while let first = rest.first {
      let kind = first.isReady ? nil : first.operation.joining
      let alike = kind == nil ? [first] : rest.filter { $0.joins(kind) }
      if kind == nil { rest.removeFirst() } else { rest.removeAll { $0.joins(kind) } }
      let sum = alike.count > 1 ? kind!.sum(alike) : NDArray(first)
      sums[position] = sums[position].map { $0 + sum } ?? sum
    }
  }
}

extension Node {
  fileprivate func joins(_ kind: (any Joining.Type)?) -> Bool { !isReady && operation.joining == kind }
}
