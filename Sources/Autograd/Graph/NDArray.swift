/// An n-dimensional array of numbers with NumPy's behaviour, which differentiates the code that uses it.
///
/// An array is a value: writing to one never changes another. Its type of element is `dtype`, float32 by default.
/// Work on large arrays is done when a value is needed; nobody notices, except that it is fused into few passes.
///
/// ```swift
/// var x = NDArray.arange(4)
/// x.attachGrad()
/// let y = record { 2 * dot(x, x) }
/// y.backward()
/// print(x.grad)  // [ 0.  4.  8. 12.]
/// ```
public struct NDArray: Sendable {
  var node: Node

  init(_ node: Node) { self.node = node }
}

extension NDArray {
  /// The extents of the axes; `[]` for a scalar.
  public var shape: Shape { node.shape }

  /// The type of the elements.
  public var dtype: DType { node.dtype }

  /// The number of axes.
  public var rank: Int { node.shape.rank }

  /// The number of elements.
  public var elementCount: Int { node.shape.elementCount }
}

/// What a backward does with the gradient of an array.
public enum GradientRequest: Sendable {
  /// Replaces the old gradient.
  case write
  /// Adds to the old gradient.
  case add
  /// Keeps no gradient.
  case null
}

/// The gradient of one variable, shared by all the arrays that are this variable.
final class GradientSlot: @unchecked Sendable {
  let request: GradientRequest
  /// Guarded by the graph lock.
  var gradient: NDArray
  /// Whether no backward has reached the variable since it got a gradient or was last written to.
  var isStale = true
  /// The number of the last backward that reached the variable; 0 for none.
  var backward = 0
  /// What is done to the gradient when it has arrived.
  var hooks: [@Sendable (NDArray) -> NDArray?] = []

  init(_ request: GradientRequest, gradient: NDArray) {
    self.request = request
    self.gradient = gradient
  }
}
