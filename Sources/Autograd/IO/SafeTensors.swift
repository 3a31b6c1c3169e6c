/// Named arrays and text in the safetensors format, which Python's package of that name reads and writes.
///
/// Bfloat16 is read as float32, unsigned integers of 16 and 32 bits as int32 and int64. Reading checks everything that
/// a file claims before memory is reserved: a damaged or hostile file is a ``FileError``.
///
/// ```swift
/// let file = SafeTensors(["w": NDArray.ones([2, 3])], metadata: ["epoch": "3"])
/// let copy = try SafeTensors(bytes: file.bytes)
/// copy.arrays["w"]!.shape  // (2, 3)
/// copy.metadata["epoch"]!  // "3"
/// ```
public struct SafeTensors: Sendable {
  public var arrays: [String: NDArray]
  public var metadata: [String: String]

  public init(_ arrays: [String: NDArray], metadata: [String: String] = [:]) {
    (self.arrays, self.metadata) = (arrays, metadata)
  }

  /// Reads a file.
  public init(contentsOf path: String) throws {
    self = try withPath(path) { try SafeTensors(bytes: Files.read(path)) }
  }

  /// Writes a file, at once or not at all.
  public func write(to path: String) throws {
    try withPath(path) { try Files.writeAtomically(bytes, to: path) }
  }
}

// MARK: Writing

extension SafeTensors {
  /// The contents of the file: the length of the header, the header in JSON, the elements.
  public var bytes: [UInt8] {
    // Larger elements first, so that each array is aligned.
    let sorted = arrays.sorted { ($1.value.dtype.size, $0.key) < ($0.value.dtype.size, $1.key) }
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\($0.key.json):\($0.value.json)" }
      entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for (name, array) in sorted {
      let start = end
      end += array.elementCount * array.dtype.size
      let shape = array.shape.map(String.init).joined(separator: ",")
      let type = StoredElement(array.dtype).safetensorsName
      entries.append("\(name.json):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}")
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var result = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    result.reserveCapacity(result.count + end)
    for (_, array) in sorted { array.withUnsafeBytes { result.append(contentsOf: $0) } }
    return result
  }
}

extension StoredElement {
  fileprivate static let safetensorsNames: [String: StoredElement] = [
    "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I8": .int8, "I16": .int16, "I32": .int32,
    "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32, "BOOL": .bool,
  ]

  fileprivate var safetensorsName: String { Self.safetensorsNames.first { $0.value == self }!.key }
}

// MARK: Reading

extension SafeTensors {
  /// Reads the contents of a file.
  public init(bytes: [UInt8]) throws {
    guard bytes.count >= 8 else { throw FileError("it is too short for a safetensors file") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw FileError("it claims a header of \(length) bytes, more than it has")
    }
    let start = 8 + Int(length)
    guard case .object(var entries) = try JSON(bytes[8..<start]) else {
      throw FileError("the header is no JSON object")
    }
    let metadata = try Self.metadata(entries.removeValue(forKey: "__metadata__"))
    let data = bytes[start...]
    var ranges: [Range<Int>] = []
    var arrays: [String: NDArray] = [:]
    for (name, entry) in entries {
      let (array, range) = try withPath(name) { try Self.array(entry, data) }
      arrays[name] = array
      ranges.append(range)
    }
    try Self.check(ranges, cover: data.count)
    self.init(arrays, metadata: metadata)
  }

  private static func metadata(_ entry: JSON?) throws -> [String: String] {
    guard let entry else { return [:] }
    guard case .object(let texts) = entry else { throw FileError("__metadata__ is no object") }
    return try texts.mapValues {
      guard case .string(let text) = $0 else { throw FileError("__metadata__ has a value that is no text") }
      return text
    }
  }

  private static func array(_ entry: JSON, _ data: ArraySlice<UInt8>) throws -> (NDArray, Range<Int>) {
    guard case .object(let parts) = entry, case .string(let type)? = parts["dtype"],
      let shape = parts["shape"]?.integers,
      let offsets = parts["data_offsets"]?.integers, offsets.count == 2
    else { throw FileError("the entry must have dtype, shape and data_offsets") }
    guard let element = StoredElement.safetensorsNames[type] else {
      throw FileError("the type \(type) is not supported")
    }
    guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= data.count else {
      throw FileError("the offsets \(offsets) are not in the \(data.count) bytes of data")
    }
    let range = offsets[0]..<offsets[1]
    let bytes = data[(data.startIndex + range.lowerBound)..<(data.startIndex + range.upperBound)]
    return (try element.array(bytes, Shape(stored: shape)), range)
  }

  /// Arrays follow one another without gaps and overlaps, as the format demands: so they need no more memory than the
  /// file.
  private static func check(_ ranges: [Range<Int>], cover count: Int) throws {
    var end = 0
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard range.lowerBound == end else { throw FileError("the data has gaps or overlaps at byte \(end)") }
      end = range.upperBound
    }
    guard end == count else { throw FileError("the data has \(count) bytes, of which \(end) are used") }
  }
}

extension JSON {
  fileprivate var integers: [Int]? {
    guard case .array(let elements) = self else { return nil }
    var result: [Int] = []
    for element in elements {
      guard case .integer(let number) = element else { return nil }
      result.append(number)
    }
    return result
  }
}
