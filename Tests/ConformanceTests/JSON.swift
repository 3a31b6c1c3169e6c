import Foundation

/// A value of a case file.
///
/// Integers and floating-point numbers stay apart: beside an array, `2` and `2.0` give different types of result.
enum JSON {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([JSON])
  case object([String: JSON])

  /// The value of one line of a JSON lines file.
  init(line: Substring) throws {
    self.init(foundation: try JSONSerialization.jsonObject(with: Data(line.utf8)))
  }

  private init(foundation value: Any) {
    switch value {
    case let list as [Any]: self = .list(list.map(JSON.init(foundation:)))
    case let object as [String: Any]: self = .object(object.mapValues(JSON.init(foundation:)))
    case let string as String: self = .string(string)
    case let number as NSNumber: self.init(number)
    default: self = .null
    }
  }

  private init(_ number: NSNumber) {
    switch UInt8(bitPattern: number.objCType.pointee) {
    case UInt8(ascii: "c"), UInt8(ascii: "B"): self = .bool(number.boolValue)
    case UInt8(ascii: "d"), UInt8(ascii: "f"): self = .number(number.doubleValue)
    default: self = .integer(number.intValue)
    }
  }
}

extension JSON {
  /// The value of a key; `null` if there is none.
  subscript(key: String) -> JSON {
    if case .object(let object) = self { object[key] ?? .null } else { .null }
  }

  /// The value itself, or `nil` for `null`.
  var present: JSON? {
    if case .null = self { nil } else { self }
  }

  var bool: Bool {
    get throws {
      guard case .bool(let value) = self else { throw Failure.malformed("\(self) is not true or false") }
      return value
    }
  }

  var int: Int {
    get throws {
      guard case .integer(let value) = self else { throw Failure.malformed("\(self) is not an integer") }
      return value
    }
  }

  var string: String {
    get throws {
      guard case .string(let value) = self else { throw Failure.malformed("\(self) is not a string") }
      return value
    }
  }

  var list: [JSON] {
    get throws {
      guard case .list(let value) = self else { throw Failure.malformed("\(self) is not a list") }
      return value
    }
  }

  /// The numbers of a list, or the one number.
  var ints: [Int] {
    get throws {
      if case .integer(let value) = self { return [value] }
      return try list.map { try $0.int }
    }
  }

  /// The strings of a list, or the one string.
  var strings: [String] {
    get throws {
      if case .string(let value) = self { return [value] }
      return try list.map { try $0.string }
    }
  }

  /// The value as an element of an array: a number, a truth value, or one of "nan", "inf" and "-inf".
  var double: Double {
    get throws {
      switch self {
      case .number(let value): return value
      case .integer(let value): return Double(value)
      case .bool(let value): return value ? 1 : 0
      case .string("nan"): return .nan
      case .string("inf"): return .infinity
      case .string("-inf"): return -.infinity
      default: throw Failure.malformed("\(self) is not a number")
      }
    }
  }
}

extension JSON: CustomStringConvertible {
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .list(let list): "[" + list.map(\.description).joined(separator: ",") + "]"
    case .object(let object):
      "{" + object.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
  }
}
