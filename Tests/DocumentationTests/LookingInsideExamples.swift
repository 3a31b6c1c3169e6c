import Autograd
import Testing

/// The examples of `LookingInside.md`.
@Suite struct LookingInsideExamples: Examples {
  @Test func lookingInside() {
    let x = NDArray([1, 2, 3]).attachingGrad()
    let w = NDArray([[1, 0, 0], [0, 1, 0]]).attachingGrad()
    let y = record { tanh(matmul(w, x)).sum() }
    print(graph(y, names: ["x": x, "w": w]))
    // 6 operations keep 20 B; a gradient goes to w, x
    // #7 reshape () of float32, reads the memory of #6
    //   #6 sum (1,) of float32, keeps 4 B
    //     #5 tanh (2,) of float32, keeps 8 B
    //       #4 reshape (2,) of float32, reads the memory of #3
    //         #3 matmul (2, 1) of float32, keeps 8 B
    //           #0 w (2, 3) of float32, receives a gradient
    //           #2 reshape (3, 1) of float32, reads the memory of #1
    //             #1 x (3,) of float32, receives a gradient

    y.backward()
    let unused = NDArray([1, 2]).attachingGrad()
    print(gradientReport(of: ["x": x, "w": w, "unused": unused]))
    // gradients: 2 of 3 reached by the last backward
    //   name    shape   state            norm  largest  zeros  NaN  infinite
    //   unused  (2,)    never reached
    //   w       (2, 3)  reached         1.593     1.26      0    0         0
    //   x       (3,)    reached        0.4259     0.42      1    0         0

    x.onGradient { clip($0, -0.1, 0.1) }
    record { (x * x).sum() }.backward()
    print(x.grad)  // [0.1 0.1 0.1]

    let v = NDArray([4, 1, 0]).attachingGrad()
    func step() {
      record(label: "norm", file: "Norm.swift", line: 3) { sqrt(v * 2).sum() }.backward()
    }
    tracingNaN(report: { print($0) }, step)
    // tracingNaN: in the backward of sqrt, divide made 1 infinity of 3 out of finite inputs
    //   result  float32 (3,) from 0.1768 to inf, the first is inf at [2]
    //   input   float32 (), 0.5
    //   input   float32 (3,) from 0 to 2.828
    //   in      record(label: "norm") at Norm.swift:3
    //   from
    //     divide (3,)
    //       number 0.5
    //       sqrt (3,)
    //         multiply (3,)
    //           variable (3,)
    //           number 2

    let m = NDArray.ones([128, 128])
    func product() -> NDArray { tanh(matmul(m, m)) }
    profile(report: { print($0.kernels.map(\.name).sorted()) }, product)
    // ["loop: tanh", "matmul", "scheduling"]

    print(checkGradients(of: { tanh($0) * $0 }, at: NDArray([0.5, -2]), order: 2).passes)  // true
  }
}
