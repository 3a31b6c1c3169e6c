import Autograd
import Foundation

func readingDigits(_ page: Page, epochs: Int) throws {
  page.section("Real input: reading handwritten digits")
  let (train, test) = try Digits.load().split()
  page.prose(
    "A network from scratch, \(train.count) digits to learn from and \(test.count) to judge by. A step is:")
  page.code(
    """
    let loss = record { crossEntropy(network(x), y) }
    loss.backward()
    for i in w.indices { w[i] -= rate * w[i].grad }
    """)
  print(train.picture([0, 1, 2, 3, 4]))
  var network = Network(sizes: [64, 256, 256, 10])
  network.learn(train, epochs: epochs)
  let predictions = network(test.images).argmax(axis: 1)
  let accuracy = (predictions .== test.labels).mean().item()
  let percent = String(format: "%.1f %%", 100 * accuracy)
  page.show(
    "(network(test.images).argmax(axis: 1) .== test.labels).mean()",
    text: "\(percent) of the \(test.count) are read right",
    holds: accuracy >= 0.96, "expected at least 96 %")
  showMistakes(page, test, predictions)
}

private func showMistakes(_ page: Page, _ test: Digits, _ predictions: NDArray) {
  let wrong = predictions .!= test.labels
  let indices = zip(0..., wrong.scalars(as: Bool.self)).filter(\.1).map(\.0).prefix(4)
  guard !indices.isEmpty else { return }
  page.prose("Some of those it got wrong:")
  print(test.picture(Array(indices)))
  let captions = indices.map { i in
    "is \(test.labels[i].item(as: Int.self)), read as \(predictions[i].item(as: Int.self))".padded(to: 19)
  }
  print(captions.joined())
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// Layers of weights and rectified sums, written out.
struct Network {
  private var weights: [NDArray] = []
  private var biases: [NDArray] = []

  init(sizes: [Int]) {
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      weights.append(NDArray.normal([inputs, outputs], std: (2 / Double(inputs)).squareRoot()).attachingGrad())
      biases.append(NDArray.zeros([outputs]).attachingGrad())
    }
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    var h = x
    for i in weights.indices {
      h = matmul(h, weights[i]) + biases[i]
      if i < weights.count - 1 { h = dropout(relu(h), p: 0.2) }
    }
    return h
  }

  mutating func learn(_ digits: Digits, epochs: Int, batch: Int = 32) {
    var progress = Progress(total: epochs, "learning")
    for epoch in 0..<epochs {
      let rate = 0.2 * (1 - 0.95 * Double(epoch) / Double(epochs))
      let order = NDArray.uniform([digits.count]).argsorted()
      var loss = 0.0
      for start in stride(from: 0, to: digits.count - batch + 1, by: batch) {
        let chosen = order[start..<(start + batch)]
        let x = matmul(digits.images.take(chosen, axis: 0), randomWarp())
        loss += 0.05 * (step(x, digits.labels.take(chosen, axis: 0), rate) - loss)
      }
      progress.advance(String(format: "loss %.3f", loss))
    }
  }

  private mutating func step(_ x: NDArray, _ y: NDArray, _ rate: Double) -> Double {
    let loss = record { crossEntropy(self(x), y) }
    loss.backward()
    for i in weights.indices {
      weights[i] -= rate * weights[i].grad
      biases[i] -= rate * biases[i].grad
    }
    return loss.item()
  }
}

/// A bar with the time that is left; where the output is no terminal, a line now and then.
struct Progress {
  private let total: Int
  private let title: String
  private var done = 0
  private let start = Date()

  init(total: Int, _ title: String) {
    self.total = total
    self.title = title
  }

  mutating func advance(_ note: String) {
    done += 1
    let left = Date().timeIntervalSince(start) / Double(done) * Double(total - done)
    let width = 30
    let filled = done * width / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let line = "\(title) \(bar) \(done)/\(total)  \(note)  " + String(format: "%.0f s left", left)
    if Ink.isTerminal {
      print("\r\u{1B}[K" + line, terminator: done == total ? "\n" : "")
      fflush(nil)
    } else if done == total || done % max(1, total / 5) == 0 {
      print(line)
    }
  }
}
