import Autograd

/// A computation that is timed.
struct Workload: Sendable {
  let name: String
  /// How many samples an iteration trains on, if it trains.
  var samples: Int?
  /// Makes the inputs, and gives the iteration on them.
  let prepare: @Sendable () -> Iteration

  init(_ name: String, samples: Int? = nil, prepare: @escaping @Sendable () -> Iteration) {
    self.name = name
    self.samples = samples
    self.prepare = prepare
  }
}

/// What is timed: afterwards the products are in memory.
typealias Iteration = () -> Products

/// The results of one iteration, computed.
struct Products {
  let loss: NDArray
  let gradients: [NDArray]

  init(loss: NDArray, gradients: [NDArray]) {
    loss.evaluate()
    for gradient in gradients { gradient.evaluate() }
    self.loss = loss
    self.gradients = gradients
  }
}

extension Workload {
  static let all = chains + kernels + training + images + networks + higherOrders

  static func named(_ name: String) -> Workload? { all.first { $0.name == name } }

  /// The iteration of most workloads: a loss, and its gradients with respect to the attached `variables`.
  static func gradients(of variables: [NDArray], _ loss: @escaping () -> NDArray) -> Iteration {
    {
      let loss = record(loss)
      loss.backward()
      return Products(loss: loss, gradients: variables.map(\.grad))
    }
  }
}
