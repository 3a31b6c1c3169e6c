import Autograd

/// How the first value of a parameter is drawn.
///
/// The inputs and outputs of a weight of shape (outputs, inputs, ...) are counted with the extents of its other axes,
/// as in PyTorch: a kernel of shape (16, 3, 5, 5) has 75 inputs and 400 outputs.
///
/// ```swift
/// let weight = Initializer.heNormal([128, 64])
/// let bias = Initializer.zeros([128])
/// ```
public struct Initializer: Sendable {
  private let draw: @Sendable (Shape, DType) -> NDArray

  /// An initialiser of your own.
  public init(_ draw: @escaping @Sendable (_ shape: Shape, _ dtype: DType) -> NDArray) { self.draw = draw }

  /// A value of this shape.
  public func callAsFunction(_ shape: Shape, dtype: DType = .float32) -> NDArray { draw(shape, dtype) }
}

extension Initializer {
  /// All zeros.
  public static let zeros = constant(0)

  /// All ones.
  public static let ones = constant(1)

  /// One number everywhere.
  public static func constant(_ value: Double) -> Initializer {
    Initializer { NDArray.full($0, value, dtype: $1) }
  }

  /// The normal distribution with a standard deviation.
  public static func normal(std: Double = 0.01, mean: Double = 0) -> Initializer {
    Initializer { NDArray.normal($0, mean: mean, std: std, dtype: $1) }
  }

  /// The uniform distribution over `low ..< high`.
  public static func uniform(_ low: Double, _ high: Double) -> Initializer {
    Initializer { NDArray.uniform($0, low: low, high: high, dtype: $1) }
  }

  /// Xavier's, also called Glorot's: uniform over ± √(6 / (inputs + outputs)).
  public static let xavierUniform = uniform { (6 / Double($0.inputs + $0.outputs)).squareRoot() }

  /// Xavier's, also called Glorot's: normal with the variance 2 / (inputs + outputs).
  public static let xavierNormal = normal { (2 / Double($0.inputs + $0.outputs)).squareRoot() }

  /// He's, also called Kaiming's, for layers before a rectifier: uniform over ± √(6 / inputs).
  public static let heUniform = uniform { (6 / Double($0.inputs)).squareRoot() }

  /// He's, also called Kaiming's, for layers before a rectifier: normal with the variance 2 / inputs.
  public static let heNormal = normal { (2 / Double($0.inputs)).squareRoot() }

  /// Uniform over ± 1 / √inputs: the default of dense and convolutional layers, as in PyTorch and MLX.
  public static let fanIn = uniform { 1 / Double($0.inputs).squareRoot() }

  /// Orthogonal rows, or columns where there are more rows: QᵀQ = gain² · 1. The axes after the first count as one.
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype in
      guard shape.rank >= 2, shape.elementCount > 0 else {
        mistake(.shape, "Initializer.orthogonal: the shape \(shape) is not that of a matrix")
        return .zeros(shape, dtype: dtype)
      }
      let rows = shape[0]
      let columns = shape.elementCount / rows
      let tall = orthonormal(max(rows, columns), min(rows, columns))
      return (gain * (rows < columns ? tall.T : tall)).reshaped(Array(shape)).astype(dtype)
    }
  }

  /// A random matrix with orthonormal columns: A R⁻¹ with AᵀA = RᵀR, twice for accuracy.
  private static func orthonormal(_ rows: Int, _ columns: Int) -> NDArray {
    var q = NDArray.normal([rows, columns], dtype: .float64)
    for _ in 0..<2 { q = solve(cholesky(matmul(q.T, q)), q.T).T }
    return q
  }

  private static func uniform(_ bound: @escaping @Sendable (Fans) -> Double) -> Initializer {
    Initializer { shape, dtype in
      let bound = bound(Fans(shape))
      return NDArray.uniform(shape, low: -bound, high: bound, dtype: dtype)
    }
  }

  private static func normal(_ std: @escaping @Sendable (Fans) -> Double) -> Initializer {
    Initializer { NDArray.normal($0, std: std(Fans($0)), dtype: $1) }
  }
}

/// How many inputs each output of a weight has, and how many outputs each input.
private struct Fans {
  let inputs: Int
  let outputs: Int

  init(_ shape: Shape) {
    let field = shape.dropFirst(2).reduce(1, *)
    inputs = max(1, (shape.count > 1 ? shape[1] : shape.first ?? 1) * field)
    outputs = max(1, (shape.first ?? 1) * field)
  }
}
