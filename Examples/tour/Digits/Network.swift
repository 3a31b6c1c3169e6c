import Autograd

/// Two layers of weights with a rectifier between them: a network from scratch.
struct Network {
  private var w1: NDArray
  private var b1: NDArray
  private var w2: NDArray
  private var b2: NDArray

  init(hidden: Int) {
    w1 = NDArray.normal([64, hidden], std: (2.0 / 64).squareRoot()).attachingGrad()
    b1 = NDArray.zeros([hidden]).attachingGrad()
    w2 = NDArray.normal([hidden, 10], std: (2.0 / Double(hidden)).squareRoot()).attachingGrad()
    b2 = NDArray.zeros([10]).attachingGrad()
  }

  /// A score for each digit.
  func callAsFunction(_ x: NDArray) -> NDArray {
    let hidden = relu(matmul(x, w1) + b1)
    return matmul(hidden, w2) + b2
  }

  /// A step down the gradients of the last backward.
  mutating func descend(_ rate: Double) {
    w1 -= rate * w1.grad
    b1 -= rate * b1.grad
    w2 -= rate * w2.grad
    b2 -= rate * b2.grad
  }

  /// The share of the digits that are read right.
  func accuracy(on digits: DigitSet) -> Double {
    (self(digits.rows).argmax(axis: 1) .== digits.labels).mean().item()
  }
}

extension Network {
  /// Goes once through the digits in random order; returns the mean loss.
  mutating func learn(_ digits: DigitSet, batchSize: Int, rate: Double) -> Double {
    let digits = digits.varied()
    let order = NDArray.uniform([digits.count]).argsorted()
    let (pixels, labels) = (digits.rows[order], digits.labels[order])
    var total = 0.0
    for start in stride(from: 0, to: digits.count, by: batchSize) {
      let batch = start..<min(start + batchSize, digits.count)
      let (x, y) = (pixels[batch], labels[batch])
      let loss = record { crossEntropy(self(x), y) }
      loss.backward()
      descend(rate)
      total += loss.item() * Double(batch.count)
    }
    return total / Double(digits.count)
  }
}
