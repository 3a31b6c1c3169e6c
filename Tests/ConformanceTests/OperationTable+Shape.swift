import Autograd

extension OperationTable {
  static let shape: [String: Operation] = [
    "reshape": one { try $0.x.reshaped($0["shape"].ints) },
    "transpose": one { try $0.x.transposed($0["axes"].present?.ints) },
    "swapaxes": one { try $0.x.swappedAxes($0["a"].int, $0["b"].int) },
    "moveaxis": one { try $0.x.movedAxes(from: $0["source"].ints, to: $0["destination"].ints) },
    "expand_dims": one { try $0.x.expandedDims(Axes($0["axis"].ints)) },
    "squeeze": one { try $0.x.squeezed(axis: $0.axes) },
    "broadcast_to": one { try $0.x.broadcast(to: Shape($0["shape"].ints)) },
    "concatenate": one { try concatenate($0.all, axis: $0.someAxis) },
    "stack": one { try stack($0.all, axis: $0.someAxis) },
    "split": split,
    "flip": one { try $0.x.flipped(axis: $0.axes) },
    "roll": one(rolled),
    "tile": one { try $0.x.tiled($0["reps"].ints) },
    "repeat": one { try $0.x.repeated($0["repeats"].int, axis: $0.axis) },
    "pad": one(padded),
    "tril": one { try $0.x.tril($0["k"].int) },
    "triu": one { try $0.x.triu($0["k"].int) },
    "diag": one { try $0.x.diag($0["k"].int) },
  ]

  private static func split(_ arguments: Arguments) throws -> [NDArray] {
    let axis = try arguments.someAxis
    if case .list = arguments["sections"] {
      return try arguments.x.split(at: arguments["sections"].ints, axis: axis)
    }
    return try arguments.x.split(arguments["sections"].int, axis: axis)
  }

  private static func rolled(_ arguments: Arguments) throws -> NDArray {
    let shifts = try arguments["shift"].ints
    guard let axes = try arguments["axis"].present?.ints else {
      return try arguments.x.rolled(arguments["shift"].int, axis: nil)
    }
    return try zip(shifts, axes).reduce(arguments.x) { $0.rolled($1.0, axis: $1.1) }
  }

  private static func padded(_ arguments: Arguments) throws -> NDArray {
    let widths = try arguments["width"].list.map { width in
      let pair = try width.ints
      guard pair.count == 2 else { throw Failure.malformed("\(width) is not a width before and after") }
      return (pair[0], pair[1])
    }
    return try arguments.x.padded(widths, value: arguments["value"].present?.double ?? 0)
  }
}
