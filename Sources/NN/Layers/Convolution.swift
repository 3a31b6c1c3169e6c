import Autograd

/// A number for both axes of an image, or one each: `3` or `[3, 5]` (vertical, horizontal).
public struct IntOrPair: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  let values: (Int, Int)
  var list: [Int] { [values.0, values.1] }

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

/// What convolutions share: weights, whose shape is known when an input tells the channels, and an activation.
///
/// `weight` has the shape (outputs, channels / groups, ...), where transposed (channels, outputs / groups, ...), with
/// the extents of the kernel at the end; `bias` has the shape (outputs).
public class Convolution: Module, Layer {
  public let weight: Parameter
  public let bias: Parameter?
  private let outputs: Int
  private let kernel: [Int]
  private let groups: Int
  private let isTransposed: Bool
  private let activation: Activation?
  private let convolve: (NDArray, NDArray, NDArray?) -> NDArray

  fileprivate init(
    _ outputs: Int, kernel: [Int], groups: Int, activation: Activation?, bias: Bool, initializer: Initializer,
    isTransposed: Bool = false, convolve: @escaping (_ x: NDArray, _ w: NDArray, _ bias: NDArray?) -> NDArray
  ) {
    (self.outputs, self.kernel, self.groups, self.isTransposed) = (outputs, kernel, groups, isTransposed)
    (self.activation, self.convolve) = (activation, convolve)
    weight = Parameter(initializer)
    self.bias = bias ? Parameter(.zeros) : nil
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    let name = "\(type(of: self))"
    guard x.rank == kernel.count + 2, groups > 0, x.shape[1] % groups == 0, outputs % groups == 0 else {
      mistake(
        .shape,
        "\(name): an input of shape \(x.shape), \(outputs) outputs in \(groups) groups; expected (batch, channels"
          + "\(kernel.count == 1 ? ", length" : ", height, width")), and groups that divide channels and outputs")
      return x
    }
    let channels = isTransposed ? [x.shape[1], outputs / groups] : [outputs, x.shape[1] / groups]
    let w = weight.value(Shape(channels + kernel), for: x, in: name)
    let y = convolve(x, w, bias?.value([outputs], for: x, in: name))
    return activation.map { $0(y) } ?? y
  }
}

/// A convolution over images of shape (batch, channels, height, width).
///
/// ```swift
/// let layer = Conv2D(16, kernel: 3, pad: 1, activation: .relu)
/// layer(NDArray.ones([2, 3, 8, 8])).shape  // (2, 16, 8, 8)
/// layer.weight.value.shape  // (16, 3, 3, 3)
/// ```
public final class Conv2D: Convolution {
  public init(
    _ outputs: Int, kernel: IntOrPair, stride: IntOrPair = 1, pad: IntOrPair = 0, dilation: IntOrPair = 1,
    groups: Int = 1, activation: Activation? = nil, bias: Bool = true, initializer: Initializer = .fanIn
  ) {
    super.init(
      outputs, kernel: kernel.list, groups: groups, activation: activation, bias: bias, initializer: initializer
    ) { x, w, bias in
      conv2d(x, w, bias, stride: stride.values, pad: pad.values, dilation: dilation.values, groups: groups)
    }
  }
}

/// A convolution over sequences of shape (batch, channels, length).
///
/// ```swift
/// Conv1D(16, kernel: 3)(NDArray.ones([2, 4, 10])).shape  // (2, 16, 8)
/// ```
public final class Conv1D: Convolution {
  public init(
    _ outputs: Int, kernel: Int, stride: Int = 1, pad: Int = 0, dilation: Int = 1, groups: Int = 1,
    activation: Activation? = nil, bias: Bool = true, initializer: Initializer = .fanIn
  ) {
    super.init(
      outputs, kernel: [kernel], groups: groups, activation: activation, bias: bias, initializer: initializer
    ) { x, w, bias in conv1d(x, w, bias, stride: stride, pad: pad, dilation: dilation, groups: groups) }
  }
}

/// A transposed convolution over images, which makes them larger: see `convTranspose2d`.
///
/// ```swift
/// ConvTranspose2D(3, kernel: 4, stride: 2, pad: 1)(NDArray.ones([2, 16, 8, 8])).shape  // (2, 3, 16, 16)
/// ```
public final class ConvTranspose2D: Convolution {
  public init(
    _ outputs: Int, kernel: IntOrPair, stride: IntOrPair = 1, pad: IntOrPair = 0, outputPad: IntOrPair = 0,
    dilation: IntOrPair = 1, groups: Int = 1, activation: Activation? = nil, bias: Bool = true,
    initializer: Initializer = .fanIn
  ) {
    super.init(
      outputs, kernel: kernel.list, groups: groups, activation: activation, bias: bias, initializer: initializer,
      isTransposed: true
    ) { x, w, bias in
      convTranspose2d(
        x, w, bias, stride: stride.values, pad: pad.values, outputPad: outputPad.values, dilation: dilation.values,
        groups: groups)
    }
  }
}

/// A transposed convolution over sequences, which makes them longer: see `convTranspose2d`.
public final class ConvTranspose1D: Convolution {
  public init(
    _ outputs: Int, kernel: Int, stride: Int = 1, pad: Int = 0, outputPad: Int = 0, dilation: Int = 1, groups: Int = 1,
    activation: Activation? = nil, bias: Bool = true, initializer: Initializer = .fanIn
  ) {
    super.init(
      outputs, kernel: [kernel], groups: groups, activation: activation, bias: bias, initializer: initializer,
      isTransposed: true
    ) { x, w, bias in
      convTranspose1d(
        x, w, bias, stride: stride, pad: pad, outputPad: outputPad, dilation: dilation, groups: groups)
    }
  }
}
