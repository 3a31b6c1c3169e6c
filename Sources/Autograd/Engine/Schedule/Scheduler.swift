import CKernels

/// Turns pending work into steps: a pure function of the graph.
///
/// Nodes are taken in order. One joins the loop of an input if it has the same iteration space (or is a value a row of
/// it) and no other step would have to run in between; two loops that meet become one. What another step needs is
/// stored, unless it costs less to compute it again.
struct Scheduler {
  private let traversal: Traversal
  private var steps: [DraftStep] = []
  /// The step that stores the node, by position.
  private var home: [Int] = []
  private var isStored: [Bool]

  /// From this cost on a value is stored rather than computed a third time.
  private static let highCost = 65

  private struct DraftStep {
    var group: LoopGroup?
    /// For a step of one node.
    var single: Int?
    /// Steps that must run before, and after.
    var predecessors: Set<Int> = []
    var successors: Set<Int> = []
    /// Above those of all predecessors.
    var rank = 0
  }

  static func plan(_ targets: [Node]) -> Plan {
    graphLock.withLock { plan(Traversal(toCompute: targets), targets) }
  }

  static func plan(_ traversal: Traversal, _ targets: [Node]) -> Plan {
    var scheduler = Scheduler(traversal)
    for target in targets where !target.isReady { scheduler.isStored[traversal.position(of: target)!] = true }
    for position in traversal.nodes.indices { scheduler.place(position) }
    return scheduler.finish()
  }

  private init(_ traversal: Traversal) {
    self.traversal = traversal
    isStored = Array(repeating: false, count: traversal.nodes.count)
  }

  private var nodes: [Node] { traversal.nodes }

  private func pendingInputs(_ position: Int) -> [Int] {
    nodes[position].valueInputs.compactMap { $0.isReady ? nil : traversal.position(of: $0) }
  }

  // MARK: Placing nodes

  private mutating func place(_ position: Int) {
    let node = nodes[position]
    let inputs = pendingInputs(position)
    mergeLoops(of: inputs, for: node)
    for step in candidates(inputs) {
      if join(position, step, inputs) { return }
    }
    let step = steps.count
    home.append(step)
    var group = LoopGroup(space: node.iterationShape.squeezedExtents)
    if !node.isView, let role = group.role(of: node) {
      group.add(position, node, as: role)
      steps.append(DraftStep(group: group))
    } else {
      steps.append(DraftStep(single: position))
    }
    for input in inputs { use(input, in: step) }
  }

  /// The loops that an input is in, the latest first.
  private func candidates(_ inputs: [Int]) -> [Int] {
    Set(inputs.map { home[$0] }).filter { steps[$0].group != nil }.sorted(by: >)
  }

  private mutating func join(_ position: Int, _ step: Int, _ inputs: [Int]) -> Bool {
    let node = nodes[position]
    guard let group = steps[step].group, let role = group.role(of: node) else { return false }
    if role == .rowReduction, !group.allowsRows(ofRank: node.reducedOrdinals.count, nodes) { return false }
    for (i, source) in node.valueInputs.enumerated() where !source.isReady {
      let input = traversal.position(of: source)!
      if let inner = group.roles[input] {
        guard inner.level != nil, node.isAligned(i) else { return false }
      } else if reaches(step, home[input]) {
        return false
      }
    }
    steps[step].group!.add(position, node, as: role)
    home.append(step)
    for input in inputs where steps[step].group!.roles[input] == nil { use(input, in: step) }
    return true
  }

  /// Makes an input that another step computes available: by storing it, or by computing it here as well.
  private mutating func use(_ input: Int, in step: Int) {
    if steps[step].group != nil, let chain = recomputation(of: input, in: step) {
      for (position, role) in chain { steps[step].group!.add(position, nodes[position], as: role) }
      for (position, _) in chain {
        for leaf in pendingInputs(position) where steps[step].group!.roles[leaf] == nil { need(leaf, in: step) }
      }
      return
    }
    need(input, in: step)
  }

  private mutating func need(_ input: Int, in step: Int) {
    isStored[input] = true
    depend(step, on: home[input])
  }

  private mutating func depend(_ step: Int, on earlier: Int) {
    guard steps[step].predecessors.insert(earlier).inserted else { return }
    steps[earlier].successors.insert(step)
    raise(step, above: earlier)
  }

  /// Raises the ranks of a step and of those after it above that of one before.
  private mutating func raise(_ step: Int, above earlier: Int) {
    var work = [(step, steps[earlier].rank)]
    while let (step, rank) = work.popLast() {
      guard steps[step].rank <= rank else { continue }
      steps[step].rank = rank + 1
      for successor in steps[step].successors { work.append((successor, rank + 1)) }
    }
  }

  /// Whether `later` needs, through any number of steps, what `earlier` computes. Most answers are in the ranks; the
  /// predecessor of the lowest one is looked at first, as it is the nearest to `earlier`.
  private func reaches(_ earlier: Int, _ later: Int) -> Bool {
    if earlier == later { return true }
    let rank = steps[earlier].rank
    guard rank < steps[later].rank else { return false }
    var seen: Set<Int> = [later]
    var work = [later]
    while let step = work.popLast() {
      if steps[step].predecessors.contains(earlier) { return true }
      let next = steps[step].predecessors.filter { steps[$0].rank > rank && seen.insert($0).inserted }
      work += next.sorted { steps[$0].rank > steps[$1].rank }
    }
    return false
  }

  // MARK: Merging

  /// Two loops over the same space that do not need one another become one when a node would join both.
  private mutating func mergeLoops(of inputs: [Int], for node: Node) {
    guard inputs.count > 1, let space = node.loopSpace else { return }
    let loops = candidates(inputs).filter { steps[$0].group!.space == space }
    guard let kept = loops.first else { return }
    for other in loops.dropFirst() {
      guard steps[kept].group!.isCompatible(with: steps[other].group!, nodes), !reaches(kept, other),
        !reaches(other, kept)
      else { continue }
      merge(other, into: kept)
    }
  }

  private mutating func merge(_ other: Int, into kept: Int) {
    let merged = steps[other]
    steps[other] = DraftStep()
    steps[kept].group!.absorb(merged.group!)
    for position in merged.group!.members where home[position] == other { home[position] = kept }
    for step in merged.predecessors {
      steps[step].successors.remove(other)
      depend(kept, on: step)
    }
    for step in merged.successors {
      steps[step].predecessors.remove(other)
      depend(step, on: kept)
    }
  }

  // MARK: Computing again instead of storing

  /// What it costs to compute an input again in another loop, if it is little: the nodes and their roles there.
  private func recomputation(of input: Int, in step: Int) -> [(Int, Role)]? {
    guard let group = steps[step].group else { return nil }
    var chain: [(Int, Role)] = []
    var work = [input]
    var cost = 0
    var loads = Set<ObjectIdentifier>()
    while let position = work.popLast() {
      let node = nodes[position]
      if group.roles[position] != nil || chain.contains(where: { $0.0 == position }) { continue }
      guard let role = group.role(of: node), role == .value(.element), chain.count < 4 else { return nil }
      cost += node.loopCost
      for (i, source) in node.valueInputs.enumerated() {
        if !source.isReady, let inner = traversal.position(of: source) {
          guard node.isAligned(i) else { return nil }
          if let role = group.roles[inner] {
            guard role.level != nil else { return nil }
            continue
          }
          if case .map = source.operation.kernel, !isStored[inner] {
            work.append(inner)
            continue
          }
          if reaches(step, home[inner]) { return nil }
        }
        if source.shape.elementCount == node.shape.elementCount { loads.insert(ObjectIdentifier(source)) }
      }
      chain.append((position, role))
    }
    return cost <= 6 && loads.count <= 1 ? chain : nil
  }

  // MARK: Finishing

  private mutating func finish() -> Plan {
    storeWhatWasComputedTwice()
    viewWhatWouldBeCopied()
    var needed = Array(repeating: Set<Int>(), count: steps.count)
    for step in steps.indices { needed[step] = neededMembers(step) }
    var plan = Plan(steps: [])
    for step in order(needed) { plan.steps.append(final(step, needed[step])) }
    return plan
  }

  /// A value that an earlier evaluation left in its loop is still held; so that chains of such values are not computed
  /// again and again, long ones are stored now.
  private mutating func storeWhatWasComputedTwice() {
    var costs = [Int](repeating: 0, count: nodes.count)
    for position in nodes.indices where steps[home[position]].group != nil {
      // Paths are counted, not nodes: their number doubles with each y + y, so that the sum stops at the limit.
      let cost = pendingInputs(position).reduce(nodes[position].loopCost) { Swift.min($0 + costs[$1], Self.highCost) }
      costs[position] = cost
      guard nodes[position].wasRecomputed, cost == Self.highCost else { continue }
      isStored[position] = true
      costs[position] = 0
    }
  }

  /// The elements of a loop's value in another shape are that value's memory, read differently: a loop that stored them
  /// would pass over them once more, and could not write over the memory of an input.
  private mutating func viewWhatWouldBeCopied() {
    for position in nodes.indices.reversed() where isStored[position] {
      let step = home[position]
      guard steps[step].group?.roles[position] == .alias(.element), let input = pendingInputs(position).first,
        home[input] == step, nodes[input].shape.elementCount == nodes[position].shape.elementCount
      else { continue }
      isStored[input] = true
      home[position] = steps.count
      steps.append(DraftStep(single: position))
    }
  }

  /// The members of a loop that its stored values depend on.
  private func neededMembers(_ step: Int) -> Set<Int> {
    guard let group = steps[step].group else { return steps[step].single.map { [$0] } ?? [] }
    var needed = Set<Int>()
    var work = group.roles.keys.filter { isStored[$0] && home[$0] == step }
    while let position = work.popLast() {
      guard needed.insert(position).inserted else { continue }
      work += pendingInputs(position).filter { group.roles[$0] != nil }
    }
    return needed
  }

  /// Steps after those that they need.
  private func order(_ needed: [Set<Int>]) -> [Int] {
    var result: [Int] = []
    var state = Array(repeating: 0, count: steps.count)  // 0 new, 1 open, 2 done
    for root in steps.indices where !needed[root].isEmpty && state[root] == 0 {
      var stack = [root]
      while let step = stack.last {
        if state[step] == 2 {
          stack.removeLast()
          continue
        }
        let missing = state[step] == 1 ? [] : predecessors(step, needed[step]).filter { state[$0] == 0 }
        state[step] = 1
        if missing.isEmpty {
          state[step] = 2
          result.append(step)
          stack.removeLast()
        } else {
          stack += missing.sorted(by: >)
        }
      }
    }
    return result
  }

  private func predecessors(_ step: Int, _ needed: Set<Int>) -> Set<Int> {
    var result = Set<Int>()
    for position in needed {
      for input in pendingInputs(position) where !needed.contains(input) { result.insert(home[input]) }
    }
    return result
  }

  private func final(_ step: Int, _ needed: Set<Int>) -> Step {
    if let single = steps[step].single {
      return nodes[single].isView ? .view(nodes[single], at: single) : .custom(nodes[single], at: single)
    }
    let group = steps[step].group!
    let members = needed.sorted().map { position in
      let inputs = nodes[position].valueInputs
      return Loop.Member(
        node: nodes[position], place: position, inputs: inputs,
        inputPlaces: inputs.map { traversal.position(of: $0)! }, role: group.roles[position]!,
        isStored: isStored[position] && home[position] == step)
    }
    return .loop(Loop(space: group.space, rowRank: group.rowRank, members: members))
  }
}

extension Traversal {
  /// The pending nodes that the targets need, and as leaves what these read.
  init(toCompute targets: [Node]) {
    self.init(pendingUnder: targets)
    numberLeaves()
  }
}

extension Node {
  /// The inputs that the value is computed from; those of a view after the first matter to its derivative alone.
  fileprivate var valueInputs: Inputs { isView ? Inputs(inputs[0]) : inputs }

  fileprivate var isView: Bool {
    if case .view = operation.kernel { return true }
    return false
  }

  /// The shape a loop walks over to compute the node.
  fileprivate var iterationShape: Shape {
    if case .reduce = operation.kernel { return inputs[0].shape }
    return shape
  }

  /// The space of the loops that the node could be in; `nil` if it is no loop's.
  fileprivate var loopSpace: InlineInts? {
    switch operation.kernel {
    case .map, .cast, .reduce: iterationShape.squeezedExtents
    default: nil
    }
  }

  /// What a value costs, an addition being 1.
  var loopCost: Int {
    switch operation.kernel {
    case .map(let body): Int(ag_op_cost(body))
    case .cast, .reduce: 1
    default: 0
    }
  }
}
