import Autograd
import Foundation

/// Handwritten digits with their labels.
struct Digits {
  /// Shape (count, 8, 8), from 0 (paper) to 1 (ink).
  let images: NDArray
  /// Shape (count,), from 0 to 9.
  let labels: NDArray

  var count: Int { labels.elementCount }

  /// The images as rows of 64 pixels.
  var rows: NDArray { images.reshaped([-1, 64]) }

  subscript(range: Range<Int>) -> Digits { Digits(images: images[range], labels: labels[range]) }
}

/// A file of digits that cannot be read.
struct UnreadableDigits: Error, CustomStringConvertible {
  let description: String
}

extension Digits {
  /// The digits that come with the tour: the first four fifths to learn from, the last fifth to be judged by.
  static func load() throws -> (training: Digits, test: Digits) {
    guard let url = Bundle.module.url(forResource: "digits", withExtension: "csv", subdirectory: "Resources") else {
      throw UnreadableDigits(description: "digits.csv is missing from the resources of the tour")
    }
    let digits = try Digits(csv: String(contentsOf: url, encoding: .utf8))
    let cut = digits.count * 4 / 5
    return (digits[0..<cut], digits[cut..<digits.count])
  }

  /// One digit a line: 64 pixels from 0 to 16, row by row, then the label.
  private init(csv: String) throws {
    var pixels: [Float] = []
    var labels: [Int] = []
    for (number, line) in csv.split(separator: "\n").enumerated() {
      let numbers = line.split(separator: ",").compactMap { Int($0) }
      guard numbers.count == 65 else {
        throw UnreadableDigits(description: "line \(number + 1) of digits.csv does not have 65 numbers")
      }
      pixels += numbers.dropLast().map { Float($0) / 16 }
      labels.append(numbers[64])
    }
    self.init(images: NDArray(pixels, shape: [labels.count, 8, 8]), labels: NDArray(labels))
  }
}

// MARK: Variation

extension Digits {
  /// The digits as other hands might have written them: shifted, slanted and stretched a little, and blurred by noise.
  func varied() -> Digits {
    let warped = Digits.warped(Digits.warped(images, along: 1), along: 2)
    return Digits(images: warped + 0.2 * NDArray.normal(images.shape), labels: labels)
  }

  /// Moves every pixel along an axis by less than its width: by an amount that is random for each image and varies
  /// linearly over it.
  private static func warped(_ images: NDArray, along axis: Int) -> NDArray {
    let each: Shape = [images.shape[0], 1, 1]
    let position = NDArray.arange(8) - 3.5
    let shift = NDArray.uniform(each, low: -0.3, high: 0.3)
    let rowSlope = NDArray.normal(each, std: 0.07) * position.reshaped([8, 1])
    let columnSlope = NDArray.normal(each, std: 0.07) * position
    let distance = clip(shift + rowSlope + columnSlope, -1, 1)
    return (1 - abs(distance)) * images + relu(distance) * images.rolled(1, axis: axis)
      + relu(-distance) * images.rolled(-1, axis: axis)
  }
}

// MARK: Pictures

extension Digits {
  /// Columns that a picture takes in the terminal, and the gap to the next.
  private static let pictureWidth = 16
  private static let gap = 3

  /// An image in shades, two characters a pixel.
  func picture(_ index: Int) -> [String] {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    let pixels = images[index].scalars(as: Double.self)
    return (0..<8).map { row in
      String(
        (0..<8).flatMap { column -> [Character] in
          let shade = shades[min(4, max(0, Int(pixels[row * 8 + column] * 5)))]
          return [shade, shade]
        })
    }
  }

  /// As many pictures as fit side by side, with captions below.
  func gallery(_ entries: [(index: Int, caption: String)], terminal: Terminal) -> [String] {
    let shown = entries.prefix(max(1, (terminal.width - 1) / (Self.pictureWidth + Self.gap)))
    let gap = String(repeating: " ", count: Self.gap)
    let pictures = shown.map { picture($0.index) }
    let rows = (0..<8).map { row in pictures.map { $0[row] }.joined(separator: gap) }
    let captions = shown.map { $0.caption.padded(to: Self.pictureWidth) }.joined(separator: gap)
    return rows + [terminal.styled(captions, .gray)]
  }
}
