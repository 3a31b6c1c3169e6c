import Autograd

private struct Input: Decodable {
  let x: [Double]
  let n: Int
}

/// The coefficients of a polynomial that is to fit the sign function at `n` points.
private struct Problem {
  let x: NDArray
  let n: Int

  init(_ input: Input) {
    x = NDArray(input.x).attachingGrad()
    n = input.n
  }

  func objective() -> NDArray {
    let t = NDArray.arange(n, dtype: .float64) * (2 / Double(n - 1)) - 1
    return 0.5 * square(sign(t) - polynomial(of: t)).sum()
  }

  /// x₀ + x₁ t + x₂ t² ..., in blocks of 16 coefficients: the blocks are one product with 1, t ... t¹⁵, and their sum
  /// takes powers of t¹⁶.
  private func polynomial(of t: NDArray) -> NDArray {
    let blocks = (x.elementCount + 15) / 16
    let coefficients = x.padded([(0, 16 * blocks - x.elementCount)]).reshaped([blocks, 16])
    let t16 = square(square(square(square(t))))
    return (matmul(powers(of: t, 16), coefficients.T) * powers(of: t16, blocks)).sum(axis: 1)
  }

  /// 1, t, t² ... as columns: each round doubles how many there are.
  private func powers(of t: NDArray, _ count: Int) -> NDArray {
    var result = NDArray.ones([n, 1], dtype: .float64)
    var next = t.expandedDims(1)
    while result.shape[1] < count {
      result = concatenate([result, result * next], axis: 1)
      next = square(next)
    }
    return result[0..., ..<count]
  }
}

extension Module {
  /// The sum of the squared errors of a polynomial.
  static let leastSquares = Module(
    name: "llsq",
    functions: [
      "primal": .number(prepare: Problem.init) { $0.objective() },
      "gradient": .vector(prepare: Problem.init) { problem in
        record { problem.objective() }.backward()
        return problem.x.grad
      },
    ])
}
