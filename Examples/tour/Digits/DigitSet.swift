import Autograd
import Data
import Training

/// Handwritten digits with their labels.
struct DigitSet {
  /// Shape (count, 8, 8), from 0 (paper) to 1 (ink).
  let images: NDArray
  /// Shape (count,), from 0 to 9.
  let labels: NDArray

  var count: Int { labels.elementCount }

  /// The images as rows of 64 pixels.
  var rows: NDArray { images.reshaped([-1, 64]) }
}

extension DigitSet {
  /// The digits that come with the library: some to learn from, and others to be judged by.
  static func load() throws -> (training: DigitSet, test: DigitSet) {
    let digits = try Digits()
    return (DigitSet(digits.training), DigitSet(digits.test))
  }

  private init(_ data: ArrayDataset) {
    self.init(images: data.inputs.reshaped([-1, 8, 8]), labels: data.labels)
  }
}

// MARK: Variation

extension DigitSet {
  /// The digits as other hands might have written them: shifted, slanted and stretched a little, and blurred by noise.
  func varied() -> DigitSet {
    let warped = DigitSet.warped(DigitSet.warped(images, along: 1), along: 2)
    return DigitSet(images: warped + 0.2 * NDArray.normal(images.shape), labels: labels)
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

extension DigitSet {
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
