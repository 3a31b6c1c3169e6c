import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// A multilayer perceptron with dropout on handwritten digits.
struct MLP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlp", abstract: "A multilayer perceptron with dropout: reads handwritten digits with three layers.")

  @Option(help: ArgumentHelp("The share of elements that dropout sets to 0.", valueName: "share"))
  var dropout = 0.5

  @Option var epochs = 30
  @Option var batchSize = 32
  @Option var learningRate = 0.05
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard (0..<1).contains(dropout) else { throw ValidationError("--dropout must be at least 0 and below 1.") }
  }

  func run() throws {
    options.begin()
    let (training, test) = (try Digits().training, try Digits().test)
    let loader = DataLoader(training, batchSize: batchSize, shuffle: true, seed: options.seed)
    let model = Sequential(
      Flatten(),
      Dense(256, activation: .relu, initializer: .heNormal), Dropout(dropout),
      Dense(256, activation: .relu, initializer: .heNormal), Dropout(dropout),
      Dense(10))
    let optimizer = SGD(
      model, learningRate: .cosine(learningRate, steps: epochs * loader.count), momentum: 0.9, weightDecay: 1e-4)
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
