import Autograd
import Foundation
import Testing

@testable import Data

@Suite struct IDXTests {
  private func file(_ type: UInt8, _ extents: [Int], _ data: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(extents.count)] + extents.flatMap { n in (0..<4).map { UInt8(n >> (24 - 8 * $0) & 0xFF) } }
      + data
  }

  @Test func typesAreRead() throws {
    #expect(try NDArray(idxBytes: file(8, [2, 2], [1, 2, 3, 255])) == NDArray([[1, 2], [3, 255]], dtype: .uint8))
    let small = try NDArray(idxBytes: file(9, [1], [255]))
    #expect(small == NDArray([-1], dtype: .int8) && small.dtype == .int8)
    let short = try NDArray(idxBytes: file(0xB, [2], [1, 2, 255, 254]))
    #expect(short == NDArray([258, -2], dtype: .int16) && short.dtype == .int16)
    #expect(try NDArray(idxBytes: file(0xC, [1], [0, 1, 0, 0])) == NDArray([65536], dtype: .int32))
    #expect(try NDArray(idxBytes: file(0xD, [1], [0x3F, 0xC0, 0, 0])) == NDArray([1.5]))
    #expect(try NDArray(idxBytes: file(0xE, [1], [0x3F, 0xF8, 0, 0, 0, 0, 0, 0])) == NDArray([1.5], dtype: .float64))
    #expect(try NDArray(idxBytes: file(8, [0, 3], [])).shape == [0, 3])
  }

  @Test func bombsAreErrors() throws {
    let claim = file(8, [1 << 15, 1 << 15], Array(repeating: 0, count: 1000))
    let error = #expect(throws: FileError.self) {
      try NDArray(idxBytes: Compression.gzip.compressed(claim[...]))
    }
    #expect(error!.message.contains("compressed bytes cannot be 1073741836 bytes"))
    let long = try Compression.gzip.compressed(file(8, [2], Array(repeating: 0, count: 1 << 20))[...])
    #expect(throws: FileError.self) { try NDArray(idxBytes: long) }
  }

  @Test func damagedFilesAreErrors() {
    for bytes in [
      [], [0, 0, 8], file(7, [1], [1]), file(8, [2], [1]), file(8, [1], [1, 2]), Array(file(8, [300], []).dropLast()),
      file(8, [1 << 31, 1 << 31, 1 << 31], []), file(8, Array(repeating: 1, count: 9), [1]),
    ] { #expect(throws: FileError.self) { try NDArray(idxBytes: bytes) } }
  }
}
