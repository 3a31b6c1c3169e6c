import Autograd
import Data
import NN
import Optim
import Testing

/// The examples of the first pages of NN, Optim and Data.
@Suite struct LandingPageExamples: Examples {
  @Test func layers() {
    final class Residual: Module, Layer {
      let conv1 = Conv2D(16, kernel: 3, pad: 1, bias: false)
      let norm1 = BatchNorm()
      let conv2 = Conv2D(16, kernel: 3, pad: 1, bias: false)
      let norm2 = BatchNorm()

      func callAsFunction(_ x: NDArray) -> NDArray {
        relu(x + norm2(conv2(relu(norm1(conv1(x))))))
      }
    }

    let network = Sequential(Conv2D(16, kernel: 3, pad: 1), Residual(), Residual(), GlobalAvgPool(), Dense(10))
    let images = NDArray.normal([8, 3, 16, 16])
    let labels = NDArray.randint(0, 10, [8])
    let loss = record { softmaxCrossEntropy(network(images), labels) }
    loss.backward()
    show(network.parameterCount)  // 9962
    show(network.namedParameters.first!.name)  // "0.weight"
  }

  @Test func optimisers() throws {
    let model = Sequential(Dense(32, activation: .tanh), Dense(1))
    let optimizer = AdamW(
      model, learningRate: Schedule.cosine(0.02, steps: 300).warmedUp(over: 20), clipping: .norm(1))
    let x = NDArray.linspace(-3, 3, count: 64).reshaped([64, 1])
    for _ in 0..<320 {
      record { mseLoss(model(x), sin(x)) }.backward()
      optimizer.step()
    }
    show(mseLoss(model(x), sin(x)).item() < 0.01)  // true

    let path = "/tmp/autograd-run.checkpoint"
    try Checkpoint.save(path, model, optimizer, notes: ["epoch": "320"])
    let notes = try Checkpoint.load(path, model, optimizer)
    #expect(notes == ["epoch": "320"])
  }

  @Test func data() throws {
    let digits = try Digits()
    let model = Sequential(Flatten(), Dense(64, activation: .relu), Dense(10))
    let optimizer = Adam(model, learningRate: 0.005)
    let loader = DataLoader(digits.training, batchSize: 32, shuffle: true, seed: 1) { x, y in
      (x + NDArray.normal(x.shape, std: 0.1), y)
    }
    for _ in 0..<5 {
      for (x, y) in loader {
        record { softmaxCrossEntropy(model(x), y) }.backward()
        optimizer.step()
      }
    }
    let right = model(digits.test.inputs).argmax(axis: 1) .== digits.test.labels
    show(right.mean().item() > 0.85)  // true
  }
}
