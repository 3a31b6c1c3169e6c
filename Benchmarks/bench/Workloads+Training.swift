import Autograd

extension Workload {
  /// Whole training steps: forward, backward and update.
  static let training = [
    perceptronTraining("mlp_train", .wide),
    perceptronTraining("mlp_train_small", .small),
  ]

  private static func perceptronTraining(_ name: String, _ model: Perceptron) -> Workload {
    Workload(name, samples: model.batch) {
      let (x, labels) = model.data()
      var parameters = model.parameters()
      var velocities = parameters.map { $0.detached().zerosLike() }
      return {
        let loss = record { Perceptron.loss(x, labels, parameters) }
        loss.backward()
        for i in parameters.indices {
          velocities[i] = 0.9 * velocities[i] + parameters[i].grad
          parameters[i] -= 0.01 * velocities[i]
        }
        for array in parameters + velocities { array.evaluate() }
        return Products(loss: loss, gradients: parameters.map(\.grad))
      }
    }
  }
}

/// Dense layers with relu between them.
struct Perceptron: Sendable {
  let sizes: [Int]
  let batch: Int

  static let wide = Perceptron(sizes: [784, 512, 256, 10], batch: 128)
  static let small = Perceptron(sizes: [20, 32, 2], batch: 32)

  /// The shapes of the weights.
  private var shapes: [Shape] { zip(sizes, sizes.dropFirst()).map { [$0, $1] } }

  func data() -> (x: NDArray, labels: NDArray) {
    (Inputs.uniform([batch, sizes[0]], seed: 1), Inputs.ids(batch, seed: 2, below: sizes[sizes.count - 1]))
  }

  /// The weights and biases of the layers in turn, with gradients attached.
  func parameters() -> [NDArray] {
    shapes.enumerated().flatMap { layer, shape in
      let scale = (6 / Double(shape[0])).squareRoot()
      let weight = Inputs.uniform(shape, seed: 3 + 2 * layer, scale: scale)
      return [weight.attachingGrad(), NDArray.zeros([shape[1]]).attachingGrad()]
    }
  }

  /// A direction in the space of the parameters.
  func direction() -> [NDArray] {
    shapes.enumerated().flatMap { layer, shape in
      [Inputs.uniform(shape, seed: 103 + 2 * layer), Inputs.uniform([shape[1]], seed: 104 + 2 * layer)]
    }
  }

  static func loss(_ x: NDArray, _ labels: NDArray, _ parameters: [NDArray]) -> NDArray {
    var h = x
    for layer in stride(from: 0, to: parameters.count, by: 2) {
      h = matmul(layer == 0 ? h : relu(h), parameters[layer]) + parameters[layer + 1]
    }
    return crossEntropy(h, labels)
  }
}
