import Autograd

extension OperationTable {
  static let reductions: [String: Operation] = [
    "sum": reduction { $0.sum(axis: $1, keepDims: $2) },
    "mean": reduction { $0.mean(axis: $1, keepDims: $2) },
    "prod": reduction { $0.prod(axis: $1, keepDims: $2) },
    "max": reduction { $0.max(axis: $1, keepDims: $2) },
    "min": reduction { $0.min(axis: $1, keepDims: $2) },
    "any": reduction { $0.any(axis: $1, keepDims: $2) },
    "all": reduction { $0.all(axis: $1, keepDims: $2) },
    "logsumexp": reduction { $0.logsumexp(axis: $1, keepDims: $2) },
    "var": one { try $0.x.variance(axis: $0.axes, ddof: $0.ddof, keepDims: $0.keepDims) },
    "std": one { try $0.x.std(axis: $0.axes, ddof: $0.ddof, keepDims: $0.keepDims) },
    "norm": one { try $0.x.norm(NormOrder(named: $0["ord"]), axis: $0.axes, keepDims: $0.keepDims) },
    "argmax": one { try $0.x.argmax(axis: $0.axis, keepDims: $0.keepDims) },
    "argmin": one { try $0.x.argmin(axis: $0.axis, keepDims: $0.keepDims) },
    "cumsum": one { try $0.x.cumsum(axis: $0.axis) },
  ]

  private static func reduction(_ function: @escaping @Sendable (NDArray, Axes?, Bool) -> NDArray) -> Operation {
    one { function(try $0.x, try $0.axes, try $0.keepDims) }
  }
}

extension Arguments {
  fileprivate var ddof: Int { get throws { try self["ddof"].present?.int ?? 0 } }
}

extension NormOrder {
  fileprivate init(named json: JSON) throws {
    switch json {
    case .null, .integer(2): self = .two
    case .integer(1): self = .one
    case .string("inf"): self = .infinity
    case .string("fro"): self = .frobenius
    default: throw Failure.malformed("there is no norm of order \(json)")
    }
  }
}
