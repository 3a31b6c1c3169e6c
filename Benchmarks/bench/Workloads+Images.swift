import Autograd

extension Workload {
  /// Training steps of networks that look at images.
  static let images = [
    // An image passes 416,520 weights, 117,600 of them in the first layer, which hands no gradient on.
    Workload("lenet_train", samples: 128, needs: .products(128 * (3 * 416_520 - 117_600))) {
      let x = Inputs.uniform([128, 1, 28, 28], seed: 1)
      let labels = Inputs.ids(128, seed: 2, below: 10)
      return training(LeNet.parameters(), Momentum()) { crossEntropy(LeNet.logits(x, $0), labels) }
    },
    // Each of 1024 places of an image passes 864 + 9216 + 4608 weights (those of the last layer count a quarter).
    Workload("cnn_bn_train", samples: 64, needs: .products(64 * 1024 * (3 * (9216 + 4608) + 2 * 864))) {
      let x = Inputs.uniform([64, 3, 32, 32], seed: 1)
      let labels = Inputs.ids(64, seed: 2, below: 10)
      var network = NormalizedNetwork()
      return training(NormalizedNetwork.parameters(), Adam(), statistics: { network.statistics }) {
        crossEntropy(network.logits(x, $0), labels)
      }
    },
  ]
}

/// Two convolutions with average pooling, and three dense layers.
private enum LeNet {
  private static let shapes: [Shape] = [[6, 1, 5, 5], [16, 6, 5, 5], [400, 120], [120, 84], [84, 10]]

  /// The weights and biases of the layers in turn.
  static func parameters() -> [NDArray] {
    shapes.enumerated().flatMap { layer, shape in
      let isDense = shape.rank == 2
      let (inputs, outputs) = isDense ? (shape[0], shape[1]) : (shape[1] * shape[2] * shape[3], shape[0])
      let weight = Inputs.uniform(shape, seed: 3 + 2 * layer, scale: (6 / Double(inputs)).squareRoot())
      return [weight.attachingGrad(), NDArray.zeros([outputs]).attachingGrad()]
    }
  }

  static func logits(_ x: NDArray, _ p: [NDArray]) -> NDArray {
    var h = avgPool2d(relu(conv2d(x, p[0], p[1], pad: (2, 2))), kernel: (2, 2))
    h = avgPool2d(relu(conv2d(h, p[2], p[3])), kernel: (2, 2))
    h = relu(matmul(h.reshaped([h.shape[0], -1]), p[4]) + p[5])
    h = relu(matmul(h, p[6]) + p[7])
    return matmul(h, p[8]) + p[9]
  }
}

/// Three convolutions with batch normalisation, and a dense layer on the mean over the image.
private struct NormalizedNetwork {
  private static let channels = [3, 32, 32, 64]
  private var means = channels.dropFirst().map { NDArray.zeros([$0]) }
  private var variances = channels.dropFirst().map { NDArray.ones([$0]) }

  /// The running means and variances.
  var statistics: [NDArray] { means + variances }

  /// The kernels, scales and offsets of the convolutions in turn, then the dense layer.
  static func parameters() -> [NDArray] {
    let convolutions = (0..<3).flatMap { k in
      let (inputs, outputs) = (channels[k], channels[k + 1])
      let scale = (6 / Double(9 * inputs)).squareRoot()
      return [
        Inputs.uniform([outputs, inputs, 3, 3], seed: 3 + 3 * k, scale: scale), NDArray.ones([outputs]),
        NDArray.zeros([outputs]),
      ]
    }
    let dense = [Inputs.uniform([64, 10], seed: 12, scale: (6 / 64.0).squareRoot()), NDArray.zeros([10])]
    return (convolutions + dense).map { $0.attachingGrad() }
  }

  mutating func logits(_ x: NDArray, _ p: [NDArray]) -> NDArray {
    var h = x
    for k in 0..<3 {
      if k == 2 { h = maxPool2d(h, kernel: (2, 2)) }
      (h, means[k], variances[k]) = batchNorm(
        conv2d(h, p[3 * k], pad: (1, 1)), p[3 * k + 1], p[3 * k + 2], mean: means[k], variance: variances[k])
      h = relu(h)
    }
    return matmul(h.mean(axis: [2, 3]), p[9]) + p[10]
  }
}
