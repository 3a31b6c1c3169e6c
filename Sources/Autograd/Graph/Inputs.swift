/// The inputs of a node; up to three need no array.
struct Inputs: Sendable {
  private(set) var first: Node?
  private(set) var second: Node?
  private(set) var third: Node?
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

  /// Whether all satisfy the predicate; without the retains of an iterator, which took a tenth of a small operation.
  @inline(__always)
  func all(_ predicate: (Node) -> Bool) -> Bool {
    if let first, !predicate(first) { return false }
    if let second, !predicate(second) { return false }
    if let third, !predicate(third) { return false }
    return rest?.allSatisfy(predicate) ?? true
  }

  /// Visits the inputs, which somebody holds meanwhile: without retains, which took a third of a traversal.
  @inline(__always)
  func forEachHeld(_ body: (Unmanaged<Node>) -> Void) {
    if let first = first.map(Unmanaged.passUnretained) { body(first) }
    if let second = second.map(Unmanaged.passUnretained) { body(second) }
    if let third = third.map(Unmanaged.passUnretained) { body(third) }
    if let rest { for node in rest { body(.passUnretained(node)) } }
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

  @inline(__always)
  private static func move(_ slot: inout Node?, to work: inout [Node]) {
    if isKnownUniquelyReferenced(&slot), let node = slot, !node.inputs.isEmpty { work.append(node) }
    slot = nil
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
