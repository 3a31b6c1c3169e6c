import CKernels

/// The type of an array's elements.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  case float32, float64, int32, int64, uint8, bool

  /// NumPy's name of the type.
  public var name: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }

  /// Whether arrays of this type can have gradients.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  var kernelType: ag_dtype { unsafeBitCast(rawValue, to: ag_dtype.self) }
}

extension DType: CustomStringConvertible {
  public var description: String { name }
}

extension DType {
  /// The type of a result of operands of these two types: NumPy's rule, except that an integer meeting
  /// float32 gives float32.
  ///
  /// | | with float64 | with float32 | with int64 | with int32 | with uint8 | with bool |
  /// |---|---|---|---|---|---|---|
  /// | int64 | float64 | float32 | int64 | int64 | int64 | int64 |
  /// | int32 | float64 | float32 | int64 | int32 | int32 | int32 |
  /// | uint8 | float64 | float32 | int64 | int32 | uint8 | uint8 |
  /// | bool | float64 | float32 | int64 | int32 | uint8 | bool |
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    a.precedence >= b.precedence ? a : b
  }

  private var precedence: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int32: 2
    case .int64: 3
    case .float32: 4
    case .float64: 5
    }
  }

  /// Whether a value of kind `other` fits without changing kind: bool < integer < float.
  func absorbsScalar(ofKind other: DType) -> Bool { kind >= other.kind }

  private var kind: Int {
    switch self {
    case .bool: 0
    case .uint8, .int32, .int64: 1
    case .float32, .float64: 2
    }
  }
}
