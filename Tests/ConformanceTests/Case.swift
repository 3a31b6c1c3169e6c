import Autograd
import Foundation

/// One program of the suite; the values that it must give are in its steps.
struct Case {
  let name: String
  let inputs: [String: ArrayValue]
  let steps: [JSON]

  init(_ json: JSON) throws {
    name = try json["name"].string
    guard case .object(let arrays) = json["inputs"] else { throw Failure.malformed("\(name): no inputs") }
    inputs = try arrays.mapValues(ArrayValue.init)
    steps = try json["steps"].list
  }

  /// The cases of all `*.jsonl` files under a directory, in the order of their paths.
  static func load(from directory: URL) throws -> [Case] {
    let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
    let paths = (files?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".jsonl") }.sorted()
    guard !paths.isEmpty else { throw Failure.malformed("there is no *.jsonl file under \(directory.path)") }
    return try paths.flatMap { path in
      try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map {
        try Case(JSON(line: $0))
      }
    }
  }
}

/// An array written out in a case.
struct ArrayValue {
  let dtype: DType
  let shape: [Int]
  let elements: [Double]

  init(_ json: JSON) throws {
    dtype = try DType(named: json["dtype"].string)
    shape = try json["shape"].ints
    elements = try json["data"].list.map { try $0.double }
  }

  var array: NDArray { NDArray(elements, shape: Shape(shape), dtype: dtype) }
}

extension DType {
  init(named name: String) throws {
    guard let dtype = DType.allCases.first(where: { $0.name == name }) else {
      throw Failure.malformed("there is no dtype \(name)")
    }
    self = dtype
  }
}

/// Why a case does not pass, other than an error of the library.
enum Failure: Error, CustomStringConvertible {
  /// The library does not have the operation.
  case unsupported(operation: String)
  /// The case is not one that the interpreter understands.
  case malformed(String)
  /// A value, a gradient, a mode or an error is not as expected.
  case mismatch(String)

  var description: String {
    switch self {
    case .unsupported(let operation): "the library has no operation \(operation)"
    case .malformed(let reason): "not understood: \(reason)"
    case .mismatch(let reason): reason
    }
  }
}
