import Autograd

extension NDArray {
  /// Reads an IDX file, the format of MNIST and its relatives, compressed by gzip or not.
  ///
  /// The types of elements are those of the file. A damaged file is a `FileError`.
  ///
  /// ```swift
  /// let bytes: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]
  /// try NDArray(idxBytes: bytes)  // array([5, 0, 4], dtype=uint8)
  /// ```
  public init(idx path: String) throws {
    self = try withPath(path) { try NDArray(idxBytes: Files.read(path)) }
  }

  /// Reads the contents of an IDX file.
  public init(idxBytes bytes: [UInt8]) throws {
    let isCompressed = Compression.isGzip(bytes[...])
    let start = isCompressed ? try Compression.gzip.prefix(IDXHeader.longest, of: bytes[...]) : bytes
    let header = try IDXHeader(start)
    let size = header.size + header.dataSize
    let contents = isCompressed ? try Compression.gzip.decompressed(bytes[...], count: size) : bytes
    self = try header.element.array(contents[header.size...], header.shape, isBigEndian: true)
  }
}

/// What stands before the elements: two zeros, the type, the number of axes, and their extents.
private struct IDXHeader {
  let element: StoredElement
  let shape: Shape
  /// Bytes of the header.
  let size: Int

  static let longest = 4 + 4 * 255

  private static let elements: [UInt8: StoredElement] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  var dataSize: Int { shape.elementCount * element.size }

  init(_ bytes: [UInt8]) throws {
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, let element = Self.elements[bytes[2]] else {
      throw FileError("it is no IDX file")
    }
    size = 4 + 4 * Int(bytes[3])
    guard bytes.count >= size else { throw FileError("it ends within its header") }
    self.element = element
    shape = try Shape(
      stored: stride(from: 4, to: size, by: 4).map { bytes[$0..<($0 + 4)].reduce(0) { $0 << 8 | Int($1) } })
  }
}
