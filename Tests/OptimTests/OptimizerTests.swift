import Autograd
import NN
import Testing

@testable import Optim

/// Two parameters, one of them of two axes, and a loss with a minimum.
private final class Problem: Module {
  let w = Parameter(NDArray([0.5, -1.5, 2], dtype: .float64))
  let b = Parameter(NDArray([[0.1, -0.2]], dtype: .float64))

  func loss() -> NDArray {
    let w = w.value
    return (w * w * w * w / 4 - w).sum() + (square(b.value - 3) * NDArray([1, 2], dtype: .float64)).sum()
  }

  func descend(_ optimizer: Optimizer, steps: Int = 6) -> [Double] {
    for _ in 0..<steps {
      record { loss() }.backward()
      optimizer.step()
    }
    return w.value.scalars() + b.value.scalars()
  }
}

private struct Case: Sendable {
  let make: @Sendable (Module) -> Optimizer
  let expected: [Double]

  init(_ make: @escaping @Sendable (Module) -> Optimizer, _ expected: [Double]) {
    (self.make, self.expected) = (make, expected)
  }
}

@Suite struct OptimizerTests {
  /// After six steps, by PyTorch 2.15 in float64; Lion and LAMB by NumPy, from their papers.
  private static let cases = [
    Case({ SGD($0, learningRate: 0.05) }, [0.731756201858, -0.739773664597, 1.18768215273, 1.4588211, 2.1611392]),
    Case(
      { SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.1) },
      [1.080014274322, 0.830375904211, -0.289562241096, 3.671664527621, 5.166805266916]),
    Case(
      { SGD($0, learningRate: 0.05, momentum: 0.9, nesterov: true) },
      [1.130825361991, 0.845350810286, 0.241855764472, 3.73916327105, 4.273658028851]),
    Case(
      { SGD($0, learningRate: 0.05, clipping: .norm(2)) },
      [0.53451853136, -1.342516854264, 1.767128076995, 0.324224467487, 0.278698278475]),
    Case({ SGD($0, learningRate: 0.05, clipping: .value(0.5)) }, [0.65, -1.35, 1.85, 0.25, -0.05]),
    Case(
      { Adam($0, learningRate: 0.1) },
      [1.062770995589, -0.919091027052, 1.426192370041, 0.696806470006, 0.397167347802]),
    Case(
      { Adam($0, learningRate: 0.1, betas: (0.8, 0.9), weightDecay: 0.2) },
      [1.029413687109, -0.919500142383, 1.426584044932, 0.696080959308, 0.39674783115]),
    Case(
      { AdamW($0, learningRate: 0.1, decay: 0.3) },
      [0.95347008204, -0.721398674182, 1.160038216934, 0.637234514461, 0.387375272425]),
    Case(
      { RMSProp($0, learningRate: 0.1) },
      [0.999978312398, 0.589228739898, 1.000000000822, 2.601378587059, 2.426073263478]),
    Case(
      { RMSProp($0, learningRate: 0.1, alpha: 0.9, momentum: 0.8) },
      [0.786693391613, 0.868380601247, 0.313296161779, 2.93768786024, 2.697679186774]),
    Case(
      { AdaGrad($0, learningRate: 0.2) },
      [0.983576798233, -0.907910144751, 1.444770786699, 0.791398765143, 0.495062103285]),
    Case({ Adadelta($0) }, [0.519755743569, -1.480310161595, 1.980327883335, 0.119810283467, -0.180186435218]),
    Case(
      { Lion($0, learningRate: 0.1, decay: 0.2) },
      [1.013709286112, -0.757975475616, 1.200896666048, 0.659372333766, 0.393619619507]),
    Case(
      { LAMB($0, learningRate: 0.1, decay: 0.1) },
      [1.117483727364, -0.69733145846, 1.184413407345, 0.189869632426, -0.107401150258]),
  ]

  @Test(arguments: cases.indices) func stepsAreThoseOfPeers(_ index: Int) {
    let problem = Problem()
    let found = problem.descend(Self.cases[index].make(problem))
    for (x, y) in zip(found, Self.cases[index].expected) { #expect(abs(x - y) < 1e-8) }
  }

  @Test func ratesFollowTheSchedule() {
    let problem = Problem()
    let optimizer = SGD(problem, learningRate: Schedule { $0 == 0 ? 0.05 : 0 })
    let once = problem.descend(optimizer, steps: 1)
    #expect(problem.descend(optimizer, steps: 3) == once)
    #expect(optimizer.stepCount == 4)
  }

  @Test func aStaleGradientIsRefused() {
    let problem = Problem()
    let optimizer = SGD(problem, learningRate: 0.1)
    record { problem.w.value.sum() }.backward()
    #expect(message { optimizer.step() }.contains("the gradient of b is stale"))
    #expect(problem.w.value.scalars(as: Double.self) == [0.5, -1.5, 2] && optimizer.stepCount == 0)
    optimizer.step(ignoreStaleGrad: true)
    #expect(problem.w.value == NDArray([0.4, -1.6, 1.9], dtype: .float64))
    #expect(problem.b.value == NDArray([[0.1, -0.2]], dtype: .float64))
    #expect(message { optimizer.step() }.contains("the gradient of w is stale"))
  }

  @Test func frozenParametersStay() {
    let problem = Problem()
    problem.b.isFrozen = true
    let optimizer = Adam(problem)
    let found = problem.descend(optimizer)
    #expect(found.suffix(2) == [0.1, -0.2] && found[0] != 0.5)
  }

  @Test func aWrongSubclassIsAnError() {
    final class Nothing: Optimizer {}
    let problem = Problem()
    record { problem.loss() }.backward()
    #expect(message { Nothing(problem, learningRate: 1).step() }.contains("a subclass says"))
  }
}

@Suite(.serialized) struct OptimizerMemoryTests {
  private final class Large: Module {
    let w = Parameter(.normal(), shape: [300, 400])
    let b = Parameter(.normal(), shape: [400])
  }

  private func step(_ model: Large, _ optimizer: Optimizer, _ x: NDArray) {
    record { square(matmul(x, model.w.value) + model.b.value).sum() }.backward()
    optimizer.step()
  }

  @Test(arguments: ["sgd", "adam", "lamb", "clip"]) func steadyStepsAllocateNothing(_ name: String) {
    let model = Large()
    let x = NDArray.normal([32, 300])
    let optimizer: Optimizer =
      switch name {
      case "sgd": SGD(model, learningRate: 1e-4, momentum: 0.9)
      case "adam": Adam(model)
      case "lamb": LAMB(model)
      default: AdamW(model, clipping: .norm(1))
      }
    Memory.trim()  // what earlier tests left would be given back bit by bit
    for k in 0..<1000 { _ = model.b.value * k }  // the last 64 numbers are kept: that is memory which grows at first
    for _ in 0..<10 { step(model, optimizer, x) }
    let before = Memory.statistics
    for _ in 0..<20 { step(model, optimizer, x) }
    #expect(Memory.statistics.systemAllocations == before.systemAllocations)
    #expect(Memory.statistics.live < before.live + 8192)
  }

  @Test func updatesAreInPlace() {
    let model = Large()
    let x = NDArray.normal([32, 300])
    let optimizer = Adam(model)
    for _ in 0..<3 { step(model, optimizer, x) }
    func addresses() -> [Int] {
      ([model.w.value] + optimizer.states[0]).map { $0.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } }
    }
    let before = addresses()
    step(model, optimizer, x)
    #expect(Set(addresses()) == Set(before))
  }
}

/// The text of the mistake that `body` makes; empty if it makes none.
func message(_ body: () -> Void) -> String {
  do { try recovering(body) } catch { return "\(error)" }
  return ""
}
