import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// Linear regression, from scratch and by layers.
struct Linear: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Linear regression: finds the weights that made noisy data, from scratch or by layers.")

  @Flag(help: "Use plain arrays with gradients, and nothing of NN and Optim.")
  var fromScratch = false

  @Option var epochs = 5
  @Option var batchSize = 10
  @Option var learningRate = 0.03
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    if fromScratch, options.save != nil || options.resume != nil || options.plot != nil || options.events != nil {
      throw ValidationError("--from-scratch knows no --save, --resume, --plot and --events.")
    }
  }

  func run() throws {
    options.begin()
    let x = NDArray.normal([1000, 2])
    let y = matmul(x, NDArray([2, -3.4])) + 4.2 + NDArray.normal([1000], std: 0.01)
    print("the data is y = 2 x₀ - 3.4 x₁ + 4.2, with some noise")
    if fromScratch { learnFromScratch(x, y) } else { try learnByLayers(x, y) }
  }

  private func learnFromScratch(_ x: NDArray, _ y: NDArray) {
    let loader = DataLoader(ArrayDataset(x, y), batchSize: batchSize, shuffle: true, seed: options.seed)
    var w = NDArray.normal([2], std: 0.01).attachingGrad()
    var b = NDArray.zeros([]).attachingGrad()
    for epoch in 1...epochs {
      var mean = RunningMean()
      for (x, y) in loader {
        let loss = record { square(matmul(x, w) + b - y).mean() }
        loss.backward()
        w -= learningRate * w.grad
        b -= learningRate * b.grad
        mean.add(loss.item(), count: x.shape[0])
      }
      print("epoch \(epoch)  loss \(mean.value)")
    }
    print("w = \(w), b = \(b)")
  }

  private func learnByLayers(_ x: NDArray, _ y: NDArray) throws {
    let data = ArrayDataset(x, y.reshaped([-1, 1]))
    let loader = DataLoader(data, batchSize: batchSize, shuffle: true, seed: options.seed)
    let model = Dense(1)
    let optimizer = SGD(model, learningRate: .constant(learningRate))
    let run = try options.run(model, optimizer, epochs: epochs)
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { mseLoss(model(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch()
    }
    print("w = \(model.weight.value[0]), b = \(model.bias!.value[0])")
    try options.draw("learning", run.history.svg())
  }
}
