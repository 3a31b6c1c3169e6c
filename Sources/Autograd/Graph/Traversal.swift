/// Nodes each after its inputs, found depth first and without recursion: a million operations need no stack.
struct Traversal {
  private(set) var nodes: [Node] = []

  /// Where a visited node is. Marks hold positions; one left by another traversal does not point back at its node.
  func position(of node: Node) -> Int? {
    let mark = node.mark
    return mark >= 0 && mark < nodes.count && nodes[mark] === node ? mark : nil
  }

  /// Visits a node after those of its inputs that `includes` lets in, and theirs.
  mutating func visit(_ root: Node, inputsOf descends: (Node) -> Bool, where includes: (Node) -> Bool) {
    guard position(of: root) == nil else { return }
    var stack: [(node: Node, next: Int)] = [(root, 0)]
    while let (node, next) = stack.last {
      if next < node.inputs.count, descends(node) {
        stack[stack.count - 1].next += 1
        let input = node.inputs[next]
        if includes(input), position(of: input) == nil { stack.append((input, 0)) }
      } else {
        stack.removeLast()
        if position(of: node) == nil {
          node.mark = nodes.count
          nodes.append(node)
        }
      }
    }
  }
}
