/// Numbers or Bools nested to any depth, as written in source code: `[[1, 2], [3, 4]]`.
public enum NDArrayLiteral: Sendable {
  case number(Double)
  case integer(Int)
  case bool(Bool)
  case list([NDArrayLiteral])

  public static var nan: NDArrayLiteral { .number(.nan) }
  public static var infinity: NDArrayLiteral { .number(.infinity) }
  public static prefix func - (value: NDArrayLiteral) -> NDArrayLiteral {
    switch value {
    case .number(let x): .number(-x)
    case .integer(let x): .integer(-x)
    case .bool, .list: value
    }
  }
}

extension NDArrayLiteral: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral
{
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: NDArrayLiteral...) { self = .list(elements) }
}

extension NDArray: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: NDArrayLiteral...) { self.init(.list(elements)) }

  /// The array of a literal: float32 for numbers unless told otherwise, bool for `true` and `false`.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]])  // array([[1., 2.], [3., 4.]])
  /// ```
  public init(_ literal: NDArrayLiteral, dtype: DType? = nil) {
    var flat = Nested<NDArrayLiteral>()
    flat.collect(literal, depth: 0)
    let isBool = !flat.elements.isEmpty && flat.elements.allSatisfy { if case .bool = $0 { true } else { false } }
    let dtype = dtype ?? (isBool ? .bool : .float32)
    self = flat.array(dtype: dtype) { element, address, index in
      switch element {
      case .number(let x): dtype.store(x, at: address, index: index)
      case .integer(let x): dtype.store(x, at: address, index: index)
      case .bool(let x): dtype.store(x, at: address, index: index)
      case .list: break
      }
    }
  }
}

/// A Swift number, or arrays of them nested to any depth.
public protocol NDArrayConvertible {
  associatedtype Scalar: NDArrayScalar
  func append(to nested: inout NestedElements<Scalar>, depth: Int)
}

/// The elements of a nested array in row-major order, and its shape so far.
public struct NestedElements<Scalar: NDArrayScalar> {
  var nested = Nested<Scalar>()
}

extension Array: NDArrayConvertible where Element: NDArrayConvertible {
  public typealias Scalar = Element.Scalar
  public func append(to nested: inout NestedElements<Scalar>, depth: Int) {
    nested.nested.enter(count: count, depth: depth)
    for element in self { element.append(to: &nested, depth: depth + 1) }
  }
}

extension NDArrayConvertible where Self: NDArrayScalar, Scalar == Self {
  public func append(to nested: inout NestedElements<Self>, depth: Int) { nested.nested.add(self, depth: depth) }
}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: NDArrayConvertible { public typealias Scalar = Float16 }
#endif
extension Float: NDArrayConvertible { public typealias Scalar = Float }
extension Double: NDArrayConvertible { public typealias Scalar = Double }
extension Int8: NDArrayConvertible { public typealias Scalar = Int8 }
extension Int16: NDArrayConvertible { public typealias Scalar = Int16 }
extension Int: NDArrayConvertible { public typealias Scalar = Int }
extension Int32: NDArrayConvertible { public typealias Scalar = Int32 }
extension Int64: NDArrayConvertible { public typealias Scalar = Int64 }
extension UInt8: NDArrayConvertible { public typealias Scalar = UInt8 }
extension Bool: NDArrayConvertible { public typealias Scalar = Bool }

extension NDArray {
  /// The array of a Swift number or of nested Swift arrays; it keeps their type unless told otherwise.
  ///
  /// ```swift
  /// let rows: [[Double]] = [[1, 2], [3, 4]]
  /// NDArray(rows).dtype  // float64
  /// ```
  @_disfavoredOverload
  public init<Content: NDArrayConvertible>(_ content: Content, dtype: DType? = nil) {
    var elements = NestedElements<Content.Scalar>()
    content.append(to: &elements, depth: 0)
    let dtype = dtype ?? Content.Scalar.dtype
    self = elements.nested.array(dtype: dtype) { dtype.store($0, at: $1, index: $2) }
  }

  /// The array of this shape with the given elements in row-major order.
  public init<Element: NDArrayScalar>(_ elements: [Element], shape: Shape, dtype: DType? = nil) {
    let dtype = dtype ?? Element.dtype
    guard elements.count == shape.elementCount else {
      report(
        .shape("NDArray: \(elements.count) elements do not make the shape \(shape), which has \(shape.elementCount)"))
      self = .placeholder(shape, dtype)
      return
    }
    self.init(shape, dtype: dtype) { elements[$0] }
  }
}

/// Collects nested elements, and finds out whether the nesting is even.
struct Nested<Element> {
  var elements: [Element] = []
  private var extents: [Int] = []
  private var isRagged = false
  private var leafDepth: Int?

  mutating func enter(count: Int, depth: Int) {
    if depth < extents.count {
      if extents[depth] != count { isRagged = true }
    } else if leafDepth == nil || depth < leafDepth! {
      extents.append(count)
    } else {
      isRagged = true
    }
  }

  mutating func add(_ element: Element, depth: Int) {
    if let leafDepth, leafDepth != depth { isRagged = true }
    if depth != extents.count { isRagged = true }
    leafDepth = depth
    elements.append(element)
  }

  func array(dtype: DType, store: (Element, UnsafeMutableRawPointer, Int) -> Void) -> NDArray {
    guard !isRagged, extents.reduce(1, *) == elements.count else {
      report(.shape("NDArray: the nested arrays are ragged: lists at the same depth must have the same count"))
      return .placeholder([0], dtype)
    }
    let shape = Shape(extents)
    guard let buffer = Buffer.forResult(of: "NDArray", shape, dtype) else { return .placeholder(shape, dtype) }
    for (i, element) in elements.enumerated() { store(element, buffer.address, i) }
    return NDArray(buffer: buffer, shape: shape, dtype: dtype)
  }
}

extension Nested where Element == NDArrayLiteral {
  mutating func collect(_ literal: NDArrayLiteral, depth: Int) {
    guard case .list(let list) = literal else { return add(literal, depth: depth) }
    enter(count: list.count, depth: depth)
    for element in list { collect(element, depth: depth + 1) }
  }
}
