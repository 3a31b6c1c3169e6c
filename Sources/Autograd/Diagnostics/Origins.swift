/// What the latest arrays were made from, and where: more than nodes without a history know.
struct Origins {
  private struct Origin {
    let node: Node
    let operation: String
    let inputs: Inputs
  }

  /// Of this many nodes the inputs are kept.
  private static let limit = 512
  private var latest: [ObjectIdentifier: Origin] = [:]
  private var order: [ObjectIdentifier] = []
  /// Of nodes with a history, which live as long as the graph.
  private var recorded: [ObjectIdentifier: [RecordingScope]] = [:]

  mutating func add(_ node: Node, _ inputs: Inputs) {
    let key = ObjectIdentifier(node)
    if node.isTracked { recorded[key] = RecordingScope.all }
    latest[key] = Origin(node: node, operation: node.operation.name, inputs: inputs)
    order.append(key)
    guard order.count > 2 * Self.limit else { return }
    for old in order.prefix(Self.limit) { latest[old] = nil }
    order.removeFirst(Self.limit)
  }

  /// The calls of `record` around a node with a history.
  func scopes(of node: Node) -> [RecordingScope] { recorded[ObjectIdentifier(node)] ?? [] }

  /// The operations that lead to a node, each below what uses it: so many generations, and so many lines, as one reads.
  func chain(to node: Node) -> [String] {
    var lines: [String] = []
    var work = [(node: node, depth: 0)]
    while let (node, depth) = work.popLast(), lines.count < 16 {
      let origin = latest[ObjectIdentifier(node)]
      let inputs = origin?.inputs ?? node.inputs
      lines.append(String(repeating: "  ", count: depth) + Self.line(node, origin?.operation ?? node.operation.name))
      guard depth < 5 else { continue }
      work += inputs.reversed().map { ($0, depth + 1) }
    }
    return lines
  }

  private static func line(_ node: Node, _ operation: String) -> String {
    if node.operation is Leaf, operation == "leaf", node.isReady, node.shape.rank == 0 {
      return "number \(NDArray(node).item().short)"
    }
    let name = node.history == .attached ? "variable" : operation == "leaf" ? "array" : operation
    return "\(name) \(node.shape)"
  }
}
