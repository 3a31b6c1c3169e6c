/// The inputs of a node; up to three need no array.
struct Inputs: Sendable {
  private var first: Node?
  private var second: Node?
  private var third: Node?
  private var rest: [Node]?

  init() {}

  init(_ first: Node) {
    self.first = first
  }

  init(_ first: Node, _ second: Node) {
    self.first = first
    self.second = second
  }

  init(_ first: Node, _ second: Node, _ third: Node) {
    self.first = first
    self.second = second
    self.third = third
  }

  init(_ nodes: [Node]) {
    first = nodes.first
    second = nodes.count > 1 ? nodes[1] : nil
    third = nodes.count > 2 ? nodes[2] : nil
    rest = nodes.count > 3 ? Array(nodes[3...]) : nil
  }

  /// The storage of the first node, if only this list holds the node, and only the node holds the storage.
  mutating func unsharedFirstStorage(_ suitable: (Storage) -> Bool) -> Storage? {
    let isSoleOwned = isKnownUniquelyReferenced(&first)
    return first?.unsharedStorage(isSoleOwned, suitable)
  }

  /// Empties itself; appends the nodes that nobody else holds and that have inputs of their own.
  mutating func moveSoleOwned(to work: inout [Node]) {
    Self.move(&first, to: &work)
    Self.move(&second, to: &work)
    Self.move(&third, to: &work)
    guard var rest else { return }
    self.rest = nil
    while !rest.isEmpty {
      var last: Node? = rest.removeLast()
      Self.move(&last, to: &work)
    }
  }

  private static func move(_ slot: inout Node?, to work: inout [Node]) {
    guard isKnownUniquelyReferenced(&slot), let node = slot, !node.inputs.isEmpty else {
      slot = nil
      return
    }
    slot = nil
    work.append(node)
  }
}

extension Inputs: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  var count: Int {
    if third != nil { return 3 + (rest?.count ?? 0) }
    return second != nil ? 2 : first != nil ? 1 : 0
  }

  var isEmpty: Bool { first == nil }

  subscript(index: Int) -> Node {
    switch index {
    case 0: first!
    case 1: second!
    case 2: third!
    default: rest![index - 3]
    }
  }
}
