import Testing

@testable import Autograd

@Suite struct NaNTracerTests {
  /// What is reported, if anything is.
  private func trace(infinities: Bool = true, _ body: () -> Void) -> NaNReport? {
    var found: NaNReport?
    tracingNaN(infinities: infinities, report: { found = $0 }, body)
    return found
  }

  @Test(arguments: [1, 5000]) func theFirstOperationIsNamed(_ count: Int) throws {
    let values = NDArray((0..<count).map { Double($0 % 7) - 3 }, shape: [count]).astype(.float32)
    let x = values.reshaped([1, count]).attachingGrad()
    let report = try #require(
      trace {
        _ = record(label: "outer") {
          record(label: "inner") { (log(x * 2) + exp(x)).sum() }
        }
      })
    #expect(report.operation == "log" && report.derivativeOf == nil && !report.wasGiven)
    #expect(report.nanCount == values.scalars(as: Double.self).count { $0 < 0 })
    #expect(report.infinityCount == values.scalars(as: Double.self).count { $0 == 0 })
    #expect(report.firstIndex == [0, 0] && report.firstValue.isNaN)
    #expect(report.result.shape == [1, count] && report.inputs.map(\.shape) == [[1, count]])
    #expect(report.inputs[0].smallest == -6)
    #expect(report.scopes.map { String($0.prefix(22)) } == ["record(label: \"inner\")", "record(label: \"outer\")"])
    #expect(report.scopes.allSatisfy { $0.contains("AutogradTests/NaNTracerTests.swift:") })
    #expect(report.chain.prefix(3) == ["log (1, \(count))", "  multiply (1, \(count))", "    variable (1, \(count))"])
  }

  @Test(arguments: [4, 5000]) func derivativesAreTraced(_ count: Int) throws {
    let x = NDArray.zeros([count]).copy().attachingGrad()
    let report = try #require(trace { record(label: "roots") { sqrt(x).sum() }.backward() })
    #expect(report.derivativeOf == "sqrt" && report.infinityCount == count)
    #expect(report.scopes.count == 1 && report.scopes[0].contains("roots"))
    #expect(report.description.contains("in the backward of sqrt"))
  }

  @Test func finiteWorkReportsNothing() {
    let x = NDArray.arange(4).attachingGrad()
    #expect(trace { record { (exp(x) / (1 + x)).sum() }.backward() } == nil)
    let mask = which(x .> 1, x, -Double.infinity)
    #expect(trace { _ = softmax(mask) } == nil)
  }

  @Test func infinitiesMayBeMeant() throws {
    let x = NDArray([0, 1])
    #expect(trace(infinities: false) { _ = exp(log(x)) } == nil)
    let report = try #require(trace(infinities: false) { _ = log(x) * x })
    #expect(report.operation == "multiply" && report.description.contains("out of infinite inputs"))
  }

  @Test func whatWasThereBeforeIsSaid() throws {
    let x = NDArray([1, .nan]).attachingGrad()
    let report = try #require(trace { _ = record { x * 2 } })
    #expect(report.wasGiven && report.description.contains("was given a NaN in an array from before"))
  }

  @Test func linearAlgebraAndCustomFunctions() throws {
    func broken(_ x: NDArray) -> NDArray {
      customGradient([x], { $0[0] }, backward: { g, x, _ in [g / (x[0] - x[0])] })
    }
    let x = NDArray([1, 2]).attachingGrad()
    let report = try #require(trace { record { broken(x).sum() }.backward() })
    #expect(report.operation == "divide" && report.derivativeOf == "customFunction")
    #expect(trace { _ = vmap { log($0) }(NDArray([1, 0])) }?.operation == "log")
  }

  /// Tracing changes no result, and ends with its scope, even by a throw.
  @Test func resultsAreTheSame() throws {
    struct Failure: Error {}
    let x = NDArray.arange(12).reshaped([3, 4]).attachingGrad()
    func step() -> NDArray {
      record { softmax(x * 2).sum(axis: 0).max() }.backward()
      return x.grad
    }
    let expected = step()
    #expect(isClose(tracingNaN { step() }, expected))
    #expect(throws: Failure.self) { try tracingNaN { throw Failure() } }
    #expect(Observer.current == nil)
  }
}
