import Optim
import Testing

/// Rates by PyTorch 2.15's schedulers.
@Suite struct ScheduleTests {
  private func check(_ schedule: Schedule, _ expected: [Double]) {
    for (step, rate) in expected.enumerated() { #expect(abs(schedule(step) - rate) < 1e-11, "step \(step)") }
  }

  @Test func constant() { check(0.5, [0.5, 0.5]) }

  @Test func steps() { check(.step(0.1, every: 3, factor: 0.5), [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025]) }

  @Test func cosine() {
    check(
      .cosine(0.1, steps: 5, to: 0.01),
      [0.1, 0.091405764747, 0.068905764747, 0.041094235253, 0.018594235253, 0.01, 0.01])
  }

  @Test func polynomial() {
    check(.polynomial(0.1, steps: 5, power: 2), [0.1, 0.064, 0.036, 0.016, 0.004, 0, 0])
  }

  @Test func oneCycle() {
    check(
      .oneCycle(0.1, steps: 11),
      [
        0.004, 0.042234111373, 0.096026142472, 0.097974656782, 0.088447572477, 0.07260870493, 0.053058270809,
        0.033005802899, 0.01574325128, 0.004104554321, 4e-07, 4e-07,
      ])
  }

  @Test func warmUp() {
    check(Schedule.polynomial(1, steps: 2).warmedUp(over: 4), [0.25, 0.5, 0.75, 1, 1, 0.5, 0])
  }

  @Test func anyFunction() { check(Schedule { Double($0) }, [0, 1, 2]) }
}
