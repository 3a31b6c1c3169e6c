import Autograd

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Workload {
  /// Whole training steps: forward, backward and update.
  static let training = [
    perceptronTraining("mlp_train", .wide),
    perceptronTraining("mlp_train_small", .small),
  ]

  private static func perceptronTraining(_ name: String, _ model: Perceptron) -> Workload {
    Workload(name, samples: model.batch, needs: .products(3 * model.products - model.firstProduct)) {
      let (x, labels) = model.data()
      return training(model.parameters(), Momentum()) { Perceptron.loss(x, labels, $0) }
    }
  }

  /// The iteration that takes a step of an optimiser; `statistics` are what the loss updates besides.
  static func training<Rule: Optimizer>(
    _ parameters: [NDArray], _ rule: Rule, statistics: @escaping () -> [NDArray] = { [] },
    _ loss: @escaping ([NDArray]) -> NDArray
  ) -> Iteration {
    var (parameters, rule) = (parameters, rule)
    return {
      let loss = record { loss(parameters) }
      loss.backward()
      rule.update(&parameters)
      evaluate(parameters + rule.state + statistics())
      return Products(loss: loss, gradients: parameters.map(\.grad))
    }
  }
}

/// A rule by which parameters follow their gradients.
protocol Optimizer {
  var state: [NDArray] { get }
  mutating func update(_ parameters: inout [NDArray])
}

/// Stochastic gradient descent with rate 0.01 and momentum 0.9.
struct Momentum: Optimizer {
  private(set) var state: [NDArray] = []

  mutating func update(_ parameters: inout [NDArray]) {
    if state.isEmpty { state = parameters.map { $0.detached().zerosLike() } }
    for i in parameters.indices {
      state[i] = 0.9 * state[i] + parameters[i].grad
      parameters[i] -= 0.01 * state[i]
    }
  }
}

/// Adam with rate 0.001 and corrected bias.
struct Adam: Optimizer {
  private var means: [NDArray] = []
  private var squares: [NDArray] = []
  private var steps = 0.0

  var state: [NDArray] { means + squares }

  mutating func update(_ parameters: inout [NDArray]) {
    if steps == 0 {
      means = parameters.map { $0.detached().zerosLike() }
      squares = means
    }
    steps += 1
    let (biasOfMean, biasOfSquare) = (1 - pow(0.9, steps), 1 - pow(0.999, steps))
    for i in parameters.indices {
      let g = parameters[i].grad
      means[i] = 0.9 * means[i] + 0.1 * g
      squares[i] = 0.999 * squares[i] + 0.001 * g * g
      parameters[i] -= 0.001 / biasOfMean * means[i] / (sqrt(squares[i] / biasOfSquare) + 1e-8)
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

  /// Multiplications with an addition of a forward pass, and of its first layer, which hands no gradient on.
  var products: Int { batch * shapes.reduce(0) { $0 + $1.elementCount } }
  var firstProduct: Int { batch * shapes[0].elementCount }

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
