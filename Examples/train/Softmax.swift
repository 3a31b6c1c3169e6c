import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// Softmax regression on handwritten digits.
struct Softmax: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Softmax regression: reads handwritten digits with a single layer.")

  @Option var epochs = 20
  @Option var batchSize = 32
  @Option var learningRate = 0.1
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
  }

  func run() throws {
    options.begin()
    let (training, test) = (try Digits().training, try Digits().test)
    let loader = DataLoader(training, batchSize: batchSize, shuffle: true, seed: options.seed)
    let model = Sequential(Flatten(), Dense(10))
    let optimizer = SGD(model, learningRate: .constant(learningRate))
    let run = try options.run(model, optimizer, epochs: epochs)
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { softmaxCrossEntropy(model(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch(["test accuracy": accuracy(model(test.inputs), test.labels)])
    }
    try options.draw("learning", run.history.svg())
  }
}
