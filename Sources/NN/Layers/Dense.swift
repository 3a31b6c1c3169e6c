import Autograd

/// A linear map of the last axis, x Wᵀ + b, and perhaps an activation: PyTorch's `Linear`.
///
/// `weight` has the shape (outputs, inputs), `bias` (outputs). The number of inputs is known at the first call.
///
/// ```swift
/// let layer = Dense(10, activation: .relu)
/// layer(NDArray.ones([32, 64])).shape  // (32, 10)
/// layer.weight.value.shape  // (10, 64)
/// ```
public final class Dense: Module, Layer {
  public let weight: Parameter
  public let bias: Parameter?
  public let activation: Activation?
  private let outputs: Int

  public init(
    _ outputs: Int, activation: Activation? = nil, bias: Bool = true, initializer: Initializer = .fanIn,
    biasInitializer: Initializer = .zeros
  ) {
    self.outputs = outputs
    self.activation = activation
    weight = Parameter(initializer)
    self.bias = bias ? Parameter(biasInitializer) : nil
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard let inputs = x.shape.last else {
      mistake(.shape, "Dense: the input is a scalar; expected at least one axis, the last of which is mapped")
      return x
    }
    let w = weight.value([outputs, inputs], for: x, in: "Dense")
    let y = linear(x, w, bias?.value([outputs], for: x, in: "Dense"))
    return activation.map { $0(y) } ?? y
  }
}

/// x Wᵀ + b over the last axis: one product of two matrices, however many axes there are.
func linear(_ x: NDArray, _ weight: NDArray, _ bias: NDArray?) -> NDArray {
  let rows = x.rank > 2 ? x.reshaped([-1, x.shape[x.rank - 1]]) : x
  var y = matmul(rows, weight.T)
  if let bias { y = y + bias }
  return x.rank > 2 ? y.reshaped(x.shape.dropLast() + [weight.shape[0]]) : y
}
