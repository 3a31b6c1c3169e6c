import Autograd
import NN
import Testing

/// The examples of `TenMistakes.md`.
@Suite struct TenMistakesExamples: Examples {
  @Test func tenMistakes() {
    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return "no mistake"
    }
    let x = NDArray([1, 2, 3]).attachingGrad()

    print(message { (x * x).backward() })
    // backward: this array was not computed inside record { }. Put the computation into record { }, after attachGrad().

    let y = record { (x * x).sum() }
    y.backward(file: "Training.swift", line: 12)
    print(message { y.backward() })
    // backward: the graph of this array was freed by the backward at Training.swift:12. To differentiate twice, pass
    // retainGraph: true to the first.

    print(message { record { x * x }.backward(NDArray(1)) })
    // backward: the head gradient has the shape (), the array (3,); they must be equal. Without a head gradient the
    // derivative is that of the sum.

    print(message { _ = NDArray([1, 2, 3], dtype: .int64).attachingGrad() })
    // attachGrad: an array of int64 has no gradient. Convert it with astype(.float32).
    print(message { record { (x * 10).astype(.int32).sum() }.backward() })
    // backward: an array of int64 has no derivative. Differentiate a floating-point result.

    let w = NDArray.ones([2, 3])
    print(message { record { matmul(x, w) }.backward() })
    // matmul: the shapes (3,) and (2, 3) do not match: the last extent of the first must equal the last but one of the
    // second (or its only one), and the axes before must broadcast

    let p = NDArray([0.5, 0, 0.5]).attachingGrad()
    func step() { record(label: "entropy", file: "Loss.swift", line: 7) { -(p * log(p)).sum() }.backward() }
    tracingNaN(report: { print($0) }, step)
    // tracingNaN: log made 1 infinity of 3 out of finite inputs
    //   result  float32 (3,) from -inf to -0.6931, the first is -inf at [1]
    //   input   float32 (3,) from 0 to 0.5
    //   in      record(label: "entropy") at Loss.swift:7
    //   from
    //     log (3,)
    //       variable (3,)

    record { -xlogy(p, p).sum() }.backward()
    let entropy = record { which(p .> 0, -p * log(p), 0).sum() }
    entropy.backward()
    print(p.grad)  // [-0.30685282  0.         -0.30685282]

    let (used, forgotten) = (NDArray([3, 4]).attachingGrad(), NDArray([1, 2]).attachingGrad())
    record { (used * used).sum() }.backward()
    print(gradientReport(of: ["used": used, "forgotten": forgotten]))
    // gradients: 1 of 2 reached by the last backward
    //   name       shape  state          norm  largest  zeros  NaN  infinite
    //   forgotten  (2,)   never reached
    //   used       (2,)   reached          10        8      0    0         0
    print(message { _ = grad(of: record { (used * used).sum() }, wrt: forgotten) })
    // grad: variable 0 of shape (2,) is unreachable: the graph does not use it. Was it attached before record { }, and
    // neither detached nor attached anew since?

    let scale = x.detached()
    print(message { record { (scale * 2).sum() }.backward() })
    // backward: this array was recorded, but depends on no array with a gradient. Call attachGrad() on the variables before
    // record { }; detached() and pause { } cut the graph.

    var late = NDArray([1, 2])
    let z = record { (late * late).sum() }
    late.attachGrad(file: "Training.swift", line: 20)
    print(message { z.backward() })
    // backward: a gradient was attached at Training.swift:20, after the array had been used. Call attachGrad() before
    // record { }.

    let (prediction, target) = (NDArray([[1], [2], [3]]), NDArray([1, 2, 3]))
    print((prediction - target).shape)  // (3, 3)
    print(message { _ = mseLoss(prediction, target) })
    // mseLoss: the prediction has the shape (3, 1), the target (3,); they must be equal. Reshape one of them.

    let shared = record { x * x }
    record { shared.sum() }.backward(file: "Training.swift", line: 30)
    let second = record { (shared * 2).sum() }
    print(message { second.backward() })
    // backward: the graph of this array was freed by the backward at Training.swift:30. To differentiate twice, pass
    // retainGraph: true to the first.
    print(graph(second))
    // 3 operations keep 16 B; no array receives a gradient
    // #4 reshape () of float32, reads the memory of #3
    //   #3 sum (1,) of float32, keeps 4 B
    //     #2 multiply (3,) of float32, keeps 12 B
    //       #0 multiply (3,) of float32, freed by the backward at Training.swift:30
    //       #1 2.0
  }
}
