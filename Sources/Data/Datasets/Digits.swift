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
    // One digit a line: 64 pixels from 0 to 16, row by row, then the label.
    let table = try NDArray(csv: path)
    let all = ArrayDataset(table[0..., ..<64].reshaped([-1, 1, 8, 8]) / 16, table[0..., 64].astype(.int64))
    let cut = all.count * 4 / 5
    (training, test) = (all[..<cut], all[cut...])
  }
}
