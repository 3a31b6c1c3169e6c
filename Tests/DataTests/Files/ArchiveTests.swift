import Autograd
import Foundation
import Testing

@testable import Data

@Suite struct CompressionTests {
  private let text = Array(String(repeating: "To be, or not to be. ", count: 1000).utf8)

  @Test(arguments: [Compression.gzip, .raw]) func whatIsCompressedIsFound(_ format: Compression) throws {
    for bytes in [text, [], [7], (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) }] {
      let packed = try format.compressed(bytes[...])
      #expect(try format.decompressed(packed[...], count: bytes.count) == bytes)
      #expect(try format.prefix(5, of: packed[...]) == Array(bytes.prefix(5)))
    }
    #expect(try format.compressed(text[...]).count < 300)
  }

  @Test func partsOfAGzipFileAreJoined() throws {
    let parts = try Compression.gzip.compressed([1, 2][...]) + Compression.gzip.compressed([3][...])
    #expect(try Compression.gzip.decompressed(parts[...], count: 3) == [1, 2, 3])
  }

  @Test func wrongSizesAreErrors() throws {
    let packed = try Compression.gzip.compressed(text[...])
    for count in [text.count - 1, text.count + 1, -1, 1 << 40] {
      #expect(throws: FileError.self) { try Compression.gzip.decompressed(packed[...], count: count) }
    }
    #expect(throws: FileError.self) { try Compression.gzip.decompressed(packed.dropLast(9), count: text.count) }
  }
}

@Suite struct NPZTests {
  static let arrays = [
    "x": NDArray([[1.5, -2], [3, 4]]), "labels": NDArray([1, 2], dtype: .int64), "empty": NDArray.zeros([0, 3]),
    "zeros": NDArray.zeros([50, 20]), "naïve/name": NDArray([true, false]), "scalar": NDArray.full([], 2),
  ]

  @Test(arguments: [false, true]) func whatIsWrittenIsRead(_ compressed: Bool) throws {
    let copy = try NPZ(bytes: NPZ(Self.arrays).bytes(compressed: compressed)).arrays
    #expect(copy.keys.sorted() == Self.arrays.keys.sorted())
    for (name, array) in Self.arrays { #expect(copy[name]! == array && copy[name]!.dtype == array.dtype) }
    #expect(try NPZ(bytes: NPZ([:]).bytes()).arrays.isEmpty)
  }

  @Test func overlappingFilesAreErrors() throws {
    // A bomb: the directory has the same file twice.
    var bytes = try ZipArchive([("a.npy", NDArray.ones([4]).npyBytes), ("b.npy", NDArray.ones([4]).npyBytes)])
      .bytes(compressed: false)
    let names = bytes.indices.dropLast(5).filter { bytes[$0..<($0 + 5)].elementsEqual("b.npy".utf8) }
    let offset = names.last! + 5 + 4 + 16
    bytes.replaceSubrange(offset..<(offset + 8), with: Array(repeating: 0, count: 8))
    let error = #expect(throws: FileError.self) { try NPZ(bytes: bytes) }
    #expect(error!.message == "its files overlap")
  }

  @Test func damageIsFound() throws {
    var bytes = try NPZ(["x": NDArray.ones([100])]).bytes()
    bytes[200] ^= 1
    let error = #expect(throws: FileError.self) { try NPZ(bytes: bytes) }
    #expect(error!.message == "x.npy: its check sum is wrong")
    for bad in [[], Array("PK".utf8), Array(bytes.dropLast(1)), Array(bytes.dropFirst(1))] {
      #expect(throws: FileError.self) { try NPZ(bytes: bad) }
    }
  }
}
