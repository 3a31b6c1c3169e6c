import Autograd

/// Images side by side as one image, uint8, of shape (height, width, channels), to be written as PNG.
///
/// ```swift
/// let grid = imageGrid(NDArray.uniform([12, 1, 8, 8]), columns: 6)
/// grid.shape  // (19, 55, 1)
/// try grid.write(png: "/tmp/autograd-example-grid.png")
/// ```
///
/// - Parameters:
///   - images: Shape (count, height, width) or (count, channels, height, width), from 0 (black) to 1 (white); what is
///     outside is clipped.
///   - columns: How many images stand in a row.
///   - gap: White pixels around each image.
///   - zoom: How many pixels across one becomes.
public func imageGrid(_ images: NDArray, columns: Int = 8, gap: Int = 1, zoom: Int = 1) -> NDArray {
  guard images.rank == 3 || images.rank == 4, images.elementCount > 0, columns > 0, gap >= 0, zoom > 0 else {
    mistake(
      .shape,
      "imageGrid: images of shape \(images.shape) in \(columns) columns, gap \(gap), zoom \(zoom); expected (count, "
        + "height, width) or (count, channels, height, width), not empty, and positive numbers")
    return .zeros([1, 1, 1], dtype: .uint8)
  }
  return pause {
    let images = images.rank == 3 ? images.expandedDims(1) : images
    let (count, channels) = (images.shape[0], images.shape[1])
    let columns = min(columns, count)
    let rows = (count + columns - 1) / columns
    let large = images.repeated(zoom, axis: 2).repeated(zoom, axis: 3)
    let tiles = large.padded([(0, rows * columns - count), (0, 0), (gap, 0), (gap, 0)], value: 1)
    let (height, width) = (tiles.shape[2], tiles.shape[3])
    let grid = tiles.reshaped([rows, columns, channels, height, width]).transposed([0, 3, 1, 4, 2])
      .reshaped([rows * height, columns * width, channels])
    return rint(clip(255 * grid.padded([(0, gap), (0, gap), (0, 0)], value: 1), 0, 255)).astype(.uint8)
  }
}
