import Autograd
import CZlib

/// Data that zlib compresses.
enum Compression: Int32 {
  /// A gzip file; the number is how zlib knows the format.
  case gzip = 31
  /// Nothing around the stream, as in a zip archive.
  case raw = -15

  /// Whether the bytes begin as a gzip file does.
  static func isGzip(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// What no compressed stream exceeds: 258 bytes for two bits, and a few for short streams.
  static func largest(from count: Int) -> Int { 1032 * count + 1024 }

  /// The first `count` bytes of what was compressed, or fewer if that is all.
  func prefix(_ count: Int, of bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    let stream = try Stream(self, .inflating)
    let room = min(count, Self.largest(from: bytes.count))
    return try [UInt8](unsafeUninitializedCapacity: room) { buffer, done in
      done = try stream.run(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<room]))
    }
  }

  /// All that was compressed, which must be `count` bytes.
  func decompressed(_ bytes: ArraySlice<UInt8>, count: Int) throws -> [UInt8] {
    guard (0...Self.largest(from: bytes.count)).contains(count) else {
      throw FileError("\(bytes.count) compressed bytes cannot be \(count) bytes")
    }
    // One more byte than expected tells whether there is more.
    let result = try prefix(count + 1, of: bytes)
    guard result.count == count else {
      let found = result.count > count ? "more than" : "\(result.count) bytes, not"
      throw FileError("the compressed data is \(found) \(count) bytes")
    }
    return result
  }

  /// The bytes, compressed.
  func compressed(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    let stream = try Stream(self, .deflating)
    // At worst five bytes for 16 kB, and what stands around them.
    let room = bytes.count + bytes.count / 1000 + 64
    return try [UInt8](unsafeUninitializedCapacity: room) { buffer, done in
      done = try stream.run(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<room]))
    }
  }

  /// The check sum of zip archives.
  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(CZlib.crc32_z(0, $0.baseAddress, $0.count)) }
  }
}

/// zlib at work on a stream, which must stay where it is.
private final class Stream {
  enum Direction { case inflating, deflating }

  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let format: Compression
  private let direction: Direction

  init(_ format: Compression, _ direction: Direction) throws {
    (self.format, self.direction) = (format, direction)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    let status =
      switch direction {
      case .inflating: inflateInit2_(stream, format.rawValue, ZLIB_VERSION, size)
      case .deflating:
        deflateInit2_(
          stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
      }
    guard status == Z_OK else { throw FileError("zlib cannot start: error \(status)") }
  }

  deinit {
    switch direction {
    case .inflating: inflateEnd(stream)
    case .deflating: deflateEnd(stream)
    }
    stream.deallocate()
  }

  /// Fills the output, or as much of it as there is; the number of bytes. A gzip file may have several parts.
  func run(_ bytes: ArraySlice<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    try bytes.withUnsafeBufferPointer { input in
      var (read, written) = (0, 0)
      while written < output.count {
        // zlib counts in 32 bits.
        let (given, room) = (min(input.count - read, 1 << 30), min(output.count - written, 1 << 30))
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + read) }
        stream.pointee.next_out = output.baseAddress! + written
        (stream.pointee.avail_in, stream.pointee.avail_out) = (UInt32(given), UInt32(room))
        let status = step(isLast: read + given == input.count)
        read += given - Int(stream.pointee.avail_in)
        written += room - Int(stream.pointee.avail_out)
        guard status != Z_OK else { continue }
        try check(status)
        guard direction == .inflating, format == .gzip, Compression.isGzip(bytes.dropFirst(read)) else { break }
        inflateReset(stream)
      }
      return written
    }
  }

  private func step(isLast: Bool) -> Int32 {
    switch direction {
    case .inflating: inflate(stream, Z_NO_FLUSH)
    case .deflating: deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
    }
  }

  private func check(_ status: Int32) throws {
    if status == Z_STREAM_END { return }
    if status == Z_BUF_ERROR { throw FileError("the compressed data ends early") }
    let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
    throw FileError("the compressed data is damaged: \(reason)")
  }
}
