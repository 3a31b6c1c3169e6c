import Autograd
import Foundation

/// Handwritten digits of 8 x 8 pixels, from 0 to 1, with their labels.
struct Digits {
  /// Shape (count, 64).
  let images: NDArray
  /// Shape (count).
  let labels: NDArray

  var count: Int { labels.elementCount }

  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  /// The digits that are shipped with the tour: 64 pixels from 0 to 16 a line, then the label.
  static func load() throws -> Digits {
    guard let url = Bundle.module.url(forResource: "digits", withExtension: "csv", subdirectory: "Resources") else {
      throw Unreadable(description: "digits.csv is missing from the resources of the tour")
    }
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let rows = lines.map { $0.split(separator: ",").compactMap { Float($0) } }
    guard rows.allSatisfy({ $0.count == 65 }) else {
      throw Unreadable(description: "a line of digits.csv does not have 65 numbers")
    }
    return Digits(
      images: NDArray(rows.flatMap { $0.prefix(64) }, shape: [rows.count, 64]) / 16,
      labels: NDArray(rows.map { Int($0[64]) }))
  }

  /// The first four fifths to learn from, the rest to judge by.
  func split() -> (train: Digits, test: Digits) {
    let cut = count * 4 / 5
    return (
      Digits(images: images[..<cut], labels: labels[..<cut]), Digits(images: images[cut...], labels: labels[cut...])
    )
  }

  /// Images side by side, as shades of blocks.
  func picture(_ indices: [Int]) -> String {
    let shades = [" ", "░", "▒", "▓", "█"]
    let pixels = indices.map { images[$0].reshaped([8, 8]) }
    return (0..<8).map { row in
      pixels.map { image in
        (0..<8).map { column in
          let shade = shades[min(4, Int(image[row, column].item() * 5))]
          return shade + shade
        }.joined()
      }.joined(separator: "   ")
    }.joined(separator: "\n")
  }
}

/// A random small turn, stretch and shift of 8 x 8 images, as a matrix (64, 64) for their pixels.
func randomWarp() -> NDArray {
  let u = NDArray.uniform([6], low: -1, high: 1).scalars(as: Double.self)
  let (turn, shear) = (0.25 * u[0], 0.15 * u[1])
  let (wide, tall) = (1 + 0.12 * u[2], 1 + 0.12 * u[3])
  var weights = [Float](repeating: 0, count: 64 * 64)
  for row in 0..<8 {
    for column in 0..<8 {
      let (x, y) = (Double(column) - 3.5, Double(row) - 3.5)
      let fromX = (Foundation.cos(turn) * x - Foundation.sin(turn) * y + shear * y) * wide + 3.5 + 0.7 * u[4]
      let fromY = (Foundation.sin(turn) * x + Foundation.cos(turn) * y) * tall + 3.5 + 0.7 * u[5]
      spread(fromX, fromY, to: row * 8 + column, &weights)
    }
  }
  return NDArray(weights, shape: [64, 64])
}

/// Each pixel is read between four others.
private func spread(_ x: Double, _ y: Double, to target: Int, _ weights: inout [Float]) {
  let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
  for (row, weightY) in [(top, 1 - (y - Double(top))), (top + 1, y - Double(top))] where (0..<8).contains(row) {
    for (column, weightX) in [(left, 1 - (x - Double(left))), (left + 1, x - Double(left))]
    where (0..<8).contains(column) {
      weights[(row * 8 + column) * 64 + target] += Float(weightX * weightY)
    }
  }
}
