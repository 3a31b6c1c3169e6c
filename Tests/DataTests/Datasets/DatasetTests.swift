import Autograd
import Foundation
import Testing

@testable import Data

@Suite struct DatasetTests {
  private let data = ArrayDataset(NDArray.arange(12).reshaped([6, 2]), NDArray([0, 1, 2, 3, 4, 5], dtype: .int64))

  @Test func batchesAreStackedSamples() {
    let (x, y) = data.batch([4, 0])
    #expect(x == NDArray([[8, 9], [0, 1]]) && y == NDArray([4, 0], dtype: .int64))
    let mapped = data.map { x, y in (x.sum(), y) }
    #expect(mapped.count == 6 && mapped.batch([1, 5]).0 == NDArray([5, 21]))
    #expect(data.map { x, _ in x * 2 }.batch([3]) == NDArray([[12, 14]]))
    let sums = data.map({ x, _ in x.sum().item() }, stack: { [$0.reduce(0, +)][0] })
    #expect(sums.batch([0, 1]) == 6)
  }

  @Test func partsShareTheirSamples() {
    #expect(data[2..<4].inputs == NDArray([[4, 5], [6, 7]]))
    #expect(data.subset([5, 5, 1]).batch([0, 2]).1 == NDArray([5, 1], dtype: .int64))
    #expect(data.subset([5, 3]).subset([1])[0].1.item() == 3)
  }

  @Test func splitsDealEachSampleOnce() {
    func labels(_ part: some Dataset<(NDArray, NDArray)>) -> [Int] {
      (0..<part.count).map { part[$0].1.item(as: Int.self) }
    }
    let (a, b) = data.split(0.67, seed: 3)
    #expect(a.count == 4 && (labels(a) + labels(b)).sorted() == [0, 1, 2, 3, 4, 5])
    let again = data.split(0.67, seed: 3).0
    #expect(labels(again) == labels(a))
    #expect((0..<20).contains { labels(data.split(0.67, seed: $0).0) != labels(a) })
    #expect(labels(data.split(0.5, shuffled: false).1) == [3, 4, 5])
  }

  @Test func mistakesAreErrors() {
    #expect(throws: NDArrayError.self) { try recovering { _ = ArrayDataset(.ones([2]), .ones([3])) } }
    #expect(throws: NDArrayError.self) { try recovering { _ = data.subset([6]) } }
    #expect(throws: NDArrayError.self) { try recovering { _ = data.split(2) } }
  }

  @Test func digitsAreThere() throws {
    let digits = try Digits()
    #expect(digits.training.count == 1437 && digits.test.count == 360)
    #expect(digits.training.inputs.max().item() == 1 && digits.training.inputs.sum().item() * 16 == 449_372)
    #expect(digits.test.labels.sum().item(as: Int.self) == 1621)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: FashionMNIST.defaultFolder)))
  func fashionIsRead() throws {
    let data = try FashionMNIST()
    #expect(data.training.inputs.shape == [60000, 1, 28, 28] && data.test.labels.shape == [10000])
    #expect(bincount(data.test.labels) == NDArray(Array(repeating: 1000, count: 10)))
    #expect(FashionMNIST.classNames[data.training.labels[0].item(as: Int.self)] == "ankle boot")
  }

  @Test func missingFilesAreNamed() {
    let error = #expect(throws: FileError.self) { try FashionMNIST(folder: "/nowhere") }
    #expect(error!.message.hasPrefix("/nowhere/train-images-idx3-ubyte.gz is missing. Install Debian's package"))
  }
}
