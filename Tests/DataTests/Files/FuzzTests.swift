import Autograd
import FuzzSupport
import Testing

@testable import Data

/// Damaged copies of good files: what is read, or the error, may be any, but nothing crashes, and memory stays bounded.
@Suite(.serialized) struct FuzzTests {
  private func check(
    _ good: [[UInt8]], _ name: String = #function, at location: SourceLocation = #_sourceLocation,
    _ read: ([UInt8]) throws -> Void
  ) throws {
    let result = try fuzz(good, name, read)
    #expect(result.isFine, "\(result)", sourceLocation: location)
  }

  @Test func idx() throws {
    let plain: [UInt8] = [0, 0, 13, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(repeating: 7, count: 24)
    try check([plain, try Compression.gzip.compressed(plain[...])]) { _ = try NDArray(idxBytes: $0) }
  }

  @Test func gzip() throws {
    let text = Array(String(repeating: "abc", count: 500).utf8)
    try check([try Compression.gzip.compressed(text[...])]) {
      _ = try Compression.gzip.decompressed($0[...], count: text.count)
    }
  }

  @Test func csv() throws {
    let files = ["a,b\n1,\"x \"\"y\"\"\"\n-2.5,\n", "1,2,3\n4,5e3,-6.25\n"].map { Array($0.utf8) }
    try check(files) { bytes in
      defer { _ = try? NDArray(csvBytes: bytes) }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw FileError("no text") }
      let table = try CSV(text)
      if let name = table.header.first { _ = try table.numbers(name) }
    }
  }

  @Test func npz() throws {
    let file = NPZ(NPZTests.arrays)
    try check([try file.bytes(), try file.bytes(compressed: true)]) { _ = try NPZ(bytes: $0) }
  }

  @Test func png() throws {
    try check((1...4).map { try ImageTests.image($0).pngBytes() }) { _ = try NDArray(pngBytes: $0) }
  }

  /// Damage that libpng's check sums do not find at once.
  @Test func pngWithRightCheckSums() throws {
    try check((1...4).map { try ImageTests.image($0).pngBytes() }) { _ = try NDArray(pngBytes: PNGChunks.repaired($0)) }
  }

  @Test func ppm() throws {
    let images = try [1, 3].map { try ImageTests.image($0).ppmBytes() }
    try check(images + [Array("P3 # x\n1 2 15\n15 0 3 0 0 1\n".utf8)]) { _ = try NDArray(ppmBytes: $0) }
  }
}

/// The chunks of a PNG file.
private enum PNGChunks {
  /// The file with the check sum of each chunk made right.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var (bytes, start) = (bytes, 8)
    while start + 12 <= bytes.count {
      let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      let crc = Compression.crc32(bytes[(start + 4)..<end])
      for i in 0..<4 { bytes[end + i] = UInt8(crc >> (24 - 8 * i) & 0xFF) }
      start = end + 4
    }
    return bytes
  }
}
