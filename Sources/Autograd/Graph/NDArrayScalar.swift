/// A Swift number or Bool, as an element of an array or beside one: `2 * x`.
public protocol NDArrayScalar: Sendable {
  /// The element type that holds it.
  static var dtype: DType { get }
  init(element value: Double)
  init(element value: Int64)
  var elementAsDouble: Double { get }
  var elementAsInt64: Int64 { get }
}

extension NDArrayScalar where Self: BinaryFloatingPoint {
  public init(element value: Double) { self.init(value) }
  public init(element value: Int64) { self.init(value) }
  public var elementAsDouble: Double { Double(self) }
  public var elementAsInt64: Int64 { isFinite ? Int64(clampingTruncated: Double(self)) : 0 }
}

extension NDArrayScalar where Self: FixedWidthInteger {
  public init(element value: Double) {
    self.init(truncatingIfNeeded: value.isFinite ? Int64(clampingTruncated: value) : 0)
  }
  public init(element value: Int64) { self.init(truncatingIfNeeded: value) }
  public var elementAsDouble: Double { Double(self) }
  public var elementAsInt64: Int64 { Int64(truncatingIfNeeded: self) }
}

extension Int64 {
  init(clampingTruncated value: Double) {
    self = value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int64(value)
  }
}

extension Float: NDArrayScalar { public static var dtype: DType { .float32 } }
extension Double: NDArrayScalar { public static var dtype: DType { .float64 } }
extension Int: NDArrayScalar { public static var dtype: DType { .int64 } }
extension Int32: NDArrayScalar { public static var dtype: DType { .int32 } }
extension Int64: NDArrayScalar { public static var dtype: DType { .int64 } }
extension UInt8: NDArrayScalar { public static var dtype: DType { .uint8 } }
extension Bool: NDArrayScalar {
  public static var dtype: DType { .bool }
  public init(element value: Double) { self = value != 0 }
  public init(element value: Int64) { self = value != 0 }
  public var elementAsDouble: Double { self ? 1 : 0 }
  public var elementAsInt64: Int64 { self ? 1 : 0 }
}

extension DType {
  /// Writes one element of this type.
  func store(_ value: some NDArrayScalar, at address: UnsafeMutableRawPointer, index: Int = 0) {
    switch self {
    case .float32:
      address.storeBytes(of: Float(element: value.elementAsDouble), toByteOffset: index * 4, as: Float.self)
    case .float64: address.storeBytes(of: value.elementAsDouble, toByteOffset: index * 8, as: Double.self)
    case .int32: address.storeBytes(of: Int32(element: value.elementAsInt64), toByteOffset: index * 4, as: Int32.self)
    case .int64: address.storeBytes(of: value.elementAsInt64, toByteOffset: index * 8, as: Int64.self)
    case .uint8: address.storeBytes(of: UInt8(element: value.elementAsInt64), toByteOffset: index, as: UInt8.self)
    case .bool: address.storeBytes(of: value.elementAsDouble != 0, toByteOffset: index, as: Bool.self)
    }
  }

  /// Reads one element of this type.
  func load<Value: NDArrayScalar>(_ address: UnsafeRawPointer, index: Int, as type: Value.Type) -> Value {
    switch self {
    case .float32: Value(element: Double(address.load(fromByteOffset: index * 4, as: Float.self)))
    case .float64: Value(element: address.load(fromByteOffset: index * 8, as: Double.self))
    case .int32: Value(element: Int64(address.load(fromByteOffset: index * 4, as: Int32.self)))
    case .int64: Value(element: address.load(fromByteOffset: index * 8, as: Int64.self))
    case .uint8: Value(element: Int64(address.load(fromByteOffset: index, as: UInt8.self)))
    case .bool: Value(element: Int64(address.load(fromByteOffset: index, as: UInt8.self) != 0 ? 1 : 0))
    }
  }
}
