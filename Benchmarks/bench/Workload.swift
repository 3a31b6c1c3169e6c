import Autograd

/// A computation that is timed.
struct Workload: Sendable {
  let name: String
  /// How many samples an iteration trains on, if it trains.
  var samples: Int?
  /// What an iteration cannot do without; `nil` where that is too little to bind.
  var needs: Needs?
  /// Makes the inputs, and gives the iteration on them.
  let prepare: @Sendable () -> Iteration

  init(_ name: String, samples: Int? = nil, needs: Needs? = nil, prepare: @escaping @Sendable () -> Iteration) {
    self.name = name
    self.samples = samples
    self.needs = needs
    self.prepare = prepare
  }
}

/// What the machine limits an iteration by.
enum Needs: Sendable {
  /// Floating-point operations of single precision, a multiplication and an addition being two; one of double precision
  /// counts twice.
  case operations(Double)
  /// Bytes to and from memory: inputs are read once, gradients written once.
  case bytes(Double)

  /// The products of matrices or convolutions: so many multiplications with an addition.
  static func products(_ count: Int) -> Needs { .operations(2 * Double(count)) }

  static func elements(_ count: Int) -> Needs { .bytes(4 * Double(count)) }
}

/// What is timed: afterwards the products are in memory.
typealias Iteration = () -> Products

/// The results of one iteration, computed.
struct Products {
  /// Of workloads that have one.
  let loss: NDArray?
  let gradients: [NDArray]

  init(loss: NDArray? = nil, gradients: [NDArray]) {
    evaluate((loss.map { [$0] } ?? []) + gradients)
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
