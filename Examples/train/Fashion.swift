import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// Pictures of clothes, with one of four models.
struct Fashion: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fashion-MNIST: tells ten kinds of clothes apart, with one of four models.")

  enum Model: String, CaseIterable, ExpressibleByArgument { case softmax, mlp, lenet, resnet }

  @Option(help: "The model.")
  var model = Model.lenet

  @Option(help: ArgumentHelp("The folder with the four files, or with those of MNIST.", valueName: "dir"))
  var folder = FashionMNIST.defaultFolder

  @Option(help: ArgumentHelp("Learn from, and be judged by, only the first pictures, for a quick try.", valueName: "n"))
  var examples: Int?

  @Option var epochs = 10
  @Option var batchSize = 128
  @Option var learningRate = 0.005
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard examples ?? 1 > 0 else { throw ValidationError("--examples must be at least 1.") }
  }

  func run() throws {
    options.begin()
    let data = try FashionMNIST(folder: folder)
    let training = data.training[..<min(examples ?? .max, data.training.count)]
    let test = data.test[..<min(examples ?? .max, data.test.count)]
    let loader = DataLoader(training, batchSize: batchSize, shuffle: true, seed: options.seed)
    let network = network
    let optimizer = AdamW(network, learningRate: .oneCycle(learningRate, steps: epochs * loader.count))
    let run = try options.run(network, optimizer, epochs: epochs)
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { softmaxCrossEntropy(network(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch(["test accuracy": confusion(network, test).accuracy])
    }
    let confusion = confusion(network, test)
    print("right: \(percent(confusion.accuracy)) of \(test.count) pictures; F1 \(percent(confusion.macroF1))")
    try options.draw("learning", run.history.svg())
    let title = "Fashion-MNIST: \(percent(confusion.accuracy))"
    try options.draw("confusion", confusion.svg(names: FashionMNIST.classNames, title: title))
  }

  private func confusion(_ network: Sequential, _ data: ArrayDataset) -> ConfusionMatrix {
    var confusion = ConfusionMatrix(classes: 10)
    for (x, y) in DataLoader(data, batchSize: 500) { confusion.add(scores: network(x), labels: y) }
    return confusion
  }

  private var network: Sequential {
    switch model {
    case .softmax: Sequential(Flatten(), Dense(10))
    case .mlp: Sequential(Flatten(), Dense(256, activation: .relu), Dropout(0.2), Dense(10))
    case .lenet:
      Sequential(
        Conv2D(6, kernel: 5, pad: 2, activation: .relu), MaxPool2D(2),
        Conv2D(16, kernel: 5, activation: .relu), MaxPool2D(2),
        Flatten(), Dense(120, activation: .relu), Dense(84, activation: .relu), Dense(10))
    case .resnet:
      Sequential(
        Conv2D(32, kernel: 3, pad: 1, bias: false), BatchNorm(), Activation.relu, MaxPool2D(2),
        Residual(32), Residual(64, stride: 2), GlobalAvgPool(), Dense(10))
    }
  }
}

/// Two convolutions whose result is added to their input; with a stride, or other channels, the input is mapped too.
final class Residual: Module, Layer {
  private let conv1, conv2: Conv2D
  private let norm1 = BatchNorm(), norm2 = BatchNorm()
  private let shortcut: Sequential?

  init(_ channels: Int, stride: Int = 1) {
    conv1 = Conv2D(channels, kernel: 3, stride: IntOrPair(stride), pad: 1, bias: false)
    conv2 = Conv2D(channels, kernel: 3, pad: 1, bias: false)
    shortcut =
      stride == 1
      ? nil : Sequential(Conv2D(channels, kernel: 1, stride: IntOrPair(stride), bias: false), BatchNorm())
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    let y = norm2(conv2(relu(norm1(conv1(x)))))
    return relu(y + (shortcut?(x) ?? x))
  }
}
