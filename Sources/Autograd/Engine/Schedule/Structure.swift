/// What a plan depends on: pending work of the same structure is computed by the same steps, with the same code.
///
/// It has for each node what kind of loop it needs, its type and shape, and which nodes it reads; for each array that
/// is known how its elements lie. Numbers are arrays, and where a slice begins is no matter: so the steps of a loop
/// that trains are alike.
struct Structure: Hashable {
  private(set) var words: [Int] = []
  private var digest = 0

  init(_ traversal: Traversal, _ targets: [Node]) {
    words.reserveCapacity(12 * traversal.nodes.count)
    for node in traversal.nodes { append(pending: node, traversal) }
    for leaf in traversal.leaves { append(known: leaf) }
    for target in targets { append(traversal.position(of: target) ?? -1) }
  }

  static func == (a: Structure, b: Structure) -> Bool { a.digest == b.digest && a.words == b.words }
  func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  @inline(__always)
  private mutating func append(_ word: Int) {
    words.append(word)
    digest = (digest ^ word) &* 0x1E37_79B9_7F4A_7C15
    digest ^= digest >> 29
  }

  private mutating func append(_ ints: InlineInts) { ints.withElements { for int in $0 { append(int) } } }

  private mutating func append(typeAndShapeOf node: Node, _ kind: Int) {
    append(kind << 16 | node.shape.rank << 8 | Int(node.dtype.rawValue))
    append(node.shape.extents)
  }

  private mutating func append(pending node: Node, _ traversal: Traversal) {
    append(node.held.count << 1 | (node.wasRecomputed ? 1 : 0))
    node.held.visit { append($0._withUnsafeGuaranteedRef { traversal.position(of: $0)! }) }
    switch node.operation.kernel {
    case .none: append(typeAndShapeOf: node, 1)
    case .map(let body):
      append(typeAndShapeOf: node, 2)
      append(Int(body.rawValue))
    case .cast: append(typeAndShapeOf: node, 3)
    case .reduce(let reduction, let axes):
      append(typeAndShapeOf: node, 4)
      append(Int(reduction.rawValue) << 8 | Int(axes.bits))
    case .view(let view):
      append(typeAndShapeOf: node, 5)
      append(view, of: node)
    case .custom: append(typeAndShapeOf: node, 6)
    }
  }

  /// A view is known by its type, and by what it does to an array without gaps.
  private mutating func append<V: View>(_ view: V, of node: Node) {
    append(Int(bitPattern: ObjectIdentifier(V.self)) << 1 | (view.keepsOrder ? 1 : 0))
    let input = node.held[0].shape
    guard let layout = view.layout(Layout(contiguous: input), from: input, to: node.shape) else { return append(-1) }
    append(layout.strides)
  }

  private mutating func append(known leaf: Node) {
    append(typeAndShapeOf: leaf, leaf.isContiguous ? 7 : 8)
    if !leaf.isContiguous { append(leaf.layout.strides) }
  }
}
