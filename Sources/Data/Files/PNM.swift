import Autograd

extension NDArray {
  /// Reads a PGM or PPM image, binary or as text: an array of shape (height, width, channels), uint8, with one channel
  /// for grey (PGM), three for RGB (PPM). A damaged file is a `FileError`.
  ///
  /// ```swift
  /// try NDArray(ppmBytes: Array("P2 3 1 255  0 128 255".utf8)).squeezed()  // array([  0, 128, 255], dtype=uint8)
  /// ```
  public init(ppm path: String) throws {
    self = try withPath(path) { try NDArray(ppmBytes: Files.read(path)) }
  }

  /// Reads the contents of a PGM or PPM file.
  public init(ppmBytes bytes: [UInt8]) throws {
    var reader = PNMReader(bytes[...])
    guard let kind = reader.kind(),
      let (channels, isText) = [2: (1, true), 3: (3, true), 5: (1, false), 6: (3, false)][kind]
    else { throw FileError("it is no PGM or PPM file") }
    let (width, height, largest) = (try reader.number(), try reader.number(), try reader.number())
    guard (1..<1 << 20).contains(width), (1..<1 << 20).contains(height), (1...255).contains(largest) else {
      throw FileError("\(width) × \(height) pixels up to \(largest) are not supported; expected values up to 255")
    }
    let count = width * height * channels
    let pixels = isText ? try reader.numbers(count) : try reader.raw(count)
    guard pixels.allSatisfy({ $0 <= largest }) else { throw FileError("it has a value above \(largest)") }
    let scaled = largest == 255 ? pixels : pixels.map { UInt8((Int($0) * 255 + largest / 2) / largest) }
    self.init(scaled, shape: [height, width, channels])
  }

  /// Writes an image of shape (height, width), (height, width, 1) or (height, width, 3), uint8, as PGM or PPM, at once
  /// or not at all.
  public func write(ppm path: String) throws {
    try withPath(path) { try Files.writeAtomically(ppmBytes(), to: path) }
  }

  /// The contents of a PGM or PPM file.
  public func ppmBytes() throws -> [UInt8] {
    let (height, width, channels) = try imageExtents("PPM", channels: 1...3)
    guard channels != 2 else { throw FileError("an image of shape \(shape) has two channels; expected one or three") }
    return Array("P\(channels == 1 ? 5 : 6)\n\(width) \(height)\n255\n".utf8) + withUnsafeBytes { Array($0) }
  }
}

/// The numbers of a PNM file, between which space and comments may stand.
private struct PNMReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The digit behind the P.
  mutating func kind() -> Int? {
    guard rest.popFirst() == UInt8(ascii: "P"), let digit = rest.popFirst() else { return nil }
    return Int(digit) - Int(UInt8(ascii: "0"))
  }

  mutating func number() throws -> Int {
    skipSpace()
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...9).contains(digits.count) else { throw FileError("a number is missing") }
    rest.removeFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private mutating func skipSpace() {
    while let byte = rest.first {
      if byte == UInt8(ascii: "#") {
        rest = rest.drop { $0 != UInt8(ascii: "\n") }
      } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
        rest.removeFirst()
      } else {
        return
      }
    }
  }

  mutating func numbers(_ count: Int) throws -> [UInt8] {
    // Each takes two bytes, but for the last.
    guard count <= (rest.count + 1) / 2 else { throw FileError("it ends early: \(count) values are missing") }
    return try (0..<count).map { _ in
      guard let value = UInt8(exactly: try number()) else { throw FileError("it has a value above 255") }
      return value
    }
  }

  /// What is behind one byte of space.
  mutating func raw(_ count: Int) throws -> [UInt8] {
    guard rest.count == count + 1 else { throw FileError("it has \(rest.count - 1) bytes of pixels, not \(count)") }
    return Array(rest.dropFirst())
  }
}
