import ArgumentParser
import Autograd
import Data
import Foundation
import NN
import Optim
import Training

/// A model that learns to continue a text, letter by letter.
struct Text: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A text, letter by letter: learns to continue it, with an LSTM or a small Transformer.",
    discussion: "Learns from nine tenths of the text, and is judged by the rest. Then it writes on its own.")

  enum Kind: String, CaseIterable, ExpressibleByArgument { case lstm, transformer }

  @Argument(help: "The text to learn; the beginning of Alice's Adventures in Wonderland if missing.")
  var file: String?

  @Option(help: "The model.")
  var model = Kind.lstm

  @Option(help: ArgumentHelp("How many letters the model sees at once.", valueName: "n"))
  var length = 64

  @Option(help: ArgumentHelp("How many letters it writes in the end.", valueName: "n"))
  var write = 400

  @Option(help: ArgumentHelp("The beginning that it goes on from.", valueName: "text"))
  var prompt = "Alice "

  @Option(help: "How freely it writes: 0 takes the likeliest letter, 1 draws by the probabilities.")
  var temperature = 0.6

  @Option var epochs = 10
  @Option var batchSize = 16
  @Option var learningRate = 0.005
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard length > 0, write >= 0, temperature >= 0 else {
      throw ValidationError("--length must be at least 1, --write and --temperature at least 0.")
    }
    guard !prompt.isEmpty else { throw ValidationError("--prompt must not be empty.") }
  }

  func run() throws {
    options.begin()
    let text = try String(contentsOf: file.map { URL(fileURLWithPath: $0) } ?? Self.alice, encoding: .utf8)
    let letters = Letters(text)
    let cut = letters.ids.count * 9 / 10
    guard cut > length + 1, letters.ids.count - cut > length + 1 else {
      throw ValidationError("The text has \(letters.ids.count) letters, too few for a --length of \(length).")
    }
    let training = Windows(ids: Array(letters.ids[..<cut]), length: length, stride: (length + 1) / 2)
    let test = Windows(ids: Array(letters.ids[cut...]), length: length, stride: length).batch
    let loader = DataLoader(training, batchSize: batchSize, shuffle: true, seed: options.seed)
    let network: Module & Layer =
      model == .lstm ? LetterLSTM(letters.count) : LetterTransformer(letters.count, length: length)
    let steps = epochs * loader.count
    let optimizer = AdamW(network, learningRate: .oneCycle(learningRate, steps: steps), clipping: .norm(1))
    let run = try options.run(network, optimizer, epochs: epochs)
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { softmaxCrossEntropy(network(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch(["test loss": softmaxCrossEntropy(network(test.0), test.1).item()])
    }
    try options.draw("learning", run.history.svg())
    print("\n" + letters.text(continued(letters.ids(of: prompt), network)))
  }

  private static let alice = Bundle.module.url(
    forResource: "alice", withExtension: "txt", subdirectory: "Resources")!

  /// Ids, followed by what the model writes.
  private func continued(_ start: [Int], _ network: any Layer) -> [Int] {
    var ids = start
    for _ in 0..<write {
      let logits = network(NDArray(ids.suffix(length)).expandedDims(0))[0, -1]
      // The largest of the logits with Gumbel's noise is a draw by the probabilities.
      let noise = temperature * NDArray.gumbel([logits.shape[0]])
      ids.append((logits + noise).argmax().item(as: Int.self))
    }
    return ids
  }
}

// MARK: Data

/// The letters of a text, numbered.
private struct Letters {
  private let alphabet: [Character]
  private let numbers: [Character: Int]
  let ids: [Int]

  init(_ text: String) {
    alphabet = Set(text).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(alphabet, 0...))
    self.numbers = numbers
    ids = text.map { numbers[$0]! }
  }

  var count: Int { alphabet.count }
  func ids(of text: String) -> [Int] { text.map { numbers[$0] ?? 0 } }
  func text(_ ids: [Int]) -> String { String(ids.map { alphabet[$0] }) }
}

/// Pieces of a text that begin every `stride` letters, and what follows each of their letters.
private struct Windows: Dataset {
  let ids: [Int]
  let length, stride: Int

  var count: Int { (ids.count - 1 - length) / stride + 1 }

  subscript(index: Int) -> (NDArray, NDArray) {
    let start = index * stride
    return (NDArray(Array(ids[start..<start + length])), NDArray(Array(ids[start + 1...start + length])))
  }

  /// All of it.
  var batch: (NDArray, NDArray) { batch(Array(0..<count)) }
}

// MARK: Models

/// Ids of shape (batch, time) become scores of what comes next, (batch, time, letters).
private final class LetterLSTM: Module, Layer {
  private let embedding: Embedding
  private let lstm = LSTM(256)
  private let output: Dense

  init(_ letters: Int) { (embedding, output) = (Embedding(letters, 64), Dense(letters)) }

  func callAsFunction(_ ids: NDArray) -> NDArray { output(dropout(lstm(embedding(ids)).output, p: 0.2)) }
}

/// The same, by blocks of attention to what came before.
private final class LetterTransformer: Module, Layer {
  private let embedding: Embedding
  private let positions: NDArray
  private let blocks = (0..<3).map { _ in
    TransformerEncoderLayer(128, heads: 4, hidden: 512, dropout: 0.1, activation: .gelu, normFirst: true)
  }
  private let norm = LayerNorm()
  private let output: Dense

  init(_ letters: Int, length: Int) {
    (embedding, output) = (Embedding(letters, 128, initializer: .normal(std: 0.1)), Dense(letters))
    positions = positionalEncoding(length, 128)
  }

  func callAsFunction(_ ids: NDArray) -> NDArray {
    var x = embedding(ids) + 0.1 * positions[0..<ids.shape[1]]
    for block in blocks { x = block(x, isCausal: true) }
    return output(norm(x))
  }
}
