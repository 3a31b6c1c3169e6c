import CKernels

/// The values of a loop and the arrays it reads, when the arrays from other steps are ready.
struct LoopValues {
  /// What a value is made from: another value of the loop, or an array.
  enum Source: Hashable {
    case value(Int)
    case load(Int)
  }

  struct Value {
    let node: Node
    let place: Int
    let inputs: Inputs
    private(set) var role: Role
    let isStored: Bool
    private(set) var sources: [Source]

    fileprivate mutating func becomeAlias(of earlier: Int, _ level: Level) {
      role = .alias(level)
      sources = [.value(earlier)]
    }
  }

  struct Load {
    enum Level { case uniform, row, element }
    let node: Node
    let place: Int
    let level: Level
    /// In elements, one for each axis of the space, or of its outer part.
    var strides: InlineInts
    /// The strides of the node's own array, where a contiguous copy is to be read instead: its layout does not suit a
    /// loop.
    var packedStrides: InlineInts?
  }

  let space: InlineInts
  let rowRank: Int
  private(set) var values: [Value] = []
  var loads: [Load] = []

  var outerRank: Int { space.count - rowRank }

  init(_ loop: Loop) {
    space = loop.space
    rowRank = loop.rowRank
    var index: [Int: Int] = [:]
    var known: [Computation: Int] = [:]
    for member in loop.members {
      let sources = zip(member.inputs, member.inputPlaces).map { source(of: member, $0, at: $1, index) }
      index[member.place] = values.count
      var value = Value(
        node: member.node, place: member.place, inputs: member.inputs, role: member.role, isStored: member.isStored,
        sources: sources)
      if let computation = Computation(value) {
        if let earlier = known[computation] {
          value.becomeAlias(of: earlier, computation.level)
        } else {
          known[computation] = values.count
        }
      }
      values.append(value)
    }
  }

  /// Aliases are seen through.
  private mutating func source(
    of member: Loop.Member, _ input: Node, at place: Int, _ index: [Int: Int]
  ) -> Source {
    guard let position = index[place], values[position].role.level != nil else {
      return .load(load(of: input, at: place, for: member))
    }
    if case .alias = values[position].role { return values[position].sources[0] }
    return .value(position)
  }

  private mutating func load(of input: Node, at place: Int, for member: Loop.Member) -> Int {
    var strides = InlineInts()
    let shape = member.node.shapeRead(input)
    let all = input.layout.broadcastStrides(from: input.shape, to: shape)
    for axis in 0..<shape.rank where shape[axis] != 1 { strides.append(all[axis]) }
    let level = loadLevel(strides)
    if level == .row { strides = InlineInts(strides.prefix(outerRank)) }
    if let known = loads.firstIndex(where: { $0.place == place && $0.level == level && $0.strides == strides }) {
      return known
    }
    loads.append(Load(node: input, place: place, level: level, strides: strides))
    return loads.count - 1
  }

  private func loadLevel(_ strides: InlineInts) -> Load.Level {
    if strides.allSatisfy({ $0 == 0 }) { return .uniform }
    guard rowRank > 0 else { return .element }
    return strides.count == outerRank || strides.suffix(rowRank).allSatisfy({ $0 == 0 }) ? .row : .element
  }

  func isRowLevel(_ source: Source) -> Bool {
    switch source {
    case .value(let value): values[value].role.level == .row
    case .load(let load): loads[load].level == .row
    }
  }

  /// The level at which a value's loop runs: that of its inputs for a reduction.
  func level(_ value: Int) -> Level {
    switch values[value].role {
    case .value(let level), .alias(let level), .accumulation(let level): level
    case .rowReduction: .element
    }
  }
}

/// A scalar function of values: done once where it is asked for again, as by the two equal gradients of x in x * x.
private struct Computation: Hashable {
  /// `nil` for a conversion.
  private let function: ScalarOp?
  private let dtype: DType
  private let sources: [LoopValues.Source]
  let level: Level

  init?(_ value: LoopValues.Value) {
    guard case .value(let level) = value.role else { return nil }
    function = if case .map(let body) = value.node.operation.kernel { body } else { nil }
    dtype = value.node.dtype
    sources = value.sources
    self.level = level
  }
}

extension Node {
  /// The shape in which the node's loop reads an input.
  fileprivate func shapeRead(_ input: Node) -> Shape {
    switch operation.kernel {
    case .reduce: input.shape
    case .view where shape.squeezedExtents == input.shape.squeezedExtents: input.shape
    default: shape
    }
  }
}
