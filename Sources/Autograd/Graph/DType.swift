import CKernels

/// The type of an array's elements.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  case float16, float32, float64, int8, int16, int32, int64, uint8, bool

  /// NumPy's name of the type.
  public var name: String {
    switch self {
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }

  /// Bytes of one element.
  public var size: Int { Int(ag_item_bytes(kernelType)) }

  /// Whether arrays of this type can have gradients.
  public var isFloatingPoint: Bool { rawValue <= DType.float64.rawValue }

  var kernelType: ag_dtype { unsafeBitCast(rawValue, to: ag_dtype.self) }
}

extension DType: CustomStringConvertible {
  public var description: String { name }
}

extension DType {
  /// The type of a result of operands of these two types: NumPy's rule, except that integers do not make float64 of
  /// other floats. An integer that may not fit float16 makes float32 of it.
  ///
  /// <doc:ElementTypes> has the whole table.
  public static func promoted(_ a: DType, _ b: DType) -> DType { a == b ? a : joint(a, b) }

  private static func joint(_ a: DType, _ b: DType) -> DType {
    let (low, high) = a.precedence < b.precedence ? (a, b) : (b, a)
    switch (low, high) {
    case (.uint8, .int8): return .int16
    case (.int16, .float16), (.int32, .float16), (.int64, .float16): return .float32
    default: return high
    }
  }

  private var precedence: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int8: 2
    case .int16: 3
    case .int32: 4
    case .int64: 5
    case .float16: 6
    case .float32: 7
    case .float64: 8
    }
  }

  /// The largest finite number of a floating-point type.
  var greatestFinite: Double {
    switch self {
    case .float16: 65504
    case .float64: .greatestFiniteMagnitude
    default: Double(Float.greatestFiniteMagnitude)
    }
  }

  /// Whether a value of kind `other` fits without changing kind: bool < integer < float.
  @inline(__always)
  func absorbsScalar(ofKind other: DType) -> Bool { kind >= other.kind }

  private var kind: Int { self == .bool ? 0 : isFloatingPoint ? 2 : 1 }
}
