import CKernels

/// A loop in the making: nodes, by their positions among the pending ones, that share an iteration space.
struct LoopGroup {
  private(set) var space: InlineInts
  private(set) var rowRank = 0
  private(set) var roles: [Int: Role] = [:]

  /// A longer loop would only need more slots than the first-level cache has room for.
  static let largestCount = 256
  /// Rows up to this length stay in the second-level cache from sweep to sweep.
  static let longestRow = 1 << 16
  /// Up to this many elements, a reduction over all axes may be used in the loop that makes it, which runs on one
  /// thread.
  static let longestSingleRow = 1 << 13

  init(space: InlineInts) { self.space = space }

  var members: [Int] { roles.keys.sorted() }

  private var outerRank: Int { space.count - rowRank }

  /// The level of values of this shape.
  private func level(of shape: Shape) -> Level? {
    let extents = shape.squeezedExtents
    if extents == space { return .element }
    if rowRank > 0, extents.count == outerRank, extents.indices.allSatisfy({ extents[$0] == space[$0] }) {
      return .row
    }
    return nil
  }

  /// What the node would be here; `nil` if it does not fit.
  func role(of node: Node) -> Role? {
    guard roles.count < Self.largestCount else { return nil }
    switch node.operation.kernel {
    case .map, .cast: return level(of: node.shape).map { .value($0) }
    case .view(let view): return view.keepsOrder && node.isAligned(0) ? level(of: node.shape).map { .alias($0) } : nil
    case .reduce(_, let axes): return reductionRole(node.inputs[0].shape, axes)
    case .custom, .none: return nil
    }
  }

  private func reductionRole(_ shape: Shape, _ axes: AxisSet) -> Role? {
    guard let level = level(of: shape) else { return nil }
    let reduced = shape.squeezedOrdinals(of: axes)
    guard !reduced.isEmpty else { return nil }
    guard level == .element else { return .accumulation(.row) }
    if canBeRows(reduced) { return .rowReduction }
    return rowRank == 0 || reduced.respectsRows(rowRank, of: space.count) ? .accumulation(.element) : nil
  }

  /// Whether these are the trailing axes, short enough, and suit the reductions that are here already.
  private func canBeRows(_ reduced: AxisSet) -> Bool {
    let rank = reduced.count
    guard reduced == AxisSet((space.count - rank)..<space.count), rowRank == 0 || rowRank == rank else { return false }
    let length = space.suffix(rank).reduce(1, *)
    return length <= (rank == space.count ? Self.longestSingleRow : Self.longestRow)
  }

  /// Whether the reductions that leave the loop allow rows of this rank.
  func allowsRows(ofRank rank: Int, _ nodes: [Node]) -> Bool {
    roles.allSatisfy { position, role in
      role != .accumulation(.element) || nodes[position].reducedOrdinals.respectsRows(rank, of: space.count)
    }
  }

  mutating func add(_ position: Int, _ node: Node, as role: Role) {
    roles[position] = role
    if role == .rowReduction { rowRank = node.reducedOrdinals.count }
  }

  /// Whether two loops can be one.
  func isCompatible(with other: LoopGroup, _ nodes: [Node]) -> Bool {
    guard space == other.space, roles.count + other.roles.count <= Self.largestCount else { return false }
    return rowRank == other.rowRank || (rowRank == 0 && allowsRows(ofRank: other.rowRank, nodes))
      || (other.rowRank == 0 && other.allowsRows(ofRank: rowRank, nodes))
  }

  mutating func absorb(_ other: LoopGroup) {
    roles.merge(other.roles) { mine, _ in mine }
    rowRank = max(rowRank, other.rowRank)
  }
}

extension Shape {
  /// The extents other than 1.
  var squeezedExtents: InlineInts { InlineInts(extents.lazy.filter { $0 != 1 }) }

  /// The axes of a set as positions among those with an extent other than 1.
  func squeezedOrdinals(of axes: AxisSet) -> AxisSet {
    var ordinals = AxisSet()
    var ordinal = 0
    for axis in 0..<rank where self[axis] != 1 {
      if axes.contains(axis) { ordinals.insert(ordinal) }
      ordinal += 1
    }
    return ordinals
  }

  /// Whether each axis of `input`, aligned at the last axis as broadcasting does, has the same position among those
  /// with an extent other than 1 as in `target`.
  static func aligns(_ input: Shape, to target: Shape) -> Bool {
    let lead = target.rank - input.rank
    guard lead >= 0 else { return false }
    var mine = 0
    var theirs = 0
    for axis in 0..<target.rank {
      let isTheirs = axis >= lead && input[axis - lead] != 1
      if isTheirs, mine != theirs || target[axis] != input[axis - lead] { return false }
      if isTheirs { theirs += 1 }
      if target[axis] != 1 { mine += 1 }
    }
    return true
  }
}

extension AxisSet {
  /// Whether all axes of a row are in the set, or none.
  fileprivate func respectsRows(_ rowRank: Int, of rank: Int) -> Bool {
    let rows = AxisSet((rank - rowRank)..<rank)
    return subtracting(rows) == self || rows.subtracting(self).isEmpty
  }
}

extension Node {
  /// The axes that a reduction is over, as positions among those with an extent other than 1.
  var reducedOrdinals: AxisSet { reducedOrdinals(inputs) }

  func reducedOrdinals(_ inputs: Inputs) -> AxisSet {
    guard case .reduce(_, let axes) = operation.kernel else { return AxisSet() }
    return inputs[0].shape.squeezedOrdinals(of: axes)
  }

  /// Whether a loop over this node's space can use input `i` in place: its axes are axes of the space, in order.
  func isAligned(_ i: Int) -> Bool {
    let input = inputs[i].shape
    switch operation.kernel {
    case .reduce: return true
    case .view: return shape.squeezedExtents == input.squeezedExtents || Shape.aligns(input, to: shape)
    default: return Shape.aligns(input, to: shape)
    }
  }
}
