/// A type of element as files have it; those that arrays do not have are converted to a larger one.
package enum StoredElement: Sendable {
  case float16, bfloat16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, bool

  init(_ dtype: DType) {
    switch dtype {
    case .float16: self = .float16
    case .float32: self = .float32
    case .float64: self = .float64
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    case .bool: self = .bool
    }
  }

  /// Bytes of one element in the file.
  package var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64: 8
    }
  }

  /// The array of row-major little-endian elements; bytes and shape must agree.
  package func array(_ bytes: ArraySlice<UInt8>, _ shape: Shape, isBigEndian: Bool = false) throws -> NDArray {
    guard bytes.count == shape.elementCount * size else {
      throw FileError("\(bytes.count) bytes do not make the shape \(shape) of elements of \(size) bytes")
    }
    if isBigEndian, size > 1 { return try array(swapped(bytes)[...], shape) }
    switch self {
    case .float16: return plain(bytes, shape, .float16)
    case .float32: return plain(bytes, shape, .float32)
    case .float64: return plain(bytes, shape, .float64)
    case .int8: return plain(bytes, shape, .int8)
    case .int16: return plain(bytes, shape, .int16)
    case .int32: return plain(bytes, shape, .int32)
    case .int64: return plain(bytes, shape, .int64)
    case .uint8: return plain(bytes, shape, .uint8)
    // Any other byte than 0 and 1 would be no Bool.
    case .bool: return NDArray(bytes.map { $0 != 0 }, shape: shape)
    case .uint16: return converted(bytes, shape) { Int32($0) }
    case .uint32: return converted(bytes, shape) { Int64($0) }
    case .bfloat16: return converted(bytes, shape) { Float(bitPattern: $0 << 16) }
    }
  }

  private func plain(_ bytes: ArraySlice<UInt8>, _ shape: Shape, _ dtype: DType) -> NDArray {
    bytes.withUnsafeBytes { NDArray(bytes: $0, shape: shape, dtype: dtype) }
  }

  private func converted<Element: NDArrayScalar>(
    _ bytes: ArraySlice<UInt8>, _ shape: Shape, _ element: (UInt32) -> Element
  ) -> NDArray {
    let elements = stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      element((0..<size).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    return NDArray(elements, shape: shape)
  }

  private func swapped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result = Array(bytes)
    for start in stride(from: 0, to: result.count, by: size) { result[start..<(start + size)].reverse() }
    return result
  }
}

extension Shape {
  /// A shape that a file tells; an error where the array would be no array, or could not be counted.
  package init(stored extents: [Int]) throws {
    guard extents.count <= InlineInts.capacity else {
      throw FileError("a shape of \(extents.count) axes; arrays have at most \(InlineInts.capacity)")
    }
    var count = 16
    for extent in extents {
      let (next, overflow) = count.multipliedReportingOverflow(by: Swift.max(extent, 1))
      guard extent >= 0, !overflow else { throw FileError("the shape \(extents) is none") }
      count = next
    }
    self.init(extents)
  }
}

extension NDArray {
  /// The elements in row-major order, little-endian.
  var storedBytes: [UInt8] {
    #if _endian(big)
      #error("files are little-endian")
    #endif
    return withUnsafeBytes { Array($0) }
  }
}
