import Autograd

extension OperationTable {
  static let unary = functions.mapValues { function in one { function(try $0.x) } }

  private static let functions: [String: @Sendable (NDArray) -> NDArray] = [
    "negative": { -$0 }, "abs": abs, "sign": sign, "square": square, "sqrt": sqrt, "cbrt": cbrt,
    "reciprocal": reciprocal, "exp": exp, "exp2": exp2, "expm1": expm1,
    "log": log, "log2": log2, "log10": log10, "log1p": log1p,
    "sin": sin, "cos": cos, "tan": tan, "arcsin": arcsin, "arccos": arccos, "arctan": arctan,
    "sinh": sinh, "cosh": cosh, "tanh": tanh, "arcsinh": arcsinh, "arccosh": arccosh, "arctanh": arctanh,
    "floor": floor, "ceil": ceil, "rint": rint, "trunc": trunc,
    "erf": erf, "sigmoid": sigmoid, "relu": relu, "softplus": softplus, "silu": silu,
    "logical_not": logicalNot, "isnan": isnan, "isinf": isinf, "isfinite": isfinite,
  ]

  static let selection: [String: Operation] = [
    "leaky_relu": one { leakyRelu(try $0.x, slope: try $0["slope"].double) },
    "elu": one { elu(try $0.x, alpha: try $0["alpha"].double) },
    "gelu": one { gelu(try $0.x, approximate: try $0["approximate"].bool) },
    "astype": one { try $0.x.astype(DType(named: try $0["dtype"].string)) },
    "clip": one(limited),
    "where": one(selected),
  ]

  static let binary: [String: Operation] = [
    "add": binary({ $0 + $1 }, { $0 + $1 }, { $0 + $1 }),
    "subtract": binary({ $0 - $1 }, { $0 - $1 }, { $0 - $1 }),
    "multiply": binary({ $0 * $1 }, { $0 * $1 }, { $0 * $1 }),
    "divide": binary({ $0 / $1 }, { $0 / $1 }, { $0 / $1 }),
    "mod": binary({ $0 % $1 }, { $0 % $1 }, { $0 % $1 }),
    "floor_divide": binary({ floorDivide($0, $1) }, { floorDivide($0, $1) }, { floorDivide($0, $1) }),
    "power": binary({ power($0, $1) }, { power($0, $1) }, { power($0, $1) }),
    "maximum": binary({ maximum($0, $1) }, { maximum($0, $1) }, { maximum($0, $1) }),
    "minimum": binary({ minimum($0, $1) }, { minimum($0, $1) }, { minimum($0, $1) }),
    "arctan2": binary({ arctan2($0, $1) }, { arctan2($0, $1) }, { arctan2($0, $1) }),
    "hypot": binary({ hypot($0, $1) }, { hypot($0, $1) }, { hypot($0, $1) }),
    "logaddexp": binary({ logaddexp($0, $1) }, { logaddexp($0, $1) }, { logaddexp($0, $1) }),
    "equal": binary({ $0 .== $1 }, { $0 .== $1 }, { $1 .== $0 }),
    "not_equal": binary({ $0 .!= $1 }, { $0 .!= $1 }, { $1 .!= $0 }),
    "less": binary({ $0 .< $1 }, { $0 .< $1 }, { $1 .> $0 }),
    "less_equal": binary({ $0 .<= $1 }, { $0 .<= $1 }, { $1 .>= $0 }),
    "greater": binary({ $0 .> $1 }, { $0 .> $1 }, { $1 .< $0 }),
    "greater_equal": binary({ $0 .>= $1 }, { $0 .>= $1 }, { $1 .<= $0 }),
    "logical_and": binary({ logicalAnd($0, $1) }),
    "logical_or": binary({ logicalOr($0, $1) }),
    "logical_xor": binary({ logicalXor($0, $1) }),
  ]

  /// An operation of two arrays, of an array and a scalar, and of a scalar and an array. Where the library has no
  /// function of a scalar, for truths, the scalar becomes an array of float64.
  private static func binary(
    _ arrays: @escaping @Sendable (NDArray, NDArray) -> NDArray,
    _ right: (@Sendable (NDArray, any NDArrayScalar) -> NDArray)? = nil,
    _ left: (@Sendable (any NDArrayScalar, NDArray) -> NDArray)? = nil
  ) -> Operation {
    one { arguments in
      switch (try arguments.operand(0), try arguments.operand(1)) {
      case (.array(let x), .array(let y)): arrays(x, y)
      case (.array(let x), .scalar(let y)): right?(x, y) ?? arrays(x, Operand.scalar(y).array(dtype: .float64))
      case (.scalar(let x), .array(let y)): left?(x, y) ?? arrays(Operand.scalar(x).array(dtype: .float64), y)
      case (.scalar, .scalar): throw Failure.malformed("both inputs are scalars")
      }
    }
  }

  private static func limited(_ arguments: Arguments) throws -> NDArray {
    let x = try arguments.x
    switch (try arguments["a_min"].scalar, try arguments["a_max"].scalar) {
    case (let low?, let high?): return clip(x, low, high)
    case (let low?, nil): return maximum(x, low)
    case (nil, let high?): return minimum(x, high)
    case (nil, nil): return x
    }
  }

  private static func selected(_ arguments: Arguments) throws -> NDArray {
    let condition = try arguments.x
    switch (try arguments.operand(1), try arguments.operand(2)) {
    case (.array(let x), .array(let y)): return which(condition, x, y)
    case (.array(let x), .scalar(let y)): return which(condition, x, y)
    case (.scalar(let x), .array(let y)): return which(condition, x, y)
    case (.scalar(let x), let y): return which(condition, x, y.array(dtype: .float32))
    }
  }
}

extension JSON {
  /// The number as a scalar beside an array, or `nil` for `null`.
  var scalar: (any NDArrayScalar)? {
    get throws {
      switch self {
      case .null: nil
      case .integer(let value): value
      default: try double
      }
    }
  }
}
