import Autograd

/// A block of a Transformer that looks at one sequence, (batch, time, width): attention, then a network of two layers,
/// each added to its input and normalised, or, with `normFirst`, normalised before.
///
/// The weights are named and laid out as in PyTorch's `TransformerEncoderLayer`.
public final class TransformerEncoderLayer: Module {
  public let selfAttn: MultiHeadAttention
  public let linear1: Dense
  public let linear2: Dense
  public let norm1 = LayerNorm()
  public let norm2 = LayerNorm()
  private let normFirst: Bool
  private let dropout: Dropout

  /// `hidden` is the width between the two layers.
  public init(
    _ width: Int, heads: Int, hidden: Int, dropout: Double = 0.1, activation: Activation = .relu,
    normFirst: Bool = false
  ) {
    selfAttn = MultiHeadAttention(width, heads: heads, dropout: dropout)
    linear1 = Dense(hidden, activation: activation)
    linear2 = Dense(width)
    self.normFirst = normFirst
    self.dropout = Dropout(dropout)
  }

  /// Masks as in `MultiHeadAttention`.
  public func callAsFunction(_ x: NDArray, mask: NDArray? = nil, isCausal: Bool = false) -> NDArray {
    var x = x
    residual(&x, norm1, normFirst, dropout) { selfAttn($0, mask: mask, isCausal: isCausal) }
    residual(&x, norm2, normFirst, dropout) { linear2(dropout(linear1($0))) }
    return x
  }
}

/// A block of a Transformer that writes one sequence and looks at another, the memory: attention to itself (causal
/// unless told otherwise), attention to the memory, then a network of two layers.
///
/// The weights are named and laid out as in PyTorch's `TransformerDecoderLayer`.
public final class TransformerDecoderLayer: Module {
  public let selfAttn: MultiHeadAttention
  public let multiheadAttn: MultiHeadAttention
  public let linear1: Dense
  public let linear2: Dense
  public let norm1 = LayerNorm()
  public let norm2 = LayerNorm()
  public let norm3 = LayerNorm()
  private let normFirst: Bool
  private let dropout: Dropout

  /// `hidden` is the width between the two layers.
  public init(
    _ width: Int, heads: Int, hidden: Int, dropout: Double = 0.1, activation: Activation = .relu,
    normFirst: Bool = false
  ) {
    selfAttn = MultiHeadAttention(width, heads: heads, dropout: dropout)
    multiheadAttn = MultiHeadAttention(width, heads: heads, dropout: dropout)
    linear1 = Dense(hidden, activation: activation)
    linear2 = Dense(width)
    self.normFirst = normFirst
    self.dropout = Dropout(dropout)
  }

  /// Masks as in `MultiHeadAttention`: `mask` for the sequence itself, `memoryMask` for the memory.
  public func callAsFunction(
    _ x: NDArray, memory: NDArray, mask: NDArray? = nil, memoryMask: NDArray? = nil, isCausal: Bool = true
  ) -> NDArray {
    var x = x
    residual(&x, norm1, normFirst, dropout) { selfAttn($0, mask: mask, isCausal: isCausal) }
    residual(&x, norm2, normFirst, dropout) { multiheadAttn($0, to: memory, mask: memoryMask) }
    residual(&x, norm3, normFirst, dropout) { linear2(dropout(linear1($0))) }
    return x
  }
}

/// x + f(x) with a norm before `f` or after the sum.
private func residual(
  _ x: inout NDArray, _ norm: LayerNorm, _ normFirst: Bool, _ dropout: Dropout, _ f: (NDArray) -> NDArray
) {
  x = normFirst ? x + dropout(f(norm(x))) : norm(x + dropout(f(x)))
}

/// Sines and cosines of the position, as in the first Transformer: (count, width), to be added to a sequence.
public func positionalEncoding(_ count: Int, _ width: Int) -> NDArray {
  let position = NDArray.arange(count).reshaped([count, 1])
  let frequency = exp(NDArray.arange(0, width, step: 2) * (-9.210340371976184 / Double(width)))  // 10000^(-2i / width)
  let angle = position * frequency
  return stack([sin(angle), cos(angle)], axis: 2).reshaped([count, -1])[0..., 0..<width]
}
