import Autograd
import Foundation

/// 70,000 pictures of clothes, 28 × 28 pixels, of ten kinds: 60,000 to learn from, 10,000 to be judged by.
///
/// Inputs have the shape (count, 1, 28, 28), from 0 (background) to 1; labels are int64. Debian has the files in the
/// package dataset-fashion-mnist; any other folder with the four IDX files does, MNIST's own too, compressed or not.
///
/// ```swift
/// let data = try FashionMNIST()
/// let loader = DataLoader(data.training, batchSize: 128, shuffle: true)
/// ```
public struct FashionMNIST: Sendable {
  public let training: ArrayDataset
  public let test: ArrayDataset

  /// The names of the kinds, by label.
  public static let classNames = [
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// Where Debian's package puts the files.
  public static let defaultFolder = "/usr/share/datasets/fashion-mnist"

  /// Reads the four files of a folder.
  public init(folder: String = defaultFolder) throws {
    training = try Self.part("train", of: folder)
    test = try Self.part("t10k", of: folder)
  }

  private static func part(_ name: String, of folder: String) throws -> ArrayDataset {
    let images = try NDArray(idx: path("\(name)-images-idx3-ubyte", in: folder))
    let labels = try NDArray(idx: path("\(name)-labels-idx1-ubyte", in: folder))
    guard images.rank == 3, labels.shape == [images.shape[0]] else {
      throw FileError(
        "\(folder): images of shape \(images.shape) and labels of shape \(labels.shape) in the files \(name)-...; "
          + "expected (count, height, width) and (count)")
    }
    let inputs = images.expandedDims(1).astype(.float32) / 255
    return ArrayDataset(inputs, labels.astype(.int64))
  }

  private static func path(_ name: String, in folder: String) throws -> String {
    let path = "\(folder)/\(name)"
    if let found = [path + ".gz", path].first(where: { FileManager.default.fileExists(atPath: $0) }) { return found }
    throw FileError(
      "\(path).gz is missing. Install Debian's package dataset-fashion-mnist, or name a folder that has "
        + "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with "
        + ".gz or without.")
  }
}
