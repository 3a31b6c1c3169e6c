import Autograd
import Foundation
import Testing

@testable import Data

@Suite struct ImageTests {
  static func image(_ channels: Int) -> NDArray {
    NDArray((0..<5 * 7 * channels).map { UInt8($0 * 37 % 256) }, shape: [5, 7, channels])
  }

  @Test(arguments: 1...4) func pngsAreReadAsWritten(_ channels: Int) throws {
    let image = Self.image(channels)
    #expect(try NDArray(pngBytes: image.pngBytes()) == image)
  }

  @Test(arguments: [1, 3]) func ppmsAreReadAsWritten(_ channels: Int) throws {
    let image = Self.image(channels)
    #expect(try NDArray(ppmBytes: image.ppmBytes()) == image)
  }

  @Test func imagesWithoutChannelsAreGrey() throws {
    let image = NDArray([[1, 2], [3, 4]], dtype: .uint8)
    #expect(try NDArray(pngBytes: image.pngBytes()) == image.expandedDims(2))
    #expect(try NDArray(ppmBytes: image.ppmBytes()) == image.expandedDims(2))
    #expect(try NDArray(pngBytes: image.T.pngBytes())[0..., 0..., 0] == image.T)
  }

  /// What PIL wrote: a palette of red and blue, one bit of grey, and 16 bits of grey.
  @Test(
    arguments: [
      (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAQMAAABIeJ9nAAAABlBMVEX/AAAAAP9sof2OAAAADElEQVR4nGNwYHIAAAEIAIMYhovOAAAAAElFTkSuQmCC",
        [[[255, 0, 0], [0, 0, 255]], [[0, 0, 255], [255, 0, 0]]]
      ),
      (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAQAAAABazTCJAAAADElEQVR4nGNwYHIAAAEIAIMYhovOAAAAAElFTkSuQmCC",
        [[[0], [255]], [[255], [0]]]
      ),
      (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNoYPj/HwAFAgJ/Fl7EZQAAAABJRU5ErkJggg==",
        [[[128], [255]]]
      ),
    ] as [(String, NDArray)]) func otherKindsOfPNGAreRead(_ base64: String, _ image: NDArray) throws
  {
    #expect(try NDArray(pngBytes: Array(Foundation.Data(base64Encoded: base64)!)) == image)
  }

  @Test func textAndCommentsAreRead() throws {
    let image = try NDArray(ppmBytes: Array("P3 # a comment\n1 2 #\n 15\n15 0 3\t0 0 1\n".utf8))
    #expect(image == NDArray([[[255, 0, 51]], [[0, 0, 17]]], dtype: .uint8))
    #expect(try NDArray(ppmBytes: Array("P5\n2 1\n255\n\u{0} ".utf8)) == NDArray([[[0], [32]]], dtype: .uint8))
  }

  @Test func whatIsNoImageIsAnError() throws {
    for array in [
      NDArray.ones([2, 2]), NDArray([1], dtype: .uint8), NDArray.zeros([2, 2, 5], dtype: .uint8),
      NDArray.zeros([0, 2], dtype: .uint8),
    ] {
      #expect(throws: FileError.self) { try array.pngBytes() }
      #expect(throws: FileError.self) { try array.ppmBytes() }
    }
    #expect(throws: FileError.self) { try Self.image(2).ppmBytes() }
    for text in [
      "", "P7 1 1 1 1", "P2 1 1 255", "P2 1 1 255 256", "P2 99999 99999 255 1", "P5 1 1 255 ", "P2 2 1 3 4 1",
      "P5 1 1 65535 ab", "P5 999999999999 1 255 a",
    ] { #expect(throws: FileError.self, "\(text)") { try NDArray(ppmBytes: Array(text.utf8)) } }
    let png = try Self.image(3).pngBytes()
    for bad in [[], Array(png.prefix(30)), Array(png.dropLast(20)), Array(repeating: 0x89, count: 99)] {
      #expect(throws: FileError.self) { try NDArray(pngBytes: bad) }
    }
  }

  @Test func imagesThatTheFileDoesNotWarrantAreErrors() throws {
    var png = try Self.image(1).pngBytes()
    png.replaceSubrange(16..<24, with: [0, 0, 0x7F, 0xFF, 0, 0, 0x7F, 0xFF])
    let error = #expect(throws: FileError.self) { try NDArray(pngBytes: png) }
    #expect(error!.message.contains("32767 × 32767 pixels are refused"))
  }
}
