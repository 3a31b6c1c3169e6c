import Autograd
import CPNG

extension NDArray {
  /// Reads a PNG image: an array of shape (height, width, channels), uint8, with one channel for grey, two for grey and
  /// alpha, three for RGB, four for RGBA.
  ///
  /// Palettes become RGB, 16 bits become 8. Images of more than 2²⁸ pixels are refused, as are damaged files, with a
  /// `FileError`.
  ///
  /// ```swift
  /// let image = NDArray([[[255, 0, 0], [0, 0, 255]]], dtype: .uint8)
  /// try image.write(png: "/tmp/autograd-example.png")
  /// try NDArray(png: "/tmp/autograd-example.png") == image  // true
  /// ```
  public init(png path: String) throws {
    self = try withPath(path) { try NDArray(pngBytes: Files.read(path)) }
  }

  /// Reads the contents of a PNG file.
  public init(pngBytes bytes: [UInt8]) throws {
    try PNG.checkSize(bytes)
    var image = PNG.empty
    defer { png_image_free(&image) }
    self = try bytes.withUnsafeBytes { source in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        throw PNG.error(image)
      }
      image.format &= PNG.color | PNG.alpha
      // Else 16 bits are taken for amounts of light.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      let shape: Shape = [Int(image.height), Int(image.width), PNG.channels(image.format)]
      let pixels = try [UInt8](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
        guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else { throw PNG.error(image) }
        count = shape.elementCount
      }
      return NDArray(pixels, shape: shape)
    }
  }

  /// Writes an image of shape (height, width) or (height, width, channels), uint8, at once or not at all; channels as
  /// in `init(png:)`.
  public func write(png path: String) throws {
    try withPath(path) { try Files.writeAtomically(pngBytes(), to: path) }
  }

  /// The contents of a PNG file.
  public func pngBytes() throws -> [UInt8] {
    let (height, width, channels) = try imageExtents("PNG", channels: 1...4)
    var image = PNG.empty
    defer { png_image_free(&image) }
    (image.width, image.height) = (UInt32(width), UInt32(height))
    image.format = (channels % 2 == 0 ? PNG.alpha : 0) | (channels > 2 ? PNG.color : 0)
    return try withUnsafeBytes { pixels in
      var size = 0
      guard png_image_write_to_memory(&image, nil, &size, 0, pixels.baseAddress, 0, nil) != 0 else {
        throw PNG.error(image)
      }
      return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        guard png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels.baseAddress, 0, nil) != 0 else {
          throw PNG.error(image)
        }
        count = size
      }
    }
  }

  /// Height, width and channels of an image that can be written.
  func imageExtents(
    _ format: String, channels: ClosedRange<Int>
  ) throws -> (height: Int, width: Int, channels: Int) {
    let depth = rank == 3 ? shape[2] : 1
    guard (2...3).contains(rank), dtype == .uint8, channels.contains(depth), elementCount > 0,
      Swift.max(shape[0], shape[1]) < 1 << 20
    else {
      throw FileError(
        "an array of shape \(shape) and type \(dtype) is no \(format) image; expected uint8 and (height, width) or "
          + "(height, width, channels) with \(channels.lowerBound) to \(channels.upperBound) channels")
    }
    return (shape[0], shape[1], depth)
  }
}

/// What libpng's constants and errors are in Swift.
private enum PNG {
  static let alpha = UInt32(PNG_FORMAT_FLAG_ALPHA)
  static let color = UInt32(PNG_FORMAT_FLAG_COLOR)

  static var empty: png_image {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    return image
  }

  static func channels(_ format: UInt32) -> Int { (format & color != 0 ? 3 : 1) + (format & alpha != 0 ? 1 : 0) }

  static func error(_ image: png_image) -> FileError {
    let text = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return FileError("libpng: \(text)")
  }

  /// Whether the compressed bytes may be the image that the header claims.
  static func checkSize(_ bytes: [UInt8]) throws {
    guard bytes.count >= 26, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { throw FileError("it is no PNG file") }
    func number(_ start: Int) -> Int { bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height, depth) = (number(16), number(20), Int(bytes[24]))
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][bytes[25]] ?? 1
    // Sides first, so that their product does not overflow.
    guard max(width, height) < 1 << 20, width * height <= 1 << 28,
      height * (width * samples * depth / 8) <= Compression.largest(from: bytes.count)
    else {
      throw FileError("\(bytes.count) bytes that claim to be \(width) × \(height) pixels are refused")
    }
  }
}
