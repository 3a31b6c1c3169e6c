import Autograd
import Testing

/// The examples of `HandlingErrors.md`.
@Suite struct HandlingErrorsExamples: Examples {
  @Test func handlingErrors() {
    do {
      try recovering { _ = NDArray.ones([2, 3]) + NDArray.ones([4]) }
    } catch {
      print(error)
      // add: the shapes (2, 3) and (4,) do not broadcast: aligned at the last axis, extents must be equal or 1.
      // Reshape one of them, or insert an axis with expandedDims(_:).
    }

    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return "no mistake"
    }

    var counts = NDArray.ones([2])
    let first = message {
      _ = counts.reshaped([3])
      counts += 1
    }
    print(first)
    // reshaped: an array of shape (2,) has 2 elements, which do not make the shape [3]
    print(counts)  // [1. 1.]

    let x = NDArray.arange(3).attachingGrad()
    print(message { (x * 2).backward() })
    // backward: this array was not computed inside record { }. Put the computation into record { }, after attachGrad().

    let constant = NDArray.arange(3)
    print(message { record { constant * 2 }.backward() }.contains("Call attachGrad()"))  // true

    let z = record { x * x }
    z.backward()
    print(message { z.backward() }.contains("retainGraph: true"))  // true

    print(message { _ = NDArray([1, 2], dtype: .int32).attachingGrad() })
    // attachGrad: an array of int32 has no gradient. Convert it with astype(.float32).
    print(message { record { x * x }.backward(NDArray.ones([2])) })
    // backward: the head gradient has the shape (2,), the array (3,); they must be equal. Without a head gradient the
    // derivative is that of the sum.
    print(message { _ = grad(of: record { x * x }, wrt: NDArray.ones([3])) })
    // grad: variable 0 of shape (3,) is unreachable: the graph does not use it. Was it attached before record { }, and
    // neither detached nor attached anew since?

    var w = NDArray.ones([2]).attachingGrad()
    record { w * w }.backward()
    print(w.isGradStale)  // false
    w -= 0.1 * w.grad
    print(w.isGradStale)  // true
  }
}
