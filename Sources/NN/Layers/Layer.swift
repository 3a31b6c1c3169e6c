import Autograd

/// A function of one array: what `Sequential` is made of. Layers with parameters are modules, the others are values.
public protocol Layer {
  func callAsFunction(_ x: NDArray) -> NDArray
}

/// Layers one after the other.
///
/// ```swift
/// let network = Sequential(Flatten(), Dense(64, activation: .relu), Dropout(0.2), Dense(10))
/// network(NDArray.ones([32, 8, 8])).shape  // (32, 10)
/// ```
public final class Sequential: Module, Layer, PartsWithoutLabel {
  /// The layers, in order.
  public let layers: [any Layer]

  public init(_ layers: any Layer...) { self.layers = layers }
  public init(_ layers: [any Layer]) { self.layers = layers }

  public func callAsFunction(_ x: NDArray) -> NDArray { layers.reduce(x) { $1($0) } }
}

/// A function of one array as a layer.
///
/// ```swift
/// let halved = Sequential(Dense(4), Lambda { $0 / 2 })
/// ```
public struct Lambda: Layer {
  private let function: (NDArray) -> NDArray

  public init(_ function: @escaping (NDArray) -> NDArray) { self.function = function }

  public func callAsFunction(_ x: NDArray) -> NDArray { function(x) }
}

/// Makes one axis of those from `start` on: (batch, channels, height, width) becomes (batch, features).
public struct Flatten: Layer {
  private let start: Int

  public init(from start: Int = 1) { self.start = start }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard (0..<max(x.rank, 1)).contains(start) else {
      mistake(.axis, "Flatten: an input of shape \(x.shape) has no axis \(start)")
      return x
    }
    return x.reshaped(x.shape.prefix(start) + [x.shape.dropFirst(start).reduce(1, *)])
  }
}

/// An elementwise function between layers, by name where a layer takes one: `Dense(10, activation: .relu)`.
public struct Activation: Layer, Sendable, CustomStringConvertible {
  public let description: String
  private let function: @Sendable (NDArray) -> NDArray

  /// A function of your own.
  public init(_ name: String, _ function: @escaping @Sendable (NDArray) -> NDArray) {
    description = name
    self.function = function
  }

  public func callAsFunction(_ x: NDArray) -> NDArray { function(x) }

  public static let relu = Activation("relu") { Autograd.relu($0) }
  public static let leakyRelu = Activation("leakyRelu") { Autograd.leakyRelu($0) }
  public static let elu = Activation("elu") { Autograd.elu($0) }
  public static let gelu = Activation("gelu") { Autograd.gelu($0) }
  public static let silu = Activation("silu") { Autograd.silu($0) }
  public static let sigmoid = Activation("sigmoid") { Autograd.sigmoid($0) }
  public static let tanh = Activation("tanh") { Autograd.tanh($0) }
  public static let softplus = Activation("softplus") { Autograd.softplus($0) }
  public static let softmax = Activation("softmax") { Autograd.softmax($0) }
}
