// Float16, int8 and int16 only store elements. Operations compute in float32 or int32, and each result is rounded, or
// wrapped, to the type: the same bits whether operations are fused or not. The conversions fuse into the loops.

extension DType {
  /// The type that operations on this one compute in.
  var computing: DType {
    switch self {
    case .float16: .float32
    case .int8, .int16: .int32
    default: self
    }
  }

  /// Stops the program: kernels are not called with types that only store.
  func failAsStoredOnly() -> Never { preconditionFailure("\(self) is computed with in \(computing)") }
}

extension Kernel {
  /// Whether elements are only moved or converted, of whatever type.
  var movesElements: Bool {
    switch self {
    case .map, .reduce: false
    case .custom(let operation): operation.movesElements
    case .none, .cast, .view: true
    }
  }
}

extension Inputs {
  /// The type that a scalar function's loop is for; the first of three is a condition.
  var operandType: DType { self[count == 3 ? 1 : 0].dtype }

  /// Whether the elements of an input have to be converted to be computed with.
  @inline(__always)
  var areStoredOnly: Bool { !all { $0.dtype == $0.dtype.computing } }
}

/// The result of an operation on types that only store.
@inline(never)
func applyComputing(_ operation: any Operation, _ inputs: Inputs, shape: Shape, dtype: DType) -> NDArray {
  let computing = Inputs(inputs.map { NDArray($0).converted(to: $0.dtype.computing).node })
  return apply(operation, computing, shape: shape, dtype: dtype.computing).converted(to: dtype)
}
