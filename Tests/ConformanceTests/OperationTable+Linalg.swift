import Autograd

extension OperationTable {
  static let linalg: [String: Operation] = [
    "matmul": one { try matmul($0.x, $0.y) },
    "dot": one { try dot($0.x, $0.y) },
    "outer": one { try outer($0.x, $0.y) },
    "einsum": one { try einsum($0["subscripts"].string, $0.all) },
    "tensordot": one(contracted),
    "inv": one { try inverse($0.x) },
    "det": one { try det($0.x) },
    "slogdet": { arguments in
      let (sign, logdet) = slogdet(try arguments.x)
      return [sign, logdet]
    },
    "solve": one { try solve($0.x, $0.y) },
    "cholesky": one { try cholesky($0.x) },
    "trace": one { try $0.x.trace(offset: $0["offset"].present?.int ?? 0) },
  ]

  private static func contracted(_ arguments: Arguments) throws -> NDArray {
    let (x, y) = (try arguments.x, try arguments.y)
    if case .integer(let count) = arguments["axes"] { return tensordot(x, y, axes: count) }
    return tensordot(x, y, axes: try arguments["axes"].list.map { try $0.ints })
  }
}
