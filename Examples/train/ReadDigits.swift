import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// A small convolutional network on handwritten digits that are varied a little.
struct ReadDigits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits",
    abstract: "A small convolutional network: reads handwritten digits, varied a little anew in each epoch.")

  @Option(help: ArgumentHelp("Learn only from the first digits, for a quick try.", valueName: "n"))
  var examples: Int?

  @Option var epochs = 20
  @Option var batchSize = 64
  @Option var learningRate = 0.01
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard examples ?? 1 > 0 else { throw ValidationError("--examples must be at least 1.") }
  }

  func run() throws {
    options.begin()
    let (training, test) = (try Digits().training, try Digits().test)
    let part = training[..<min(examples ?? .max, training.count)]
    let loader = DataLoader(part, batchSize: batchSize, shuffle: true, seed: options.seed) { x, y in
      (moved(moved(x, along: 2), along: 3), y)
    }
    let model = Sequential(
      Conv2D(32, kernel: 3, pad: 1, bias: false), BatchNorm(), Activation.relu,
      Conv2D(32, kernel: 3, pad: 1, bias: false), BatchNorm(), Activation.relu, MaxPool2D(2),
      Conv2D(64, kernel: 3, pad: 1, bias: false), BatchNorm(), Activation.relu, MaxPool2D(2),
      Flatten(), Dropout(0.3), Dense(10))
    let optimizer = AdamW(model, learningRate: .oneCycle(learningRate, steps: epochs * loader.count))
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
    var confusion = ConfusionMatrix(classes: 10)
    confusion.add(scores: model(test.inputs), labels: test.labels)
    try options.draw("confusion", confusion.svg(title: "Digits: \(percent(confusion.accuracy))"))
    print("right: \(percent(confusion.accuracy)) of \(confusion.total) digits that it has never seen")
  }
}

/// Moves pixels along an axis, by less than their width: by an amount that is random for each image, and that varies
/// linearly over it, so that images are shifted, stretched and slanted.
private func moved(_ images: NDArray, along axis: Int) -> NDArray {
  let each: Shape = [images.shape[0], 1, 1, 1]
  let position = NDArray.arange(8) - 3.5
  let distance =
    NDArray.uniform(each, low: -0.5, high: 0.5) + NDArray.normal(each, std: 0.1) * position.reshaped([8, 1])
    + NDArray.normal(each, std: 0.1) * position
  let (ahead, behind) = (relu(minimum(distance, 1)), relu(minimum(-distance, 1)))
  return (1 - ahead - behind) * images + ahead * images.rolled(1, axis: axis)
    + behind * images.rolled(-1, axis: axis)
}
