import Autograd
import Data
import Foundation
import NN
import Optim
import Testing

/// A run that is interrupted in the middle of a pass, and goes on in a new model, optimiser and loader.
@Suite struct ResumingTests {
  private final class Run {
    let model = Sequential(Dense(16, activation: .relu), Dense(10))
    let optimizer: Adam
    let loader: DataLoader<ArrayDataset>

    init(_ data: ArrayDataset, seed: Int) {
      optimizer = Adam(model, learningRate: 0.01)
      loader = DataLoader(data, batchSize: 16, shuffle: true, seed: seed) { x, y in
        (x + NDArray.normal(x.shape, std: 0.1), y)
      }
    }

    /// Trains until the optimiser has done so many steps.
    func trained(until end: Int) -> Run {
      while optimizer.stepCount < end {
        for (x, y) in loader {
          record { softmaxCrossEntropy(model(x.reshaped([-1, 64])), y) }.backward()
          optimizer.step()
          if optimizer.stepCount == end { break }
        }
      }
      return self
    }
  }

  @Test func aRunThatGoesOnHasTheSameBits() throws {
    let path = NSTemporaryDirectory() + "autograd-resuming-\(UUID()).checkpoint"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try Digits().training[..<200]
    let stop = Int.random(in: 1..<40)
    // Tests beside this one draw random numbers too.
    let start = RandomState(seed: 1, stream: 0)
    let whole = withRandomState(start) { Run(data, seed: 3).trained(until: 40) }
    let resumed = try withRandomState(start) {
      let first = Run(data, seed: 3).trained(until: stop)
      try Checkpoint.save(path, first.model, first.optimizer, notes: ["loader": "\(first.loader.state)"])
      let second = Run(data, seed: 4)
      let notes = try Checkpoint.load(path, second.model, second.optimizer)
      second.loader.state = DataLoaderState(notes["loader"]!)!
      return second.trained(until: 40)
    }
    #expect(resumed.model.arrays == whole.model.arrays && resumed.loader.state == whole.loader.state, "after \(stop)")
  }
}
