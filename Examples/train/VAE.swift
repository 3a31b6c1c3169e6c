import ArgumentParser
import Autograd
import Data
import NN
import Optim
import Training

/// A variational autoencoder, which draws new pictures.
struct VAE: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vae",
    abstract: "A variational autoencoder: learns to draw digits, or clothes, that it has never seen.",
    discussion: """
      An encoder tells the mean and the spread of a few hidden numbers for each picture, a decoder draws a picture \
      from such numbers. The test distance is how much these numbers tell of a picture, in nats; at 0 all pictures would \
      be drawn alike. With --plot, samples.png has pictures from random numbers.
      """)

  enum Pictures: String, CaseIterable, ExpressibleByArgument { case digits, fashion }

  @Option(help: "What it learns to draw.")
  var data = Pictures.digits

  @Option(help: ArgumentHelp("The folder of --data fashion.", valueName: "dir"))
  var folder = FashionMNIST.defaultFolder

  @Option(help: ArgumentHelp("How many numbers stand for a picture.", valueName: "n"))
  var latent = 8

  @Option(help: "How much it counts that a picture is drawn again well: sharper pictures, but more odd ones.")
  var sharpness = 4.0

  @Option var epochs = 30
  @Option var batchSize = 64
  @Option var learningRate = 0.003
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard latent > 0 else { throw ValidationError("--latent must be at least 1.") }
    guard sharpness > 0 else { throw ValidationError("--sharpness must be positive.") }
  }

  func run() throws {
    options.begin()
    let (training, test) = try load()
    let loader = DataLoader(training, batchSize: batchSize, shuffle: true, seed: options.seed)
    let model = Autoencoder(pixels: test.shape[1], latent: latent)
    let optimizer = Adam(model, learningRate: .oneCycle(learningRate, steps: epochs * loader.count))
    let run = try options.run(model, optimizer, epochs: epochs)
    for _ in run.epochs {
      for (x, _) in run.steps(loader) {
        let loss = record { model.losses(x, sharpness).total }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      let losses = pause { model.losses(test, sharpness) }
      try run.endEpoch(["test loss": losses.total.item(), "test distance": losses.distance.item()])
    }
    try options.draw("learning", run.history.svg())
    let shape = [64] + training.inputs.shape.dropFirst()
    try options.draw("samples", imageGrid(model.samples(64).reshaped(shape), columns: 16, gap: 4, zoom: 56 / shape[3]))
  }

  /// Pictures to learn from, and some to be judged by, as rows.
  private func load() throws -> (ArrayDataset, NDArray) {
    let (training, test) =
      switch data {
      case .digits: (try Digits().training, try Digits().test)
      case .fashion: (try FashionMNIST(folder: folder).training, try FashionMNIST(folder: folder).test[..<1000])
      }
    return (training, test.inputs.reshaped([test.count, -1]))
  }
}

private final class Autoencoder: Module {
  private let encoder: Sequential
  private let decoder: Sequential
  private let latent: Int

  init(pixels: Int, latent: Int) {
    self.latent = latent
    encoder = Sequential(Flatten(), Dense(256, activation: .relu), Dense(128, activation: .relu), Dense(2 * latent))
    decoder = Sequential(Dense(128, activation: .relu), Dense(256, activation: .relu), Dense(pixels))
  }

  /// A bound of -log of the probability of a picture: what is lost in drawing it again, and how far the distribution of
  /// its hidden numbers is from the one that `samples` draws from. A grey pixel counts as `sharpness` points that are
  /// black or white.
  func losses(_ pictures: NDArray, _ sharpness: Double) -> (total: NDArray, distance: NDArray) {
    let x = pictures.reshaped([pictures.shape[0], -1])
    let parts = encoder(x).split(2, axis: 1)
    let (mean, logVariance) = (parts[0], parts[1])
    let z = mean + exp(0.5 * logVariance) * NDArray.normal(mean.shape)
    let drawing = binaryCrossEntropy(logits: decoder(z), x, reduction: .sum) / Double(x.shape[0])
    let distance = 0.5 * (square(mean) + exp(logVariance) - logVariance - 1).sum(axis: 1).mean()
    return (sharpness * drawing + distance, distance)
  }

  /// New pictures.
  func samples(_ count: Int) -> NDArray { sigmoid(decoder(NDArray.normal([count, latent]))) }
}
