import Autograd
import Data
import Foundation
import Testing

/// The examples of the comments in Data.
@Suite struct DataExamples: Examples {
  @Test func datasets() {
    struct Squares: Dataset {
      let count = 100
      subscript(index: Int) -> (NDArray, NDArray) { (NDArray(Float(index)), NDArray(Float(index * index))) }
    }
    show(Squares().batch([2, 3]).1)  // array([4., 9.])

    let data = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100]))
    show(data[7].0.shape)  // (3,)
    show(data.batch([1, 2]).0.shape)  // (2, 3)
    show(data[80...].count)  // 20
  }

  @Test func parts() {
    let all = ArrayDataset(NDArray.arange(10), NDArray.arange(10))
    show(all.subset(stride(from: 0, to: 10, by: 2)).batch([0, 1, 2]).0)  // array([0., 2., 4.])

    let (training, test) = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100])).split(0.8, seed: 1)
    show((training.count, test.count))  // (80, 20)

    let scaled = ArrayDataset(NDArray([[0, 255]]), NDArray([1])).map { x, y in (x / 255, y) }
    show(scaled[0].0)  // array([0., 1.])
  }

  @Test func loaders() {
    func train(_ x: NDArray, _ y: NDArray, _ epoch: Int) { #expect(x.shape[0] == y.shape[0] && epoch < 2) }

    let data = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100]))
    let loader = DataLoader(data, batchSize: 32, shuffle: true, seed: 1)
    for epoch in 0..<2 {
      for (x, y) in loader { train(x, y, epoch) }  // shapes (32, 3) and (32)
    }
    show(loader.count)  // 4

    let saved = "\(loader.state)"
    loader.state = DataLoaderState(saved)!
  }

  @Test func files() throws {
    let bytes: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]
    show(try NDArray(idxBytes: bytes))  // array([5, 0, 4], dtype=uint8)

    let file = NPZ(["x": NDArray.arange(3), "y": NDArray.ones([2, 2])])
    try file.write(to: "/tmp/autograd-example.npz", compressed: true)
    show(try NPZ(contentsOf: "/tmp/autograd-example.npz").arrays["x"]!)  // array([0., 1., 2.])
  }

  @Test func tables() throws {
    let table = try CSV("name,height\n\"Doe, Jane\",1.7\nJohn,1.8\n")
    show(table["name"]!)  // ["Doe, Jane", "John"]
    show(try table.numbers("height"))  // array([[1.7], [1.8]])

    let species = try CSV("kind\ncat\ndog\ncat\n").categories("kind")
    show(species.labels)  // array([0, 1, 0], dtype=int64)
    show(species.names)  // ["cat", "dog"]

    show(try NDArray(csvBytes: Array("1,2.5\n-3,4e2\n".utf8)))  // array([[  1. ,   2.5], [ -3. , 400. ]])
  }

  @Test func images() throws {
    let image = NDArray([[[255, 0, 0], [0, 0, 255]]], dtype: .uint8)
    try image.write(png: "/tmp/autograd-example.png")
    show(try NDArray(png: "/tmp/autograd-example.png") == image)  // true

    show(try NDArray(ppmBytes: Array("P2 3 1 255  0 128 255".utf8)).squeezed())  // array([  0, 128, 255], dtype=uint8)
  }

  @Test func augmentation() {
    show(NDArray([[[[1, 2, 3]]]]).randomlyFlipped(p: 1))  // array([[[[3., 2., 1.]]]])
    show(NDArray.ones([8, 3, 32, 32]).randomlyShifted(by: 4).shape)  // (8, 3, 32, 32)
  }

  @Test func digits() throws {
    let digits = try Digits()
    show(digits.training.inputs.shape)  // (1437, 1, 8, 8)
    show(digits.test.labels[..<5])  // array([2, 3, 4, 5, 6], dtype=int64)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: FashionMNIST.defaultFolder)))
  func fashion() throws {
    let data = try FashionMNIST()
    let loader = DataLoader(data.training, batchSize: 128, shuffle: true)
    #expect(loader.count == 469)
  }
}
