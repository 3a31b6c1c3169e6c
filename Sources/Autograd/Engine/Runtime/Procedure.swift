import CKernels

/// The steps of a plan, for all work of its structure: with places instead of nodes.
struct Procedure {
  private var steps: [(work: Work, unneeded: [Int])] = []

  private enum Work {
    case loop(LoopProgram)
    case view(Int)
    case custom(Int)

    init(_ step: consuming Step) {
      switch consume step {
      case .loop(let loop): self = .loop(LoopProgram(consume loop))
      case .view(_, let place): self = .view(place)
      case .custom(_, let place): self = .custom(place)
      }
    }

    var resultPlaces: [Int] {
      switch self {
      case .loop(let program): program.resultPlaces
      case .view(let place), .custom(let place): [place]
      }
    }
  }

  /// Runs the steps of a plan as it lowers them: a loop depends on how its inputs lie.
  init(_ planned: inout [Step], running nodes: inout EvaluatedNodes, _ observer: Observer?) {
    let unneeded = planned.unneededPlaces(of: nodes.count)
    planned.reverse()
    for unneeded in unneeded {
      // A planned step is let go before it runs: what it alone held may serve as memory for its results.
      observer?.willRun(planned.last!)
      let work = Work(planned.removeLast())
      run(work, &nodes, unneeded)
      observer?.didRun()
      steps.append((work, unneeded))
    }
  }

  /// Runs the steps on other nodes.
  func run(_ nodes: inout EvaluatedNodes) {
    for (work, unneeded) in steps { run(work, &nodes, unneeded) }
  }

  private func run(_ work: Work, _ nodes: inout EvaluatedNodes, _ unneeded: [Int]) {
    nodes.unneeded = unneeded
    if nodes.areFailed { return nodes.fail(work.resultPlaces.map { nodes[$0] }) }
    switch work {
    case .loop(let program): program.run(&nodes)
    case .view(let place):
      let node = nodes.last(place)
      guard case .view(let view) = node.operation.kernel else { preconditionFailure("not a view") }
      let (storage, layout) = Immediate.view(view, node.inputs[0], node.shape)
      node.fulfil(storage, layout)
    case .custom(let place):
      let node = nodes.last(place)
      if !runAlone(node) { nodes.fail([node]) }
    }
  }

  /// Whether there was memory for the result.
  private func runAlone(_ node: Node) -> Bool {
    var inputs = node.takeInputs()
    guard case .custom(let operation) = node.operation.kernel else {
      // A reduction of axes of extent 1 is no loop's.
      node.fulfil(Immediate.run(node.operation.kernel, inputs, shape: node.shape, dtype: node.dtype))
      return true
    }
    let donated = operation.mayReplaceFirstInput ? inputs.firstStorage(for: node) : nil
    guard let buffer = donated.map(Buffer.init) ?? node.allocate() else { return false }
    Immediate.run(operation, inputs, node.shape, node.dtype, into: buffer.address)
    node.fulfil(buffer)
    return true
  }
}

/// The nodes of an evaluation, by place.
struct EvaluatedNodes {
  private var nodes: [Node?]
  /// The places that no step after the present one needs.
  var unneeded: [Int] = []
  /// Whether there was no memory for a result: the rest is zeros as well, which lie as no step expects.
  private(set) var areFailed = false

  init(_ traversal: consuming Traversal) {
    nodes = []
    nodes.reserveCapacity(traversal.nodes.count + traversal.leaves.count)
    for node in traversal.nodes { nodes.append(node) }
    for leaf in traversal.leaves { nodes.append(leaf) }
  }

  var count: Int { nodes.count }
  subscript(place: Int) -> Node { nodes[place]! }

  mutating func releaseUnneeded() {
    for place in unneeded { nodes[place] = nil }
  }

  mutating func fail(_ results: [Node]) {
    areFailed = true
    for node in results { node.fulfilWithZeros() }
  }

  /// A node, for the step that needs no other.
  mutating func last(_ place: Int) -> Node {
    let node = self[place]
    releaseUnneeded()
    return node
  }
}

extension [Step] {
  /// For each step the places that no later one needs; those that none needs are with the first.
  fileprivate func unneededPlaces(of count: Int) -> [[Int]] {
    var last = [Int](repeating: 0, count: count)
    for (index, step) in enumerated() {
      for place in step.places { last[place] = index }
    }
    var result = [[Int]](repeating: [], count: self.count)
    for place in 0..<count { result[last[place]].append(place) }
    return result
  }
}

extension Inputs {
  /// The memory of the first input, if nobody else needs it and it is laid out as the result will be.
  fileprivate mutating func firstStorage(for result: Node) -> Storage? {
    guard self[0].layout.offset == 0, self[0].isContiguous, self[0].dtype == result.dtype else { return nil }
    return unsharedFirstStorage { $0.isReusable && $0.byteCount == result.byteCount }
  }
}

/// The procedures used last, by the structure of the work: scheduling and lowering took half of the time of networks of
/// small arrays.
struct ProcedureCache {
  private var recent: [Structure: Procedure] = [:]
  /// Those from before `recent` grew large; what of them is not used by the time it does so again goes.
  private var older: [Structure: Procedure] = [:]
  private var words = 0

  /// Of the structures, 8 bytes each; a procedure takes several times as much.
  private static let mostWords = 1 << 18

  mutating func find(_ structure: Structure) -> Procedure? {
    if let known = recent[structure] { return known }
    guard let known = older.removeValue(forKey: structure) else { return nil }
    insert(known, for: structure)
    return known
  }

  mutating func insert(_ procedure: Procedure, for structure: Structure) {
    if words > Self.mostWords {
      older = recent
      recent = [:]
      words = 0
    }
    recent[structure] = procedure
    words += structure.words.count
  }
}
