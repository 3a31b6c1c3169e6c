import Autograd
import Testing

/// The examples of `CustomFunctions.md`.
@Suite struct CustomFunctionsExamples: Examples {
  @Test func customFunctions() {
    func softplus(_ x: NDArray) -> NDArray {
      customGradient([x]) { inputs in
        maximum(inputs[0], 0) + log1p(exp(-abs(inputs[0])))
      } backward: { g, inputs, _ in
        [g * sigmoid(inputs[0])]
      }
    }
    let x = NDArray([-1000, 0, 1000]).attachingGrad()
    record { softplus(x) }.backward()
    print(x.grad)  // [0.  0.5 1. ]

    let point = NDArray([-3, 0.5, 2])
    print(checkGradients(of: softplus, at: point, order: 3).passes)  // true

    func doubtful(_ x: NDArray) -> NDArray {
      customGradient([x], { square($0[0]) }, backward: { g, inputs, _ in [g * inputs[0]] })
    }
    let check = checkGradients(of: doubtful, at: NDArray([0, 1, 2]))
    print(check)
    // checkGradients: 1 of 1 wrong
    //   order 1, input 0 of shape (3,): 2 of 3 elements wrong; the worst at [2] is 2.472, but differences give 4.944: an error of 0.712, where 1e-06 is allowed

    func bent(_ x: NDArray) -> NDArray {
      customGradient([x]) { inputs in
        NDArray.computed(inputs[0].shape, from: inputs, as: Float.self) { inputs, output in
          bend(Int32(output.count), inputs[0].baseAddress, output.baseAddress)
        }
      } backward: { g, inputs, _ in
        let slope = NDArray.computed(inputs[0].shape, from: inputs, as: Float.self) { inputs, output in
          bendSlope(Int32(output.count), inputs[0].baseAddress, output.baseAddress)
        }
        return [g * slope]
      }
    }
    print(checkGradients(of: bent, at: point, dtype: .float32).passes)  // true
  }
}

// Stand-ins for functions in C: what Swift sees of them.
private func bend(_ n: Int32, _ x: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>?) {
  for i in 0..<Int(n) { y![i] = x![i] * x![i] * x![i] }
}

private func bendSlope(_ n: Int32, _ x: UnsafePointer<Float>?, _ dy: UnsafeMutablePointer<Float>?) {
  for i in 0..<Int(n) { dy![i] = 3 * x![i] * x![i] }
}
