import Testing

@testable import Autograd

@Suite struct GradientReportTests {
  @Test func statesAfterABackward() {
    let (a, b, c) = (NDArray([1, 0]).attachingGrad(), NDArray([2]).attachingGrad(), NDArray([3]).attachingGrad())
    var d = NDArray([4]).attachingGrad()
    let arrays = { ["a": a, "b": b, "c": c, "d": d, "e": NDArray([5])] }
    func states() -> [GradientReport.State] { gradientReport(of: arrays()).entries.map(\.state) }
    #expect(states() == [.untouched, .untouched, .untouched, .untouched, .none])
    record { (a * a).sum() + b + d }.backward()
    #expect(states() == [.reached, .reached, .untouched, .reached, .none])
    d -= d.grad
    record { (a * a).sum() }.backward()
    #expect(states() == [.reached, .missed, .untouched, .stale, .none])
    let text = gradientReport(of: arrays()).description
    #expect(text.hasPrefix("gradients: 1 of 5 reached by the last backward\n"))
    for state in ["of an earlier backward", "never reached", "stale: written to since", "none is attached"] {
      #expect(text.contains(state))
    }
  }

  @Test func numbersOfAGradient() throws {
    let x = NDArray([3, 0, 4]).attachingGrad()
    record { x * x * 0.5 }.backward()
    let good = try #require(gradientReport(of: [x]).entries.first)
    #expect(good.name == "0" && good.norm == 5 && good.largest == 4 && good.zeroCount == 1)
    record { log(x - 3) * x }.backward(NDArray([1, 1, 0]))
    let bad = try #require(gradientReport(of: [x]).entries.first)
    #expect(bad.infinityCount + bad.nanCount == 2 && !bad.norm.isFinite)
    #expect(gradientReport(of: [NDArray.zeros([0]).attachingGrad()]).entries[0].norm == 0)
  }
}
