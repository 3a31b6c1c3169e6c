/// The inputs of a node; up to three need no array.
struct Inputs: Sendable {
  private(set) var first: Node?
  private(set) var second: Node?
  private(set) var third: Node?
  private var rest: Rest?

  /// The inputs after the third.
  fileprivate final class Rest: @unchecked Sendable {
    var nodes: [Node]
    init(_ nodes: [Node]) { self.nodes = nodes }
  }

  init() {}

  init(_ first: Node) {
    self.first = first
  }

  init(_ first: Node, _ second: Node) {
    self.first = first
    self.second = second
  }

  init(_ first: Node, _ second: Node?, _ third: Node?) {
    self.first = first
    self.second = second
    self.third = third
  }

  init(_ nodes: [Node]) {
    first = nodes.first
    second = nodes.count > 1 ? nodes[1] : nil
    third = nodes.count > 2 ? nodes[2] : nil
    rest = nodes.count > 3 ? Rest(Array(nodes[3...])) : nil
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
    return rest?.nodes.allSatisfy(predicate) ?? true
  }

  @inline(__always)
  func visit(_ body: (Node) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    if let third { body(third) }
    rest?.nodes.forEach(body)
  }

  /// Empties itself; appends the nodes that nobody else holds and that have inputs of their own.
  mutating func moveSoleOwned(to work: inout [Node]) {
    Self.move(&first, to: &work)
    Self.move(&second, to: &work)
    Self.move(&third, to: &work)
    guard rest != nil else { return }
    if isKnownUniquelyReferenced(&rest) {
      while !rest!.nodes.isEmpty {
        var last: Node? = rest!.nodes.removeLast()
        Self.move(&last, to: &work)
      }
    }
    rest = nil
  }

  @inline(__always)
  private static func move(_ slot: inout Node?, to work: inout [Node]) {
    guard slot != nil else { return }
    if isKnownUniquelyReferenced(&slot), let node = slot, node.held.first != nil { work.append(node) }
    slot = nil
  }
}

extension Inputs: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  var count: Int {
    if third != nil { return 3 + (rest?.nodes.count ?? 0) }
    return second != nil ? 2 : first != nil ? 1 : 0
  }

  var isEmpty: Bool { first == nil }

  subscript(index: Int) -> Node {
    switch index {
    case 0: first!
    case 1: second!
    case 2: third!
    default: rest!.nodes[index - 3]
    }
  }
}

/// The inputs of a node that somebody holds meanwhile, read without a retain: 40 instructions each, half of a
/// traversal.
struct HeldInputs {
  let first, second, third: Unmanaged<Node>?
  private let rest: Unmanaged<Inputs.Rest>?

  /// The same four references as in `Inputs`.
  @inline(__always)
  init(_ inputs: inout Inputs) {
    self = withUnsafeBytes(of: &inputs) { $0.load(as: HeldInputs.self) }
  }

  @inline(__always)
  func visit(_ body: (Unmanaged<Node>) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    if let third { body(third) }
    rest?._withUnsafeGuaranteedRef { for node in $0.nodes { body(.passUnretained(node)) } }
  }

  @inline(__always)
  func visitReversed(_ body: (Unmanaged<Node>) -> Void) {
    rest?._withUnsafeGuaranteedRef { for node in $0.nodes.reversed() { body(.passUnretained(node)) } }
    if let third { body(third) }
    if let second { body(second) }
    if let first { body(first) }
  }

  var count: Int {
    if third != nil { return 3 + (rest?._withUnsafeGuaranteedRef { $0.nodes.count } ?? 0) }
    return second != nil ? 2 : first != nil ? 1 : 0
  }

  subscript(index: Int) -> Node {
    switch index {
    case 0: first!.takeUnretainedValue()
    case 1: second!.takeUnretainedValue()
    case 2: third!.takeUnretainedValue()
    default: rest!._withUnsafeGuaranteedRef { $0.nodes[index - 3] }
    }
  }
}
