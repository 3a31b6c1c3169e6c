/// The part of JSON that headers of files use: no fractions, and no more nesting than is needed.
enum JSON: Equatable {
  case object([String: JSON])
  case array([JSON])
  case string(String)
  case integer(Int)
  case bool(Bool)
  case null

  /// Parses a text; what stands behind the value must be space.
  init(_ bytes: ArraySlice<UInt8>) throws {
    var parser = JSONParser(bytes)
    self = try parser.value(depth: 0)
    try parser.end()
  }
}

private struct JSONParser {
  private var rest: ArraySlice<UInt8>
  private static let deepest = 16

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  private func error(_ what: String) -> FileError { FileError("the JSON header is damaged: \(what)") }

  private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == UInt8(ascii: byte) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws {
    guard take(byte) else { throw error("a \(byte) is missing") }
  }

  private mutating func take(word: String) -> Bool {
    guard rest.starts(with: word.utf8) else { return false }
    rest.removeFirst(word.utf8.count)
    return true
  }

  mutating func end() throws {
    skipSpace()
    guard rest.isEmpty else { throw error("there is more than one value") }
  }

  mutating func value(depth: Int) throws -> JSON {
    guard depth < Self.deepest else { throw error("it is nested too deeply") }
    skipSpace()
    switch rest.first {
    case UInt8(ascii: "{"): return .object(try object(depth))
    case UInt8(ascii: "["): return .array(try array(depth))
    case UInt8(ascii: "\""): return .string(try string())
    default:
      if take(word: "true") { return .bool(true) }
      if take(word: "false") { return .bool(false) }
      if take(word: "null") { return .null }
      return .integer(try integer())
    }
  }

  private mutating func object(_ depth: Int) throws -> [String: JSON] {
    try expect("{")
    var members: [String: JSON] = [:]
    if take("}") { return members }
    repeat {
      skipSpace()
      let name = try string()
      try expect(":")
      guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw error("the name \(name) occurs twice")
      }
    } while take(",")
    try expect("}")
    return members
  }

  private mutating func array(_ depth: Int) throws -> [JSON] {
    try expect("[")
    var elements: [JSON] = []
    if take("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    try expect("]")
    return elements
  }

  private mutating func integer() throws -> Int {
    let digits = rest.prefix { $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw error("a value is none") }
    rest.removeFirst(digits.count)
    return number
  }

  private mutating func string() throws -> String {
    guard rest.popFirst() == UInt8(ascii: "\"") else { throw error("a name is missing") }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("a name is no UTF-8") }
        return text
      case UInt8(ascii: "\\"): try bytes.append(contentsOf: escape())
      case 0..<0x20: throw error("a name has a control character")
      default: bytes.append(byte)
      }
    }
    throw error("a name does not end")
  }

  private mutating func escape() throws -> [UInt8] {
    switch rest.popFirst().map({ Unicode.Scalar($0) }) {
    case "n": return [0x0A]
    case "t": return [0x09]
    case "r": return [0x0D]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "u": return Array(String(try unicode()).utf8)
    case let other? where "\"\\/".unicodeScalars.contains(other): return [UInt8(other.value)]
    default: throw error("an escape is none")
    }
  }

  private mutating func unicode() throws -> Character {
    let high = try codeUnit()
    if let scalar = Unicode.Scalar(high) { return Character(scalar) }
    guard take(word: "\\u") else { throw error("half a surrogate pair") }
    let low = try codeUnit()
    let code = 0x10000 + (UInt32(high) &- 0xD800) << 10 + (UInt32(low) &- 0xDC00)
    guard (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(code) else {
      throw error("half a surrogate pair")
    }
    return Character(scalar)
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let code = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("an escape is none") }
    rest.removeFirst(4)
    return code
  }
}

extension String {
  /// The string as JSON.
  var json: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{0}"..<" ":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
