import Autograd
import NN
import Testing

@Suite struct InitializerTests {
  private func deviation(_ initializer: Initializer, _ shape: Shape) -> Double {
    seed(1)
    return initializer(shape).std().item()
  }

  @Test func deviationsFollowInputsAndOutputs() {
    let shape: Shape = [200, 50, 3, 3]
    let (inputs, outputs) = (450.0, 1800.0)
    let expected: [(Initializer, Double)] = [
      (.xavierUniform, (2 / (inputs + outputs)).squareRoot()), (.xavierNormal, (2 / (inputs + outputs)).squareRoot()),
      (.heUniform, (2 / inputs).squareRoot()), (.heNormal, (2 / inputs).squareRoot()),
      (.fanIn, (1 / (3 * inputs)).squareRoot()), (.normal(std: 0.5), 0.5), (.uniform(-3, 3), 3.0.squareRoot()),
    ]
    for (initializer, std) in expected { #expect(abs(deviation(initializer, shape) / std - 1) < 0.01) }
  }

  @Test func constants() {
    #expect(Initializer.zeros([2]) == NDArray([0, 0]))
    #expect(Initializer.ones([2], dtype: .float64) == NDArray.ones([2], dtype: .float64))
    #expect(Initializer.constant(3)([1]) == NDArray([3]))
  }

  @Test(arguments: [[4, 9], [9, 4], [5, 5], [3, 2, 2]]) func orthogonalRowsOrColumns(_ extents: [Int]) {
    let w = Initializer.orthogonal(gain: 2)(Shape(extents), dtype: .float64).reshaped([extents[0], -1])
    let product = w.shape[0] <= w.shape[1] ? matmul(w, w.T) : matmul(w.T, w)
    #expect(isClose(product, 4 * NDArray.eye(product.shape[0], dtype: .float64), 1e-12))
  }

  @Test func orthogonalNeedsAMatrix() {
    #expect(message { _ = Initializer.orthogonal()([3]) }.contains("not that of a matrix"))
  }
}
