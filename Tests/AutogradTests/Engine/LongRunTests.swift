import Foundation
import Testing

@testable import Autograd

@Suite struct LongRunTests {
  /// A parameter's gradient is taken millions of times: memory stays as it is after the first thousand steps.
  @Test(.enabled(if: residentBytes() != nil)) func trainingStepsKeepMemoryFlat() throws {
    seed(1)
    let x = NDArray.normal([8, 5])
    let y = NDArray.normal([8, 1])
    var w1 = NDArray.normal([5, 6]).attachingGrad()
    var w2 = NDArray.normal([6, 1]).attachingGrad()
    func step() {
      let loss = record { square(matmul(tanh(matmul(x, w1)), w2) - y).mean() }
      loss.backward()
      w1 -= 0.01 * w1.grad
      w2 -= 0.01 * w2.grad
    }
    for _ in 0..<1000 { step() }
    let before = try #require(residentBytes())
    for _ in 0..<99_000 { step() }
    let after = try #require(residentBytes())
    // Other tests run beside this one: what is ruled out is a leak of one small array a step.
    #expect(after - before < 99_000 * 64)
  }
}

/// The memory of the process that is in use, where the system tells.
private func residentBytes() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { return nil }
  return pages * 4096
}
