import Testing

@testable import Autograd

@Suite struct GradientHookTests {
  private final class Log: Sendable {
    private let seen = Guarded<[NDArray]>([])
    func add(_ g: NDArray) { seen.withLock { $0.append(g) } }
    var gradients: [NDArray] { seen.withLock { $0 } }
  }

  @Test func hooksObserveAndReplace() {
    let log = Log()
    let x = NDArray([1, 2]).attachingGrad()
    x.onGradient { g in log.add(g) }
    x.onGradient { $0 * 10 }
    x.onGradient { g in log.add(g) }
    for _ in 0..<2 { record { x * x + x }.backward() }
    #expect(log.gradients == [NDArray([3, 5]), NDArray([30, 50]), NDArray([3, 5]), NDArray([30, 50])])
    #expect(x.grad == NDArray([30, 50]))
    #expect(grad(of: record { x * 1 }, wrt: x) == NDArray([10, 10]))
  }

  /// What a hook on an intermediate result returns goes on from there; the whole sum arrives once.
  @Test(arguments: [1, Int.max]) func intermediates(_ limit: Int) {
    Execution.withImmediateLimit(limit) {
      let log = Log()
      let x = NDArray([1, 2]).attachingGrad()
      let y = record { () -> NDArray in
        let h = x * 2
        h.onGradient { g in
          log.add(g)
          return clip(g, 0, 3)
        }
        return h * h + h
      }
      y.backward()
      #expect(log.gradients == [NDArray([5, 9])])
      #expect(x.grad == NDArray([6, 6]))
    }
  }

  @Test func hooksAreDifferentiated() {
    let x = NDArray([1, 2], dtype: .float64).attachingGrad()
    x.onGradient { $0 * $0 }
    let slope = grad(of: record { x * x }, wrt: x, createGraph: true)
    #expect(slope == 4 * x * x)
    let curvature = grad(of: slope, wrt: x)
    #expect(curvature == square(8 * x))
  }

  @Test func mistakes() {
    let x = NDArray([1, 2]).attachingGrad()
    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return ""
    }
    #expect(message { NDArray([1]).onGradient { $0 } }.contains("onGradient: this array was not computed inside"))
    x.onGradient { $0.sum() }
    #expect(message { record { x * x }.backward() }.contains("shape () for a gradient of shape (2,)"))
    let anew = x.attachingGrad()
    record { anew * 2 }.backward()
    #expect(anew.grad == NDArray([2, 2]))
  }
}
