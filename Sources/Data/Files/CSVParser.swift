import Autograd

/// Takes a CSV file apart.
///
/// The one library that is there for Swift, SwiftCSV 0.10, read 3 MB a second, told no lines in its errors, and took a
/// quote that does not end, and a missing last field, without a word.
struct CSVParser {
  /// Where a field is: the row from 0, the line and the column from 1.
  struct Position {
    var row = 0
    var line = 1
    var column = 1

    func error(_ what: String) -> FileError { FileError("line \(line), column \(column): \(what)") }
  }

  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var next: Int
  private var position = Position()

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private init(_ bytes: [UInt8], _ delimiter: Unicode.Scalar) throws {
    guard delimiter.isASCII, !"\"\r\n".unicodeScalars.contains(delimiter) else {
      throw FileError("the delimiter is \(delimiter); expected an ASCII character that is no quote and no line break")
    }
    (self.bytes, self.delimiter) = (bytes, UInt8(ascii: delimiter))
    next = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Calls `body` with each field; returns how many columns there are.
  static func parse(
    _ bytes: [UInt8], _ delimiter: Unicode.Scalar, _ body: (ArraySlice<UInt8>, Position) throws -> Void
  ) throws -> Int {
    var parser = try CSVParser(bytes, delimiter)
    var columns: Int?
    while parser.next < bytes.count {
      if parser.takeLineEnd() { continue }
      try parser.row(body)
      if let columns, columns != parser.position.column {
        throw FileError(
          "line \(parser.position.line): the row has \(parser.position.column) fields, the first \(columns)")
      }
      columns = parser.position.column
      parser.position.row += 1
      _ = parser.takeLineEnd()
    }
    return columns ?? 0
  }

  private mutating func row(_ body: (ArraySlice<UInt8>, Position) throws -> Void) throws {
    position.column = 1
    while true {
      let start = position
      try body(field(), start)
      guard next < bytes.count, bytes[next] == delimiter else { return }
      next += 1
      position.column += 1
    }
  }

  private mutating func takeLineEnd() -> Bool {
    guard next < bytes.count, isLineEnd(bytes[next]) else { return false }
    let isPair = bytes[next] == Self.carriageReturn && next + 1 < bytes.count && bytes[next + 1] == Self.newline
    next += isPair ? 2 : 1
    position.line += 1
    return true
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.newline || byte == Self.carriageReturn }

  private mutating func field() throws -> ArraySlice<UInt8> {
    if next < bytes.count, bytes[next] == Self.quote { return try quoted() }
    let start = next
    while next < bytes.count, bytes[next] != delimiter, !isLineEnd(bytes[next]) { next += 1 }
    return bytes[start..<next]
  }

  /// A field in quotes, in which two stand for one.
  private mutating func quoted() throws -> ArraySlice<UInt8> {
    let start = position
    var content: ArraySlice<UInt8> = []
    repeat {
      let first = next + 1
      guard let end = bytes[first...].firstIndex(of: Self.quote) else { throw start.error("the quote does not end") }
      position.line += bytes[first..<end].count { $0 == Self.newline }
      // The first of two quotes belongs to the field.
      let isDouble = end + 1 < bytes.count && bytes[end + 1] == Self.quote
      content += bytes[first..<(isDouble ? end + 1 : end)]
      next = end + 1
    } while next < bytes.count && bytes[next] == Self.quote
    guard next == bytes.count || bytes[next] == delimiter || isLineEnd(bytes[next]) else {
      throw start.error("there is text behind the quote")
    }
    return content
  }
}

extension CSVParser {
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// The number that a text is, perhaps with space around it.
  static func number(_ text: ArraySlice<UInt8>) -> Double? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return short(text) ?? Double(String(decoding: text, as: UTF8.self))
  }

  /// A number of at most 15 digits without exponent: the quotient of two numbers that Double has exactly.
  private static func short(_ text: ArraySlice<UInt8>) -> Double? {
    let isNegative = text.first == UInt8(ascii: "-")
    var (digits, count, decimals) = (0, 0, -1)
    for byte in isNegative ? text.dropFirst() : text {
      if byte == UInt8(ascii: "."), decimals < 0 {
        decimals = 0
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 15 else { return nil }
      digits = digits * 10 + Int(byte - UInt8(ascii: "0"))
      count += 1
      if decimals >= 0 { decimals += 1 }
    }
    guard count > 0 else { return nil }
    let value = Double(digits) / powersOfTen[max(0, decimals)]
    return isNegative ? -value : value
  }
}
