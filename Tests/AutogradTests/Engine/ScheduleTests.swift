import Testing

@testable import Autograd

/// How many passes over memory programs take: large arrays are pending until the schedule is asked for.
@Suite struct ScheduleTests {
  private func kernels(_ arrays: NDArray...) -> Int {
    Scheduler.plan(arrays.map(\.node)).kernelCount
  }

  @Test func elementwiseChainAndItsGradientAreOneKernel() {
    let x = NDArray.uniform([100_000]).attachingGrad()
    let y = record { (sin(x) * exp(-x * x) + tanh(x) * x).sum() }
    #expect(kernels(y) == 1)
    #expect(kernels(y, grad(of: y, wrt: x)) == 1)
  }

  /// The scalar functions of a plan's only loop.
  private func functions(_ arrays: NDArray...) -> Int {
    guard case .loop(let loop)? = Scheduler.plan(arrays.map(\.node)).steps.first else { return 0 }
    return LoopValues(loop).values.filter { if case .value = $0.role { true } else { false } }.count
  }

  @Test func whatALoopIsAskedForTwiceItComputesOnce() {
    let x = NDArray.uniform([300, 1000]).attachingGrad()
    let y = record { (x * x).sum() }
    #expect(functions(grad(of: y, wrt: x, head: NDArray(3))) == 2)  // 3 * x, and the sum of it with itself
    #expect(functions((sin(x) + sin(x)) * (sin(x) - cos(x))) == 5)
    #expect(functions((x - 1) * (x - 2)) == 3)
    #expect(functions(x.astype(.float64) * x.astype(.float64)) == 2)
  }

  /// In rows of one tile and of several, by values that are stored twice, and used again in a later sweep.
  @Test(arguments: [500, 5000]) func whatIsStoredTwiceIsTheSame(_ columns: Int) {
    let x = NDArray.uniform([60, columns])
    let rest = exp(x) / exp(x).sum(axis: 1, keepDims: true)
    let (first, second) = (exp(x), exp(x))
    let (means, sums) = (x.sum(axis: 1) / 2, x.sum(axis: 1) / 2)
    evaluate([rest, first, second, means, sums])
    #expect(first == second)
    #expect(means == sums)
    #expect(isClose(first.sum(axis: 1, keepDims: true) * rest, first, relative: 1e-5))
    #expect(isClose(log(second), x, relative: 1e-4, absolute: 1e-6))
  }

  @Test func doublingManyTimesIsOneKernel() {
    let x = NDArray.ones([100_000])
    let y = (0..<100).reduce(x) { sum, _ in sum + sum }
    #expect(kernels(y) == 1)
    #expect(y[0].item() == 0x1p100)
    // Rows longer than a tile, whose values may be computed again in each sweep.
    let rows = (0..<100).reduce(NDArray.ones([2, 5000])) { sum, _ in sum + sum }
    #expect((rows / rows.sum(axis: 1, keepDims: true))[0, 0].item(as: Float.self) == 0.0002 as Float)
  }

  @Test func softmaxIsOneKernelEachWay() {
    let x = NDArray.uniform([300, 1000]).attachingGrad()
    let w = NDArray.uniform([300, 1000])
    let y = record { () -> NDArray in
      let e = exp(x - x.max(axis: 1, keepDims: true))
      return e / e.sum(axis: 1, keepDims: true)
    }
    #expect(kernels(y) == 1)
    #expect(kernels(grad(of: y, wrt: x, head: w)) == 1)
  }

  @Test func crossEntropyAndItsGradientAreAtMostThreeKernels() {
    let z = NDArray.uniform([300, 1000]).attachingGrad()
    let labels = NDArray.randint(0, 1000, [300])
    let loss = record { crossEntropy(z, labels) }
    let gradient = grad(of: loss, wrt: z)
    #expect(kernels(loss, gradient) <= 3)
  }

  @Test func layerNormAndItsGradientsAreOneKernel() {
    let x = NDArray.uniform([512, 1024]).attachingGrad()
    let gamma = NDArray.ones([1024]).attachingGrad()
    let beta = NDArray.zeros([1024]).attachingGrad()
    let y = record { () -> NDArray in
      let d = x - x.mean(axis: 1, keepDims: true)
      let v = square(d).mean(axis: 1, keepDims: true)
      return (square(d / sqrt(v + 1e-5) * gamma + beta)).sum()
    }
    #expect(kernels(y) == 1)
    let gradients = grad(of: y, wrt: [x, gamma, beta])
    #expect(Scheduler.plan(([y] + gradients).map(\.node)).kernelCount == 1)
  }

  @Test func viewsCostNothing() {
    let x = NDArray.uniform([64, 64])
    #expect(kernels(x.T, x.reshaped([4096]), x.broadcast(to: [2, 64, 64])) == 0)
  }

  @Test func aValueStoredInTwoShapesIsStoredOnce() {
    let x = NDArray.uniform([100, 100])
    let y = exp(x)
    let plan = Scheduler.plan([y.node, y.reshaped([10_000]).node])
    #expect(plan.kernelCount == 1 && plan.steps.count == 2)
    guard case .loop(let loop) = plan.steps[0], case .view = plan.steps[1] else {
      Issue.record("not a loop and a view")
      return
    }
    #expect(loop.members.filter(\.isStored).count == 1)
  }

  @Test func transposingAPendingArrayStoresIt() {
    let x = NDArray.uniform([100, 100])
    #expect(kernels(exp(x).T + 1) == 2)
  }

  @Test func loopsThatReadDoNotStartAgainEachTime() {
    var b = NDArray.uniform([10_000], low: 0.5, high: 1).attachingGrad()
    record {
      for _ in 0..<500 {
        b = b * 1.001
        _ = b.sum().item()
      }
    }
    let plan = Scheduler.plan([(b + 1).node])
    guard case .loop(let loop)? = plan.steps.first else { return }
    #expect(loop.members.count < 100)
  }

  @Test func independentLoopsOverOneSpaceThatMeetBecomeOne() {
    let x = NDArray.uniform([5000])
    let y = NDArray.uniform([5000])
    #expect(kernels(exp(x) * sin(y)) == 1)
  }

  @Test func aReductionInBetweenTakesTwo() {
    let x = NDArray.uniform([100_000])
    #expect(kernels(x / x.sum()) == 2)
  }

  @Test func explainReadsWell() {
    let x = NDArray.uniform([1000, 1000])
    let text = explain(exp(x).sum(axis: 1))
    #expect(text.hasPrefix("1 kernel, reads 4.0 MB, writes 4.0 kB"))
    #expect(text.contains("loop over (1000, 1000), rows of 1000: exp, sum"))
  }
}
