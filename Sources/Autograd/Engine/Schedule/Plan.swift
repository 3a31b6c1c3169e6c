/// What computes some nodes, in order.
struct Plan {
  var steps: [Step]
}

enum Step {
  /// One pass over memory: fused elementwise operations and reductions.
  case loop(Loop)
  /// Another layout of an array that is computed by then.
  case view(Node, at: Int)
  /// An operation's own code.
  case custom(Node, at: Int)
}

extension Step {
  /// Positions of the nodes that it computes or reads.
  var places: [Int] {
    switch self {
    case .loop(let loop): loop.members.flatMap { [$0.place] + $0.inputPlaces }
    case .view(_, let place), .custom(_, let place): [place]
    }
  }
}

/// A fused loop over a space of axes; axes of extent 1 are left out.
struct Loop {
  /// The extents of the space.
  let space: InlineInts
  /// How many trailing axes make a row: what its reductions give can be used in the same loop. 0 if no use is made.
  let rowRank: Int
  /// The nodes it computes, each after its inputs.
  let members: [Member]

  struct Member {
    let node: Node
    let place: Int
    /// Those of the node, which may drop them when another loop has computed it before.
    let inputs: Inputs
    let inputPlaces: [Int]
    let role: Role
    /// Whether others need the value; else it stays in the loop.
    let isStored: Bool
  }
}

/// What a node is to the loop that computes it.
enum Role: Equatable {
  /// One value for each element of the space, or for each row of it.
  case value(Level)
  /// The same value as its input, perhaps spread over more axes.
  case alias(Level)
  /// A reduction of each row.
  case rowReduction
  /// A reduction whose result leaves the loop; its input has this level.
  case accumulation(Level)

  /// The level at which the loop may use it; `nil` if it may not.
  var level: Level? {
    switch self {
    case .value(let level), .alias(let level): level
    case .rowReduction: .row
    case .accumulation: nil
    }
  }
}

enum Level {
  case element, row
}
