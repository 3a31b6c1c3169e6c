import Autograd

/// Files by name in a zip archive, stored or compressed by deflate.
///
/// Written are the 64-bit records of the format, always, as NumPy does.
struct ZipArchive {
  private(set) var files: [(name: String, contents: [UInt8])]

  init(_ files: [(name: String, contents: [UInt8])]) { self.files = files }

  private static let localHeader = 0x0403_4B50
  private static let directoryEntry = 0x0201_4B50
  private static let end64 = 0x0606_4B50
  private static let locator64 = 0x0706_4B50
  private static let end = 0x0605_4B50
  /// What stands in a 32-bit field whose value is in the 64-bit record.
  private static let elsewhere = 0xFFFF_FFFF
}

// MARK: Reading

extension ZipArchive {
  /// Reads an archive. All that it claims is checked: its files do not overlap, so together they need no more memory
  /// than deflate can make of the archive.
  init(bytes: [UInt8]) throws {
    let entries = try Self.entries(bytes)
    let ranges = entries.map(\.data).sorted { $0.lowerBound < $1.lowerBound }
    guard zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
      throw FileError("its files overlap")
    }
    files = try entries.map { entry in try withPath(entry.name) { (entry.name, try entry.contents(of: bytes)) } }
  }

  private struct Entry {
    let name: String
    let method: Int
    let crc: Int
    let size: Int
    let data: Range<Int>

    func contents(of bytes: [UInt8]) throws -> [UInt8] {
      let packed = bytes[data]
      let contents: [UInt8]
      switch method {
      case 0 where packed.count == size: contents = Array(packed)
      case 8: contents = try Compression.raw.decompressed(packed, count: size)
      default: throw FileError("it is stored by method \(method) with \(packed.count) bytes for \(size)")
      }
      guard Compression.crc32(contents[...]) == crc else { throw FileError("its check sum is wrong") }
      return contents
    }
  }

  private static func entries(_ bytes: [UInt8]) throws -> [Entry] {
    var directory = try directory(bytes)
    // The count of the entries is not trusted.
    var entries: [Entry] = []
    while directory.count > 0 { entries.append(try entry(&directory, bytes)) }
    return entries
  }

  /// The bytes of the directory, which the record at the end of the archive tells.
  private static func directory(_ bytes: [UInt8]) throws -> ByteReader {
    let signature = (0..<4).map { UInt8(end >> (8 * $0) & 0xFF) }
    let earliest = max(0, bytes.count - 22 - 0xFFFF)
    guard bytes.count >= 22,
      let start = (earliest...bytes.count - 22).last(where: { bytes[$0..<($0 + 4)].elementsEqual(signature) })
    else { throw FileError("it is no zip archive") }
    var record = try ByteReader(bytes, at: start + 12)
    var (size, offset) = (try record.integer(4), try record.integer(4))
    if size == elsewhere || offset == elsewhere {
      var locator = try ByteReader(bytes, at: start - 20)
      try locator.expect(locator64, "the locator of the 64-bit directory")
      try locator.skip(4)
      var record = try ByteReader(bytes, at: locator.integer(8))
      try record.expect(end64, "the record of the 64-bit directory")
      try record.skip(36)
      (size, offset) = (try record.integer(8), try record.integer(8))
    }
    var rest = try ByteReader(bytes, at: offset)
    return ByteReader(try rest.bytes(size))
  }

  private static func entry(_ directory: inout ByteReader, _ bytes: [UInt8]) throws -> Entry {
    try directory.expect(directoryEntry, "an entry of the directory")
    try directory.skip(4)
    guard try directory.integer(2) & 1 == 0 else { throw FileError("it is encrypted") }
    let method = try directory.integer(2)
    try directory.skip(4)
    let crc = try directory.integer(4)
    var sizes = [try directory.integer(4), try directory.integer(4)]
    let lengths = [try directory.integer(2), try directory.integer(2), try directory.integer(2)]
    try directory.skip(8)
    sizes.append(try directory.integer(4))
    let name = String(decoding: try directory.bytes(lengths[0]), as: UTF8.self)
    sizes = try resolve(sizes, ByteReader(try directory.bytes(lengths[1])))
    try directory.skip(lengths[2])
    let data = try data(at: sizes[2], packed: sizes[0], bytes)
    return Entry(name: name, method: method, crc: crc, size: sizes[1], data: data)
  }

  /// Compressed size, size and offset, those that are too large for 32 bits from the extra field: there the size is
  /// first.
  private static func resolve(_ sizes: [Int], _ extra: ByteReader) throws -> [Int] {
    var (sizes, extra) = (sizes, extra)
    while extra.count >= 4 {
      let (kind, length) = (try extra.integer(2), try extra.integer(2))
      var field = ByteReader(try extra.bytes(length))
      guard kind == 1 else { continue }
      for i in [1, 0, 2] where sizes[i] == elsewhere { sizes[i] = try field.integer(8) }
    }
    return sizes
  }

  /// Where the data of a file is, behind a header of its own.
  private static func data(at offset: Int, packed size: Int, _ bytes: [UInt8]) throws -> Range<Int> {
    var header = try ByteReader(bytes, at: offset)
    try header.expect(localHeader, "the header of a file")
    try header.skip(22)
    let length = try header.integer(2) + header.integer(2)
    try header.skip(length)
    let start = bytes.count - header.count
    guard size <= header.count else { throw FileError("a file ends behind the archive") }
    return start..<(start + size)
  }
}

// MARK: Writing

extension ZipArchive {
  /// The archive, with its files compressed or stored.
  func bytes(compressed: Bool) throws -> [UInt8] {
    var (result, directory) = ([UInt8](), [UInt8]())
    for (name, contents) in files {
      let packed = compressed ? try Compression.raw.compressed(contents[...]) : contents
      let fields = Fields(name: name, contents, packed, isCompressed: compressed)
      directory += fields.entry(offset: result.count)
      result += fields.header + packed
    }
    let start = result.count
    result += directory
    result += Self.ending(count: files.count, size: directory.count, start: start, end: result.count)
    return result
  }

  /// The 64-bit record, its locator, and the record that refers to them.
  private static func ending(count: Int, size: Int, start: Int, end position: Int) -> [UInt8] {
    var result: [UInt8] = []
    let record = [(end64, 4), (44, 8), (45, 2), (45, 2), (0, 4), (0, 4), (count, 8), (count, 8), (size, 8), (start, 8)]
    let locator = [(locator64, 4), (0, 4), (position, 8), (1, 4)]
    let last = [(end, 4), (0, 4), (0xFFFF, 2), (0xFFFF, 2), (elsewhere, 4), (elsewhere, 4), (0, 2)]
    for (number, bytes) in record + locator + last { result.append(number, bytes: bytes) }
    return result
  }

  /// What is written about a file, before it and in the directory.
  private struct Fields {
    let name: [UInt8]
    let common: [(Int, Int)]
    let sizes: [(Int, Int)]

    init(name: String, _ contents: [UInt8], _ packed: [UInt8], isCompressed: Bool) {
      self.name = Array(name.utf8)
      let crc = Int(Compression.crc32(contents[...]))
      // Names are UTF-8; the date is the first that there is.
      common = [
        (45, 2), (0x800, 2), (isCompressed ? 8 : 0, 2), (0, 2), (0x21, 2), (crc, 4), (elsewhere, 4), (elsewhere, 4),
        (self.name.count, 2),
      ]
      sizes = [(contents.count, 8), (packed.count, 8)]
    }

    var header: [UInt8] {
      bytes([(localHeader, 4)] + common + [(20, 2)]) + name + bytes([(1, 2), (16, 2)] + sizes)
    }

    func entry(offset: Int) -> [UInt8] {
      bytes([(directoryEntry, 4), (45, 2)] + common + [(28, 2), (0, 8), (0, 2), (elsewhere, 4)]) + name
        + bytes([(1, 2), (24, 2)] + sizes + [(offset, 8)])
    }

    private func bytes(_ numbers: [(Int, Int)]) -> [UInt8] {
      numbers.reduce(into: []) { $0.append($1.0, bytes: $1.1) }
    }
  }
}
