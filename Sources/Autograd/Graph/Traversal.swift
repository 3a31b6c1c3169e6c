/// Nodes each after its inputs, found depth first and without recursion: a million operations need no stack.
///
/// Guarded by the graph lock, as it leaves marks in the nodes: their positions counted on from all traversals before,
/// so that one comparison tells whether this one was here.
struct Traversal {
  private(set) var nodes: [Node] = []
  /// What the nodes read and was not visited; their positions follow those of the nodes.
  private(set) var leaves: [Node] = []
  private let start = Self.next

  nonisolated(unsafe) private static var next = 0

  /// Where a visited node is.
  @inline(__always)
  func position(of node: Node) -> Int? {
    node.mark >= start ? node.mark - start : nil
  }

  /// Visits a node after those of its inputs that `includes` lets in, and theirs.
  @inline(__always)
  mutating func visit(_ root: Node, inputsOf descends: (Node) -> Bool, where includes: (Node) -> Bool) {
    // A node is met twice: to open it, and to close it when its inputs are closed.
    let open = -start - 2
    var stack = [Unmanaged.passUnretained(root)]
    while let top = stack.last {
      top._withUnsafeGuaranteedRef { node in
        if node.mark < start, node.mark != open {
          node.mark = open
          guard descends(node) else { return }
          node.held.visitReversed { input in  // the first is taken from the stack first
            if input._withUnsafeGuaranteedRef({ $0.mark < start && includes($0) }) { stack.append(input) }
          }
        } else {
          stack.removeLast()
          if node.mark < start { close(node) }
        }
      }
    }
  }

  @inline(__always)
  private mutating func close(_ node: Node) {
    number(node)
    nodes.append(node)
  }

  /// Gives positions to the inputs of the nodes that have none.
  mutating func numberLeaves() {
    for node in nodes {
      node.held.visit { input in
        input._withUnsafeGuaranteedRef {
          guard $0.mark < start else { return }
          number($0)
          leaves.append($0)
        }
      }
    }
  }

  private func number(_ node: Node) {
    node.mark = Self.next
    Self.next += 1
  }
}

extension Traversal {
  /// Those of the nodes that are pending, and what they need that is. Waits for what other threads are computing of it.
  init(pendingUnder roots: [Node]) {
    self.init()
    while !visitPending(under: roots) {
      graphLock.wait()
      self = Traversal()
    }
  }

  /// Whether no other thread is computing any of it.
  private mutating func visitPending(under roots: [Node]) -> Bool {
    let evaluations = RunningEvaluations.all
    var isOurs = true
    for root in roots where !root.isReady {
      visit(
        root,
        inputsOf: {
          if evaluations.own($0) { isOurs = false }
          return isOurs
        }, where: { !$0.isReady })
    }
    return isOurs
  }

  /// Positions of the inputs of all nodes, one node after the other; -1 for those not visited, and where `includes`
  /// does not let in the node.
  @inline(__always)
  func inputPositions(of includes: (Node) -> Bool = { _ in true }) -> [Int32] {
    var positions: [Int32] = []
    positions.reserveCapacity(2 * nodes.count)
    for node in nodes {
      let isIncluded = includes(node)
      node.held.visit { input in
        let position = isIncluded ? input._withUnsafeGuaranteedRef { self.position(of: $0) } : nil
        positions.append(position.map(Int32.init(truncatingIfNeeded:)) ?? -1)
      }
    }
    return positions
  }
}
