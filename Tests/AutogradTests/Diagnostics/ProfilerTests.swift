import Foundation
import Testing

@testable import Autograd

@Suite struct ProfilerTests {
  private func profiled(_ body: () -> Void) throws -> Profile {
    var result: Profile?
    profile(report: { result = $0 }, body)
    return try #require(result)
  }

  @Test func kernelsAndOperations() throws {
    let x = NDArray.ones([100, 200]).copy()
    let y = NDArray.ones([200, 50]).copy()
    let profile = try profiled { evaluate([(matmul(x, y) + 1).sum(), exp(-x)]) }
    let product = try #require(profile.kernels.first { $0.name == "matmul" })
    #expect(product.calls == 1 && product.arithmetic == 2 * 100 * 200 * 50)
    #expect(product.bytes == 4 * (100 * 200 + 200 * 50 + 100 * 50))
    let loop = try #require(profile.kernels.first { $0.name == "loop: negative, exp" })
    #expect(loop.arithmetic == 2 * 100 * 200 && loop.bytes == 2 * 4 * 100 * 200)
    #expect(Set(profile.operations.map(\.name)).isSuperset(of: ["matmul", "add", "sum", "negative", "exp"]))
    for rows in [profile.kernels, profile.operations] {
      let sum = rows.reduce(0) { $0 + $1.seconds }
      #expect(sum > 0 && sum <= profile.seconds)
    }
  }

  @Test func smallOperationsRandomNumbersAndConvolutions() throws {
    let x = NDArray([1, 2, 3])
    let images = NDArray.ones([2, 3, 8, 8])
    let kernels = NDArray.ones([4, 3, 3, 3])
    let profile = try profiled {
      for _ in 0..<5 { _ = x + 1 }
      _ = NDArray.normal([10])
      conv2d(images, kernels).evaluate()
    }
    #expect(profile.kernels.first { $0.name == "add, small" }?.calls == 5)
    #expect(profile.kernels.contains { $0.name == "random numbers" })
    #expect(profile.operations.first { $0.name == "convolution" }?.arithmetic == Double(2 * 2 * 6 * 6 * 4 * 3 * 3 * 3))
  }

  @Test func theTableAndTheTrace() throws {
    let x = NDArray.ones([1000, 30])
    let profile = try profiled { exp(x).evaluate() }
    let lines = profile.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("profile: ") && lines[1].hasPrefix("kernel") && lines[1].hasSuffix("GFLOP/s"))
    #expect(lines.contains { $0.hasPrefix("loop: exp") && $0.contains("240.0 kB") })
    let trace = try JSONSerialization.jsonObject(with: Data(profile.chromeTrace.utf8)) as? [String: Any]
    let events = try #require(trace?["traceEvents"] as? [[String: Any]])
    #expect(events.count == profile.events.count && events.contains { $0["name"] as? String == "loop: exp" })
  }

  /// Profiling changes no bit, and small work stays immediate.
  @Test func resultsAreTheSame() {
    let x = NDArray.arange(5000).reshaped([50, 100]).attachingGrad()
    let small = NDArray.arange(3)
    func step() -> [NDArray] {
      record { softmax(x * 0.01).std() }.backward()
      return [x.grad, small * 2]
    }
    let expected = step()
    #expect(profile(report: { _ in }, step) == expected)
    profile(report: { _ in }, { #expect((small + 1).node.isReady && !(x + 1).node.isReady) })
  }

  @Test func numbers() {
    #expect(1.25.fixed(1) == "1.3" && 0.0004.fixed(3) == "0.000" && 12.0.fixed(3) == "12.000")
    #expect([1e-6, 0.25, 12345.6, 0, .infinity].map(\.short) == ["1e-06", "0.25", "12350", "0", "inf"])
  }
}
