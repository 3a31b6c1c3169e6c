import Autograd
import CZlib

/// Data that zlib has compressed.
enum Gzip {
  /// How a stream is framed, as zlib counts it.
  enum Format: Int32 {
    /// A gzip file.
    case gzip = 31
    /// Nothing around it, as in a zip archive.
    case raw = -15
  }

  /// Whether the bytes begin as a gzip file does.
  static func isGzip(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// What no compressed stream exceeds: 258 bytes for two bits, and a few for short streams.
  static func largest(from count: Int) -> Int { 1032 * count + 1024 }

  /// The first `count` bytes of what was compressed, or fewer if that is all.
  static func prefix(_ count: Int, of bytes: ArraySlice<UInt8>, _ format: Format = .gzip) throws -> [UInt8] {
    let stream = try Inflation(format)
    return try [UInt8](unsafeUninitializedCapacity: min(count, largest(from: bytes.count))) { buffer, done in
      done = try stream.inflate(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<min(count, buffer.count)]))
    }
  }

  /// All that was compressed, which must be `count` bytes.
  static func decompressed(
    _ bytes: ArraySlice<UInt8>, count: Int, _ format: Format = .gzip
  ) throws -> [UInt8] {
    guard (0...largest(from: bytes.count)).contains(count) else {
      throw FileError("\(bytes.count) compressed bytes cannot be \(count) bytes")
    }
    // One more byte than expected tells whether there is more.
    let result = try prefix(count + 1, of: bytes, format)
    guard result.count == count else {
      throw FileError(
        "the compressed data is \(result.count > count ? "longer than" : "\(result.count) bytes, not") \(count) bytes")
    }
    return result
  }
}

/// zlib at work on a stream, which must stay where it is.
private final class Inflation {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let format: Gzip.Format

  init(_ format: Gzip.Format) throws {
    self.format = format
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw FileError("zlib cannot start: \(status)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills the output, or as much of it as there is; the number of bytes. A gzip file may have several parts.
  func inflate(_ bytes: ArraySlice<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    try bytes.withUnsafeBufferPointer { input in
      var (read, written) = (0, 0)
      while written < output.count {
        // zlib counts in 32 bits.
        let (given, room) = (min(input.count - read, 1 << 30), min(output.count - written, 1 << 30))
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + read) }
        stream.pointee.next_out = output.baseAddress! + written
        (stream.pointee.avail_in, stream.pointee.avail_out) = (UInt32(given), UInt32(room))
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        read += given - Int(stream.pointee.avail_in)
        written += room - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK: continue
        case Z_STREAM_END:
          guard format == .gzip, Gzip.isGzip(bytes.dropFirst(read)) else { return written }
          inflateReset(stream)
        case Z_BUF_ERROR: throw FileError("the compressed data ends early")
        default:
          throw FileError("the compressed data is damaged: \(stream.pointee.msg.map { String(cString: $0) } ?? "?")")
        }
      }
      return written
    }
  }
}
