import Autograd
import NN

/// Changes the parameters of a module after each backward: what SGD, Adam and the others share.
///
/// ```swift
/// let model = Dense(1)
/// let optimizer = SGD(model, learningRate: 0.1)
/// let (x, y) = (NDArray.ones([8, 2]), NDArray.ones([8, 1]))
/// for _ in 0..<100 {
///   record { mseLoss(model(x), y) }.backward()
///   optimizer.step()
/// }
/// ```
///
/// An update is an array expression for each parameter; all are computed together, in place. A subclass says how one
/// parameter changes, in `update`, and how many arrays it keeps for each, in `stateNames`. Parameters of float16 are
/// updated in float32, which these arrays have then.
open class Optimizer {
  /// The parameters with their names.
  public let parameters: [Named<Parameter>]
  /// The learning rate, a constant or a function of the number of steps.
  public var learningRate: Schedule
  /// How much of each parameter is added to its gradient.
  public var weightDecay: Double
  /// What is done to gradients that are too large.
  public var clipping: Clipping?
  /// How many steps were done.
  public internal(set) var stepCount = 0
  /// For each parameter the arrays that are kept from step to step; none before its first step.
  var states: [[NDArray]]

  /// An optimiser of a module's parameters, also of those whose shape is not known yet.
  public init(
    _ module: Module, learningRate: Schedule, weightDecay: Double = 0, clipping: Clipping? = nil
  ) {
    parameters = module.namedParameters
    (self.learningRate, self.weightDecay, self.clipping) = (learningRate, weightDecay, clipping)
    states = Array(repeating: [], count: parameters.count)
  }

  /// The names of the arrays that are kept for each parameter; they begin as zeros.
  open var stateNames: [String] { [] }

  /// The new value of a parameter, and the new state.
  ///
  /// - Parameters:
  ///   - w: The parameter's value, a constant here.
  ///   - g: Its gradient, clipped, with the weight decay.
  ///   - state: The arrays of `stateNames`.
  ///   - step: The rate, and the number of this step, from 1.
  open func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    mistake(.value, "Optimizer: a subclass says in update(_:_:_:_:) how parameters change")
    return w
  }

  /// What an update may depend on beside the arrays.
  public struct Step: Sendable {
    public let rate: Double
    public let number: Int
  }
}

extension Optimizer {
  /// Changes each parameter by its gradient.
  ///
  /// A stale gradient, which no backward has filled since the parameter was last changed, is an error: it means that
  /// the loss does not depend on the parameter. With `ignoreStaleGrad` such parameters stay as they are.
  public func step(ignoreStaleGrad: Bool = false) {
    let indices = parameters.indices.filter { !parameters[$0].part.isFrozen }
    let fresh = indices.filter { hasGradient(parameters[$0].part) }
    if !ignoreStaleGrad, let stale = indices.first(where: { !fresh.contains($0) }) { return refuse(stale) }
    guard !fresh.isEmpty else { return }
    pause { update(fresh) }
    stepCount += 1
  }

  private func hasGradient(_ parameter: Parameter) -> Bool {
    parameter.isInitialized && !parameter.value.isGradStale
  }

  private func refuse(_ index: Int) {
    mistake(
      .gradient,
      "step: the gradient of \(parameters[index].name) is stale: no backward has reached the parameter since it was "
        + "last changed. Use it in the loss, freeze it, or call step(ignoreStaleGrad: true).")
  }

  /// The expressions of all updates first, then one evaluation, so that each array is passed over once.
  private func update(_ indices: [Int]) {
    let step = Step(rate: learningRate(stepCount), number: stepCount + 1)
    let gradients = clipped(indices.map { parameters[$0].part.grad.atLeastFloat32 })
    for (i, gradient) in zip(indices, gradients) {
      let parameter = parameters[i].part
      let w = parameter.value.atLeastFloat32
      if states[i].isEmpty { states[i] = stateNames.map { _ in w.zerosLike() } }
      let g = weightDecay == 0 ? gradient : gradient + weightDecay * w
      parameter.change(to: update(w, g, &states[i], step))
    }
    evaluate(indices.flatMap { [parameters[$0].part.value] + states[$0] })
  }

  private func clipped(_ gradients: [NDArray]) -> [NDArray] { clipping?(gradients) ?? gradients }
}

extension NDArray {
  /// Float16 is rounded too much to be added up in, and has no number as small as most `eps`.
  fileprivate var atLeastFloat32: NDArray { dtype == .float16 ? astype(.float32) : self }
}

/// How gradients that are too large are made smaller.
public struct Clipping: Sendable {
  private let clip: @Sendable ([NDArray]) -> [NDArray]

  /// The smaller gradients.
  public func callAsFunction(_ gradients: [NDArray]) -> [NDArray] { clip(gradients) }

  /// Each element to `-limit ... limit`.
  public static func value(_ limit: Double) -> Clipping {
    Clipping { gradients in gradients.map { Autograd.clip($0, -limit, limit) } }
  }

  /// All gradients by one factor, so that the norm of them all together is at most `limit`.
  public static func norm(_ limit: Double) -> Clipping {
    Clipping { gradients in
      let norm = sqrt(gradients.dropFirst().reduce(square(gradients[0]).sum()) { $0 + square($1).sum() })
      let factor = minimum(limit / (norm + 1e-6), 1)
      return gradients.map { $0 * factor }
    }
  }
}
