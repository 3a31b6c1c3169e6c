import Autograd
import NN

/// Stochastic gradient descent: w - rate · g, with momentum w - rate · v where v' = momentum · v + g, and Nesterov's
/// look ahead w - rate · (g + momentum · v').
public final class SGD: Optimizer {
  private let momentum: Double
  private let nesterov: Bool

  public init(
    _ module: Module, learningRate: Schedule, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0,
    clipping: Clipping? = nil
  ) {
    (self.momentum, self.nesterov) = (momentum, nesterov)
    super.init(module, learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
  }

  public override var stateNames: [String] { momentum == 0 ? [] : ["velocity"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    guard momentum != 0 else { return w - step.rate * g }
    state[0] = momentum * state[0] + g
    return w - step.rate * (nesterov ? g + momentum * state[0] : state[0])
  }
}

/// Adam: w - rate · m̂ / (√v̂ + eps), with running means m of the gradient and v of its square, both corrected for
/// their start at 0. `weightDecay` is added to the gradient; see `AdamW` for the decay beside it.
public class Adam: Optimizer {
  fileprivate let betas: (Double, Double)
  fileprivate let eps: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.001, betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-8,
    weightDecay: Double = 0, clipping: Clipping? = nil
  ) {
    (self.betas, self.eps) = (betas, eps)
    super.init(module, learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
  }

  public override var stateNames: [String] { ["mean", "square"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    w - step.rate * direction(g, &state, step)
  }

  /// m̂ / (√v̂ + eps).
  fileprivate func direction(_ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    state[0] = betas.0 * state[0] + (1 - betas.0) * g
    state[1] = betas.1 * state[1] + (1 - betas.1) * square(g)
    let corrections = (1 - power(betas.0, step.number), 1 - power(betas.1, step.number))
    return (1 / corrections.0) * state[0] / (sqrt((1 / corrections.1) * state[1]) + eps)
  }
}

/// Adam with the decay of the weights beside the gradient: w · (1 - rate · decay) - rate · m̂ / (√v̂ + eps).
public final class AdamW: Adam {
  private let decay: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.001, betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-8,
    decay: Double = 0.01, clipping: Clipping? = nil
  ) {
    self.decay = decay
    super.init(module, learningRate: learningRate, betas: betas, eps: eps, clipping: clipping)
  }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    (1 - step.rate * decay) * w - step.rate * direction(g, &state, step)
  }
}

/// LAMB: the step of Adam with decay, as long as the parameter times the rate: w - rate · (|w| / |u|) · u.
public final class LAMB: Adam {
  private let decay: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.001, betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-6,
    decay: Double = 0.01, clipping: Clipping? = nil
  ) {
    self.decay = decay
    super.init(module, learningRate: learningRate, betas: betas, eps: eps, clipping: clipping)
  }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    let u = direction(g, &state, step) + decay * w
    let (length, norm) = (sqrt(square(w).sum()), sqrt(square(u).sum()))
    let trust = which((length .> 0) .& (norm .> 0), length / norm, 1)
    return w - step.rate * trust * u
  }
}

/// RMSProp: w - rate · g / (√v + eps), with the running mean v of the squared gradient, perhaps with momentum.
public final class RMSProp: Optimizer {
  private let alpha: Double
  private let eps: Double
  private let momentum: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.01, alpha: Double = 0.99, eps: Double = 1e-8, momentum: Double = 0,
    weightDecay: Double = 0, clipping: Clipping? = nil
  ) {
    (self.alpha, self.eps, self.momentum) = (alpha, eps, momentum)
    super.init(module, learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
  }

  public override var stateNames: [String] { momentum == 0 ? ["square"] : ["square", "velocity"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    state[0] = alpha * state[0] + (1 - alpha) * square(g)
    let u = g / (sqrt(state[0]) + eps)
    guard momentum != 0 else { return w - step.rate * u }
    state[1] = momentum * state[1] + u
    return w - step.rate * state[1]
  }
}

/// AdaGrad: w - rate · g / (√s + eps), with the sum s of all squared gradients.
public final class AdaGrad: Optimizer {
  private let eps: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.01, eps: Double = 1e-10, weightDecay: Double = 0,
    clipping: Clipping? = nil
  ) {
    self.eps = eps
    super.init(module, learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
  }

  public override var stateNames: [String] { ["sum"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    state[0] = state[0] + square(g)
    return w - step.rate * g / (sqrt(state[0]) + eps)
  }
}

/// Adadelta: w - rate · d with d = g · √(u + eps) / √(v + eps), and running means v of g² and u of d².
public final class Adadelta: Optimizer {
  private let rho: Double
  private let eps: Double

  public init(
    _ module: Module, learningRate: Schedule = 1, rho: Double = 0.9, eps: Double = 1e-6, weightDecay: Double = 0,
    clipping: Clipping? = nil
  ) {
    (self.rho, self.eps) = (rho, eps)
    super.init(module, learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
  }

  public override var stateNames: [String] { ["square", "delta"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    state[0] = rho * state[0] + (1 - rho) * square(g)
    let delta = g * sqrt(state[1] + eps) / sqrt(state[0] + eps)
    state[1] = rho * state[1] + (1 - rho) * square(delta)
    return w - step.rate * delta
  }
}

/// Lion: the sign of a mean of gradients, w · (1 - rate · decay) - rate · sign(β₁ m + (1 - β₁) g), then
/// m' = β₂ m + (1 - β₂) g.
public final class Lion: Optimizer {
  private let betas: (Double, Double)
  private let decay: Double

  public init(
    _ module: Module, learningRate: Schedule = 0.0001, betas: (Double, Double) = (0.9, 0.99), decay: Double = 0,
    clipping: Clipping? = nil
  ) {
    (self.betas, self.decay) = (betas, decay)
    super.init(module, learningRate: learningRate, clipping: clipping)
  }

  public override var stateNames: [String] { ["mean"] }

  public override func update(_ w: NDArray, _ g: NDArray, _ state: inout [NDArray], _ step: Step) -> NDArray {
    let direction = sign(betas.0 * state[0] + (1 - betas.0) * g)
    state[0] = betas.1 * state[0] + (1 - betas.1) * g
    return (1 - step.rate * decay) * w - step.rate * direction
  }
}

/// x to the power n.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, factor, rest) = (1.0, x, n)
  while rest > 0 {
    if rest % 2 == 1 { result *= factor }
    factor *= factor
    rest /= 2
  }
  return result
}
