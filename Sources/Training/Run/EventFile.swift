import Foundation

/// A file of measurements that TensorBoard shows: `tensorboard --logdir` with the folder.
///
/// ```swift
/// let events = try EventFile(in: "/tmp/autograd-example-events")
/// try events.add("loss", 0.25, step: 100)
/// ```
public final class EventFile {
  /// Where the file is.
  public let path: String
  private let handle: FileHandle

  /// A new file in a folder, which is made if need be.
  public init(in folder: String) throws {
    let time = Date().timeIntervalSince1970
    path = "\(folder)/events.out.tfevents.\(String(format: "%.6f", time)).autograd"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: path))
    handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try append(Self.event(time, [3 << 3 | 2] + Self.block(Array("brain.Event:2".utf8))))
  }

  /// Adds the value of something at a step. It is in the file when the call returns.
  public func add(_ name: String, _ value: Double, step: Int) throws {
    // Event { step: 2, summary: 5 { value: 1 { tag: 1, simple_value: 2 } } }.
    let tag = [1 << 3 | 2] + Self.block(Array(name.utf8))
    let number = [2 << 3 | 5] + Self.bytes(Float(value).bitPattern)
    let summary = [1 << 3 | 2] + Self.block(tag + number)
    let stepField = [2 << 3] + Self.varint(UInt64(bitPattern: Int64(step)))
    try append(Self.event(Date().timeIntervalSince1970, stepField + [5 << 3 | 2] + Self.block(summary)))
  }

  /// A record: the length, its checksum, the bytes, their checksum.
  private func append(_ event: [UInt8]) throws {
    let length = Self.bytes(UInt64(event.count))
    let record = length + Self.bytes(Checksum.masked(length)) + event + Self.bytes(Checksum.masked(event))
    try handle.write(contentsOf: record)
  }
}

// MARK: Protocol buffers

extension EventFile {
  private static func event(_ time: Double, _ rest: [UInt8]) -> [UInt8] {
    [1 << 3 | 1] + bytes(time.bitPattern) + rest
  }

  /// Bytes after their number.
  private static func block(_ bytes: [UInt8]) -> [UInt8] { varint(UInt64(bytes.count)) + bytes }

  /// Seven bits a byte, the lowest first.
  static func varint(_ number: UInt64) -> [UInt8] {
    var (rest, result) = (number, [UInt8]())
    while rest > 127 {
      result.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// CRC-32C, Castagnoli's.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0x82f6_3b78 : 0) }
  }

  static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  /// Rotated and shifted, so that checksums of checksums are none themselves.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = crc32c(bytes)
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
  }
}
