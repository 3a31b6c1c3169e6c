import Autograd
import Foundation

/// The end of the tour: a network that learns to read.
enum Reading {
  /// What the network must read right of the digits that it has not seen.
  static let goal = 0.96

  static func run(_ page: Page, epochs: Int, seed: Int) throws {
    let (training, test) = try DigitSet.load()
    page.say(
      """
      Everything so far, on real input: \(training.count) handwritten digits of 8 × 8 pixels to learn from, and \
      \(test.count) by which to judge. The network has two layers of weights, which are plain arrays with a gradient:
      """)
    quoteTheProgram(page)
    page.say("Some of the digits, which are shifted, slanted and blurred a little anew in each epoch:")
    let some = [0, 11, 22, 33, 44].map { ($0, "\(training.labels[$0].item(as: Int.self))") }
    page.draw(training.gallery(some, terminal: page.terminal))
    page.skipLine()
    Autograd.seed(seed)
    var network = Network(hidden: 512)
    train(&network, training, test, epochs: epochs, page)
    judge(network, test, page)
    showMistakes(of: network, test, page)
  }

  private static func quoteTheProgram(_ page: Page) {
    page.quote(
      """
      let hidden = relu(matmul(x, w1) + b1)
      return matmul(hidden, w2) + b2
      """)
    page.say("A step takes a few of the digits, and goes down the gradient of the loss:")
    page.quote(
      """
      let loss = record { crossEntropy(self(x), y) }
      loss.backward()
      descend(rate)
      """)
    page.say("where to descend is, for each array of weights,")
    page.quote("w1 -= rate * w1.grad")
  }

  private static func train(
    _ network: inout Network, _ training: DigitSet, _ test: DigitSet, epochs: Int, _ page: Page
  ) {
    var progress = page.progressBar("epoch", total: epochs)
    var note = ""
    for epoch in 1...epochs {
      let rate = 0.25 * (1 + Foundation.cos(.pi * Double(epoch - 1) / Double(epochs)))
      let loss = network.learn(training, batchSize: 16, rate: rate)
      note = String(format: "loss %.4f  accuracy %@", loss, percent(network.accuracy(on: test)))
      progress.update(epoch, note)
    }
    progress.finish(note)
  }

  private static func judge(_ network: Network, _ test: DigitSet, _ page: Page) {
    let accuracy = network.accuracy(on: test)
    page.say("How many of the \(test.count) digits that it has never seen does it read right?")
    page.quote("(self(digits.rows).argmax(axis: 1) .== digits.labels).mean().item()")
    page.check(
      "\(percent(accuracy)), \(Int((accuracy * Double(test.count)).rounded())) of \(test.count)", accuracy >= goal,
      "accuracy on unseen digits", "must be at least \(percent(goal))")
  }

  private static func showMistakes(of network: Network, _ test: DigitSet, _ page: Page) {
    let probabilities = softmax(network(test.rows))
    let answers = probabilities.argmax(axis: 1).scalars(as: Int.self)
    let certainty = probabilities.max(axis: 1).scalars(as: Double.self)
    let labels = test.labels.scalars(as: Int.self)
    let mistakes = answers.indices.filter { answers[$0] != labels[$0] }.sorted { certainty[$0] > certainty[$1] }
    guard !mistakes.isEmpty else { return page.say("It made no mistake.") }
    page.say("Its worst mistakes: what each digit is, what it was taken for, and how sure the network was.")
    let entries = mistakes.map {
      ($0, "\(labels[$0]), not \(answers[$0]) (\(Int((100 * certainty[$0]).rounded())) %)")
    }
    page.draw(test.gallery(entries, terminal: page.terminal))
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
