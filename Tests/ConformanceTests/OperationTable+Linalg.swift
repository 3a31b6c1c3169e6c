import Autograd

extension OperationTable {
  static let linalg: [String: Operation] = [
    "matmul": one { try matmul($0.x, $0.y) },
    "dot": one { try dot($0.x, $0.y) },
    "outer": one { try outer($0.x, $0.y) },
    "einsum": one { try einsum($0["subscripts"].string, $0.all) },
    "tensordot": one(contracted),
    "trace": one { try $0.x.trace(offset: $0["offset"].present?.int ?? 0) },
  ]

  private static func contracted(_ arguments: Arguments) throws -> NDArray {
    let (x, y) = (try arguments.x, try arguments.y)
    if case .integer(let count) = arguments["axes"] { return tensordot(x, y, axes: count) }
    return tensordot(x, y, axes: try arguments["axes"].list.map { try $0.ints })
  }
}
