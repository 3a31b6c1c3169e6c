import Autograd

/// An operation of FORMAT.md in terms of the library: from its inputs to its results.
typealias Operation = @Sendable (Arguments) throws -> [NDArray]

/// The operations of FORMAT.md that the library has, by their names there.
enum OperationTable {
  static let all = [unary, binary, selection, reductions, shape, indexing, linalg, nn].reduce(into: [:]) {
    $0.merge($1) { first, _ in first }
  }
}

/// An input of an operation. A scalar is a Swift number beside the arrays, and takes their type.
enum Operand {
  case array(NDArray)
  case scalar(any NDArrayScalar)

  func visit<Result>(array: (NDArray) -> Result, scalar: (any NDArrayScalar) -> Result) -> Result {
    switch self {
    case .array(let x): array(x)
    case .scalar(let value): scalar(value)
    }
  }

  /// The operand as an array; a scalar gets the given type.
  func array(dtype: DType) -> NDArray {
    visit(array: { $0 }, scalar: { NDArray($0.elementAsDouble, dtype: dtype) })
  }
}

/// The inputs and attributes of one operation.
struct Arguments {
  let operands: [Operand]
  let attributes: JSON
  /// All arrays of the case: an index names its arrays.
  let arrays: [String: NDArray]

  func operand(_ position: Int) throws -> Operand {
    guard operands.indices.contains(position) else { throw Failure.malformed("input \(position) is missing") }
    return operands[position]
  }

  func array(_ position: Int) throws -> NDArray {
    guard case .array(let x) = try operand(position) else {
      throw Failure.malformed("input \(position) is a scalar, not an array")
    }
    return x
  }

  /// The first input.
  var x: NDArray { get throws { try array(0) } }
  /// The second input.
  var y: NDArray { get throws { try array(1) } }
  /// The third input.
  var z: NDArray { get throws { try array(2) } }
  /// All inputs.
  var all: [NDArray] { get throws { try operands.indices.map(array) } }

  subscript(attribute: String) -> JSON { attributes[attribute] }

  /// The attribute `axis` where several axes are allowed.
  var axes: Axes? { get throws { try self["axis"].present.map { Axes(try $0.ints) } } }
  /// The attribute `axis` where one axis is allowed.
  var axis: Int? { get throws { try self["axis"].present?.int } }
  /// The attribute `axis` where one axis is required.
  var someAxis: Int { get throws { try self["axis"].int } }
  var keepDims: Bool { get throws { try self["keepdims"].present?.bool ?? false } }
}

extension OperationTable {
  /// An operation with one result.
  static func one(_ function: @escaping @Sendable (Arguments) throws -> NDArray) -> Operation {
    { [try function($0)] }
  }
}
