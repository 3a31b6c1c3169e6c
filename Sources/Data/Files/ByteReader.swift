import Autograd

/// Numbers in little-endian order, read one after the other; what is missing is an error.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], at start: Int) throws {
    guard (0...bytes.count).contains(start) else { throw FileError("it refers to byte \(start) of \(bytes.count)") }
    rest = bytes[start...]
  }

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var count: Int { rest.count }

  mutating func bytes(_ count: Int) throws -> ArraySlice<UInt8> {
    guard (0...rest.count).contains(count) else { throw FileError("it ends early") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of 1 to 8 bytes; one that is too large for Int is an error.
  mutating func integer(_ count: Int) throws -> Int {
    let value = try bytes(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int(exactly: value) else { throw FileError("it has a number that is too large: \(value)") }
    return value
  }

  mutating func skip(_ count: Int) throws { _ = try bytes(count) }

  mutating func expect(_ number: Int, _ what: String) throws {
    guard try integer(4) == number else { throw FileError("\(what) is missing") }
  }
}

extension [UInt8] {
  /// Adds a number of so many bytes in little-endian order.
  mutating func append(_ number: Int, bytes count: Int) {
    for i in 0..<count { append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
  }
}
