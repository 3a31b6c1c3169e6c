import Autograd

/// Sets elements to 0 at random in training mode, and scales the others so that the mean stays; else the identity.
public struct Dropout: Layer, Sendable {
  private let probability: Double

  /// Drops each element with this probability.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func callAsFunction(_ x: NDArray) -> NDArray { dropout(x, p: probability) }
}
