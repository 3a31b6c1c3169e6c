import Autograd

/// A number for both axes of an image, or one each: `3` or `[3, 5]` (vertical, horizontal).
public struct IntOrPair: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  let values: (Int, Int)

  public init(integerLiteral value: Int) { self.init(value) }
  public init(_ value: Int) { values = (value, value) }

  public init(arrayLiteral elements: Int...) {
    guard elements.count == 2 else {
      mistake(.value, "IntOrPair: \(elements.count) numbers; expected one, or two (vertical, horizontal)")
      values = (1, 1)
      return
    }
    values = (elements[0], elements[1])
  }
}

/// A convolution over images of shape (batch, channels, height, width).
///
/// `weight` has the shape (outputs, channels / groups, height, width), `bias` (outputs).
///
/// ```swift
/// let layer = Conv2D(16, kernel: 3, pad: 1, activation: .relu)
/// layer(NDArray.ones([2, 3, 8, 8])).shape  // (2, 16, 8, 8)
/// ```
public final class Conv2D: Module, Layer {
  public let weight: Parameter
  public let bias: Parameter?
  private let outputs: Int
  private let kernel, stride, pad, dilation: IntOrPair
  private let groups: Int
  private let activation: Activation?

  public init(
    _ outputs: Int, kernel: IntOrPair, stride: IntOrPair = 1, pad: IntOrPair = 0, dilation: IntOrPair = 1,
    groups: Int = 1, activation: Activation? = nil, bias: Bool = true, initializer: Initializer = .fanIn
  ) {
    self.outputs = outputs
    (self.kernel, self.stride, self.pad, self.dilation) = (kernel, stride, pad, dilation)
    self.groups = groups
    self.activation = activation
    weight = Parameter(initializer)
    self.bias = bias ? Parameter(.zeros) : nil
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard x.rank == 4, groups > 0, x.shape[1] % groups == 0 else {
      mistake(
        .shape,
        "Conv2D: an input of shape \(x.shape) in \(groups) groups; expected (batch, channels, height, width) with "
          + "channels that the groups divide")
      return x
    }
    let shape: Shape = [outputs, x.shape[1] / groups, kernel.values.0, kernel.values.1]
    let y = conv2d(
      x, weight.value(shape, for: x, in: "Conv2D"), bias?.value([outputs], for: x, in: "Conv2D"),
      stride: stride.values, pad: pad.values, dilation: dilation.values, groups: groups)
    return activation.map { $0(y) } ?? y
  }
}
