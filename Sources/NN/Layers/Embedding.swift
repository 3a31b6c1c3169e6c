import Autograd

/// A vector for each of `count` ids: integers of shape (...) become (..., width).
///
/// ```swift
/// let table = Embedding(1000, 16)
/// table(NDArray([3, 1, 4], dtype: .int64)).shape  // (3, 16)
/// ```
public final class Embedding: Module, Layer {
  /// Shape (count, width).
  public let weight: Parameter

  public init(_ count: Int, _ width: Int, initializer: Initializer = .normal(std: 1)) {
    weight = Parameter(initializer, shape: [count, width])
  }

  public func callAsFunction(_ ids: NDArray) -> NDArray { embedding(ids, weight.value) }
}
