/// The graph that arrays were recorded in: what they were computed from, what it keeps, and where gradients go.
///
/// `names` tells what variables are called. As text each operation stands above its inputs, which are indented; what is
/// used several times is shown once, and then by its number.
///
/// ```swift
/// let x = NDArray([1, 2]).attachingGrad()
/// let y = record { (x * x).sum() }
/// print(graph(y, names: ["x": x]))
/// // 3 operations keep 12 B; a gradient goes to x
/// // #3 reshape () of float32, reads the memory of #2
/// //   #2 sum (1,) of float32, keeps 4 B
/// //     #1 multiply (2,) of float32, keeps 8 B
/// //       #0 x (2,) of float32, receives a gradient
/// //       #0 x
/// ```
public func graph(_ arrays: NDArray..., names: [String: NDArray] = [:]) -> RecordedGraph {
  graphLock.withLock { RecordedGraph(arrays.map(\.node), names) }
}

/// A graph to look at: as text, or drawn by Graphviz. It is a copy, which keeps no array.
public struct RecordedGraph: Sendable {
  /// A node, and what there is to say about it.
  struct Vertex: Sendable {
    let name: String
    let shape: Shape
    let dtype: DType
    let role: Role
    let memory: Memory
    /// Where it is stored that a gradient arrives here.
    let keepsGradient: Bool
    let inputs: [Int]
    /// How often it is an input.
    fileprivate(set) var uses = 0
  }

  enum Role: Sendable, Equatable {
    /// An array with a gradient: where the backward ends.
    case variable
    /// Through which a gradient passes.
    case operation
    /// Through which none passes.
    case constant
    /// The end of a graph that a backward, at this place, freed.
    case freed(String)
  }

  enum Memory: Sendable, Equatable {
    case own(Int)
    /// That of another node.
    case shared(Int)
    /// None yet: to be computed when it is needed.
    case pending
  }

  /// Each after its inputs.
  let vertices: [Vertex]
  let heads: [Int]
}

extension RecordedGraph {
  fileprivate init(_ heads: [Node], _ names: [String: NDArray]) {
    var traversal = Traversal()
    for head in heads { traversal.visit(head, inputsOf: { _ in true }, where: { _ in true }) }
    let positions = traversal.inputPositions()
    let known = Dictionary(names.map { ($1.node.identity, $0) }, uniquingKeysWith: Swift.min)
    var owners: [ObjectIdentifier: Int] = [:]
    var vertices: [Vertex] = []
    var start = 0
    for (k, node) in traversal.nodes.enumerated() {
      let inputs = positions[start..<(start + node.inputs.count)].map(Int.init)
      start += inputs.count
      for input in inputs { vertices[input].uses += 1 }
      let memory: Memory =
        node.isReady ? owners[node.memoryIdentity].map(Memory.shared) ?? .own(node.memoryByteCount) : .pending
      if node.isReady, owners[node.memoryIdentity] == nil { owners[node.memoryIdentity] = k }
      vertices.append(
        Vertex(
          name: known[node.identity] ?? node.nameInGraph, shape: node.shape, dtype: node.dtype, role: node.roleInGraph,
          memory: memory, keepsGradient: node.slot != nil, inputs: inputs))
    }
    self.vertices = vertices
    self.heads = heads.map { traversal.position(of: $0)! }
  }
}

extension Node {
  /// What tells variables apart, however often they are written to.
  fileprivate var identity: ObjectIdentifier { slot.map(ObjectIdentifier.init) ?? ObjectIdentifier(self) }

  fileprivate var nameInGraph: String {
    guard operation is Leaf else { return operation.name }
    if history == .attached { return "variable" }
    if isFreed { return "result" }
    return shape.rank == 0 ? NDArray(self).detached().description : "array"
  }

  fileprivate var roleInGraph: RecordedGraph.Role {
    switch history {
    case .attached: .variable
    case .tracked: .operation
    case .unrecorded, .untracked: .constant
    case .freed: .freed(trace?.site?.description ?? "an unknown place")
    }
  }
}

// MARK: Text

extension RecordedGraph: CustomStringConvertible {
  /// At most 200 lines.
  public var description: String { text(lines: 200) }

  /// As text of at most so many lines.
  public func text(lines limit: Int) -> String {
    var lines = [summary]
    var shown = Set<Int>()
    var work = heads.reversed().map { (position: $0, depth: 0) }
    while let (position, depth) = work.popLast() {
      guard lines.count <= limit else { return (lines + ["..."]).joined(separator: "\n") }
      let indent = String(repeating: "  ", count: depth)
      guard shown.insert(position).inserted else {
        lines.append("\(indent)#\(position) \(vertices[position].name)")
        continue
      }
      lines.append("\(indent)#\(position) \(vertices[position].text)")
      work += vertices[position].inputs.reversed().map { ($0, depth + 1) }
    }
    return lines.joined(separator: "\n")
  }

  /// What the graph holds in a sentence.
  var summary: String {
    let operations = vertices.filter { $0.role == .operation }
    let kept = operations.reduce(0) { $0 + $1.bytes }
    let count = "\(operations.count) operation\(operations.count == 1 ? " keeps" : "s keep") \(byteCount(kept))"
    let variables = vertices.filter { $0.role == .variable }.map(\.name)
    let target = variables.isEmpty ? "no array receives a gradient" : "a gradient goes to " + variables.list
    return "\(count); \(target)"
  }
}

extension [String] {
  /// Names with how often they occur, at most eight of them.
  fileprivate var list: String {
    var counts: [(name: String, count: Int)] = []
    for name in self {
      if let k = counts.firstIndex(where: { $0.name == name }) {
        counts[k].count += 1
      } else {
        counts.append((name, 1))
      }
    }
    let texts = counts.prefix(8).map { $0.count == 1 ? $0.name : "\($0.count) × \($0.name)" }
    return texts.joined(separator: ", ") + (counts.count > 8 ? " and \(counts.count - 8) more" : "")
  }
}

extension RecordedGraph.Vertex {
  var bytes: Int {
    if case .own(let bytes) = memory { return bytes }
    return 0
  }

  /// A constant that its name says all about.
  var isNumber: Bool { role == .constant && shape.rank == 0 && memory != .pending }

  fileprivate var text: String {
    isNumber ? name : "\(name) \(shape) of \(dtype), " + notes.joined(separator: ", ")
  }

  /// What is to be known beside shape and type.
  var notes: [String] {
    switch role {
    case .variable: ["receives a gradient"]
    case .constant: ["a constant", memoryNote]
    case .operation: [memoryNote] + (keepsGradient ? ["its gradient is kept"] : [])
    case .freed(let site): ["freed by the backward at \(site)"]
    }
  }

  private var memoryNote: String {
    switch memory {
    case .own(let bytes): "keeps \(byteCount(bytes))"
    case .shared(let owner): "reads the memory of #\(owner)"
    case .pending: "keeps nothing yet"
    }
  }
}
