import Autograd
import Foundation

/// 1,797 handwritten digits of 8 × 8 pixels, which come with this library.
///
/// Inputs have the shape (count, 1, 8, 8), from 0 (paper) to 1 (ink); labels are the digits, int64. Their source is the
/// test part of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits" (1998, CC BY 4.0).
///
/// ```swift
/// let digits = try Digits()
/// digits.training.inputs.shape  // (1437, 1, 8, 8)
/// digits.test.labels[..<5]  // array([2, 3, 4, 5, 6], dtype=int64)
/// ```
public struct Digits: Sendable {
  /// The first four fifths, to learn from.
  public let training: ArrayDataset
  /// The last fifth, to be judged by.
  public let test: ArrayDataset

  /// Throws if the resources of the library are not beside the program.
  public init() throws {
    guard let path = Bundle.module.path(forResource: "digits", ofType: "csv", inDirectory: "Resources") else {
      throw FileError("digits.csv is missing from the resources of Data")
    }
    let lines = try withPath(path) { try Self.lines(Files.read(path)) }
    let pixels = lines.flatMap { $0.dropLast() }.map { Float($0) / 16 }
    let all = ArrayDataset(NDArray(pixels, shape: [lines.count, 1, 8, 8]), NDArray(lines.map { $0[64] }))
    let cut = all.count * 4 / 5
    (training, test) = (all[..<cut], all[cut...])
  }

  /// One digit a line: 64 pixels from 0 to 16, row by row, then the label.
  private static func lines(_ bytes: [UInt8]) throws -> [[Int]] {
    try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      let numbers = line.split(separator: UInt8(ascii: ",")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count == 65 else { throw FileError("line \(number + 1) does not have 65 numbers") }
      return numbers
    }
  }
}
