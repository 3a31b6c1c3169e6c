import CKernels

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

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))  // where Swift has no Float16
  extension Float16: NDArrayScalar { public static var dtype: DType { .float16 } }
#endif
extension Float: NDArrayScalar { public static var dtype: DType { .float32 } }
extension Double: NDArrayScalar { public static var dtype: DType { .float64 } }
extension Int8: NDArrayScalar { public static var dtype: DType { .int8 } }
extension Int16: NDArrayScalar { public static var dtype: DType { .int16 } }
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
    func put<Element>(_ element: Element) {
      address.storeBytes(of: element, toByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
    }
    switch self {
    case .float16: put(ag_half_from_double(value.elementAsDouble))
    case .float32: put(Float(element: value.elementAsDouble))
    case .float64: put(value.elementAsDouble)
    case .int8: put(Int8(element: value.elementAsInt64))
    case .int16: put(Int16(element: value.elementAsInt64))
    case .int32: put(Int32(element: value.elementAsInt64))
    case .int64: put(value.elementAsInt64)
    case .uint8: put(UInt8(element: value.elementAsInt64))
    case .bool: put(value.elementAsDouble != 0)
    }
  }

  /// Reads one element of this type.
  func load<Value: NDArrayScalar>(_ address: UnsafeRawPointer, index: Int, as type: Value.Type) -> Value {
    func element<Element>(_ type: Element.Type) -> Element {
      address.load(fromByteOffset: index * MemoryLayout<Element>.size, as: type)
    }
    return switch self {
    case .float16: Value(element: ag_half_as_double(element(UInt16.self)))
    case .float32: Value(element: Double(element(Float.self)))
    case .float64: Value(element: element(Double.self))
    case .int8: Value(element: Int64(element(Int8.self)))
    case .int16: Value(element: Int64(element(Int16.self)))
    case .int32: Value(element: Int64(element(Int32.self)))
    case .int64: Value(element: element(Int64.self))
    case .uint8: Value(element: Int64(element(UInt8.self)))
    case .bool: Value(element: Int64(element(UInt8.self) != 0 ? 1 : 0))
    }
  }
}
