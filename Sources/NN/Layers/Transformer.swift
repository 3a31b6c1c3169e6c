import Autograd

/// What the blocks of a Transformer share: attention of a sequence, (batch, time, width), to itself, and a network of
/// two layers; each is added to its input and normalised, or, with `normFirst`, normalised before.
public class TransformerLayer: Module {
  public let selfAttn: MultiHeadAttention
  public let linear1: Dense
  public let linear2: Dense
  public let norm1 = LayerNorm()
  public let norm2 = LayerNorm()
  private let normFirst: Bool
  private let dropout: Dropout

  /// `hidden` is the width between the two layers.
  public required init(
    _ width: Int, heads: Int, hidden: Int, dropout: Double = 0.1, activation: Activation = .relu,
    normFirst: Bool = false
  ) {
    selfAttn = MultiHeadAttention(width, heads: heads, dropout: dropout)
    linear1 = Dense(hidden, activation: activation)
    linear2 = Dense(width)
    self.normFirst = normFirst
    self.dropout = Dropout(dropout)
  }

  /// x + f(x) with a norm before `f` or after the sum.
  fileprivate func residual(_ x: NDArray, _ norm: LayerNorm, _ f: (NDArray) -> NDArray) -> NDArray {
    normFirst ? x + dropout(f(norm(x))) : norm(x + dropout(f(x)))
  }

  fileprivate func feedForward(_ x: NDArray) -> NDArray { linear2(dropout(linear1(x))) }
}

/// A block of a Transformer that looks at one sequence, (batch, time, width).
///
/// The weights are named and laid out as in PyTorch's `TransformerEncoderLayer`.
public final class TransformerEncoderLayer: TransformerLayer {
  /// Masks as in `MultiHeadAttention`.
  public func callAsFunction(_ x: NDArray, mask: NDArray? = nil, isCausal: Bool = false) -> NDArray {
    let x = residual(x, norm1) { selfAttn($0, mask: mask, isCausal: isCausal) }
    return residual(x, norm2, feedForward)
  }
}

/// A block of a Transformer that writes one sequence and looks at another, the memory: attention to itself (causal
/// unless told otherwise), attention to the memory, then a network of two layers.
///
/// The weights are named and laid out as in PyTorch's `TransformerDecoderLayer`.
public final class TransformerDecoderLayer: TransformerLayer {
  public let multiheadAttn: MultiHeadAttention
  public let norm3 = LayerNorm()

  /// `hidden` is the width between the two layers.
  public required init(
    _ width: Int, heads: Int, hidden: Int, dropout: Double = 0.1, activation: Activation = .relu,
    normFirst: Bool = false
  ) {
    multiheadAttn = MultiHeadAttention(width, heads: heads, dropout: dropout)
    super.init(
      width, heads: heads, hidden: hidden, dropout: dropout, activation: activation, normFirst: normFirst)
  }

  /// Masks as in `MultiHeadAttention`: `mask` for the sequence itself, `memoryMask` for the memory.
  public func callAsFunction(
    _ x: NDArray, memory: NDArray, mask: NDArray? = nil, memoryMask: NDArray? = nil, isCausal: Bool = true
  ) -> NDArray {
    var x = residual(x, norm1) { selfAttn($0, mask: mask, isCausal: isCausal) }
    x = residual(x, norm2) { multiheadAttn($0, to: memory, mask: memoryMask) }
    return residual(x, norm3, feedForward)
  }
}

/// What the stacks of a Transformer share: blocks one after the other, and a norm after the last where they normalise
/// first.
public class TransformerStack<Block: TransformerLayer>: Module {
  public let layers: [Block]
  public let norm: LayerNorm?

  /// `norm` tells whether there is one at the end.
  public init(
    _ width: Int, heads: Int, hidden: Int, numLayers: Int, dropout: Double = 0.1, activation: Activation = .relu,
    normFirst: Bool = false, norm: Bool? = nil
  ) {
    layers = (0..<max(0, numLayers)).map { _ in
      Block(width, heads: heads, hidden: hidden, dropout: dropout, activation: activation, normFirst: normFirst)
    }
    self.norm = norm ?? normFirst ? LayerNorm() : nil
  }

  fileprivate func through(_ x: NDArray, _ block: (NDArray, Block) -> NDArray) -> NDArray {
    let y = layers.reduce(x, block)
    return norm.map { $0(y) } ?? y
  }
}

/// Blocks of a Transformer that look at one sequence.
///
/// The weights are named as in PyTorch's `TransformerEncoder`: `layers.0.self_attn.in_proj_weight`.
///
/// ```swift
/// let encoder = TransformerEncoder(16, heads: 4, hidden: 64, numLayers: 2, normFirst: true)
/// encoder(NDArray.ones([2, 5, 16]), isCausal: true).shape  // (2, 5, 16)
/// ```
public final class TransformerEncoder: TransformerStack<TransformerEncoderLayer> {
  /// Masks as in `MultiHeadAttention`.
  public func callAsFunction(_ x: NDArray, mask: NDArray? = nil, isCausal: Bool = false) -> NDArray {
    through(x) { $1($0, mask: mask, isCausal: isCausal) }
  }
}

/// Blocks of a Transformer that look at a memory. The weights are named as in PyTorch's `TransformerDecoder`.
public final class TransformerDecoder: TransformerStack<TransformerDecoderLayer> {
  /// Masks as in `TransformerDecoderLayer`.
  public func callAsFunction(
    _ x: NDArray, memory: NDArray, mask: NDArray? = nil, memoryMask: NDArray? = nil, isCausal: Bool = true
  ) -> NDArray {
    through(x) { $1($0, memory: memory, mask: mask, memoryMask: memoryMask, isCausal: isCausal) }
  }
}

/// A Transformer that reads one sequence and writes another, (batch, time, width) each: an encoder, and a decoder that
/// looks at what it made of the first, both with a norm at the end.
///
/// The weights are named as in PyTorch's `Transformer`.
///
/// ```swift
/// let transformer = Transformer(16, heads: 4, hidden: 64)
/// transformer(NDArray.ones([2, 5, 16]), NDArray.ones([2, 3, 16])).shape  // (2, 3, 16)
/// ```
public final class Transformer: Module {
  public let encoder: TransformerEncoder
  public let decoder: TransformerDecoder

  public init(
    _ width: Int, heads: Int, hidden: Int, encoderLayers: Int = 6, decoderLayers: Int = 6, dropout: Double = 0.1,
    activation: Activation = .relu, normFirst: Bool = false
  ) {
    encoder = TransformerEncoder(
      width, heads: heads, hidden: hidden, numLayers: encoderLayers, dropout: dropout, activation: activation,
      normFirst: normFirst, norm: true)
    decoder = TransformerDecoder(
      width, heads: heads, hidden: hidden, numLayers: decoderLayers, dropout: dropout, activation: activation,
      normFirst: normFirst, norm: true)
  }

  /// `sourceMask` tells which elements of the source may be looked at, by both; the target is written causally.
  public func callAsFunction(
    _ source: NDArray, _ target: NDArray, sourceMask: NDArray? = nil, targetMask: NDArray? = nil
  ) -> NDArray {
    let memory = encoder(source, mask: sourceMask)
    return decoder(target, memory: memory, mask: targetMask, memoryMask: sourceMask)
  }
}

/// Sines and cosines of the position, as in the first Transformer: (count, width), to be added to a sequence.
public func positionalEncoding(_ count: Int, _ width: Int) -> NDArray {
  let position = NDArray.arange(count).reshaped([count, 1])
  let frequency = exp(NDArray.arange(0, width, step: 2) * (-9.210340371976184 / Double(width)))  // 10000^(-2i / width)
  let angle = position * frequency
  return stack([sin(angle), cos(angle)], axis: 2).reshaped([count, -1])[0..., 0..<width]
}
