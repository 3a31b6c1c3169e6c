import Autograd

/// softmax(q kᵀ / √width) v over the last two axes, (..., queries, width) and (..., keys, width).
///
/// Where `mask` is false (it broadcasts to (..., queries, keys)) a query does not look; nor, if `isCausal`, at keys
/// that come after it. A query that may look nowhere gets the mean of all values.
public func scaledDotProductAttention(
  _ q: NDArray, _ k: NDArray, _ v: NDArray, mask: NDArray? = nil, isCausal: Bool = false, dropout p: Double = 0
) -> NDArray {
  guard q.rank >= 2, k.rank == q.rank, v.rank == q.rank, q.shape.last == k.shape.last,
    k.shape[k.rank - 2] == v.shape[v.rank - 2]
  else {
    mistake(
      .shape,
      "scaledDotProductAttention: queries \(q.shape), keys \(k.shape), values \(v.shape); expected (..., queries, "
        + "width), (..., keys, width), (..., keys, any)")
    return q
  }
  let width = Double(max(1, q.shape[q.rank - 1]))
  var scores = matmul(q * (1 / width.squareRoot()), k.swappedAxes(-1, -2))
  // A finite number, so that a row of nothing else is uniform, not NaN.
  if isCausal { scores = which(causalMask(q.shape[q.rank - 2], k.shape[k.rank - 2]), scores, -1e30) }
  if let mask { scores = which(mask, scores, -1e30) }
  return matmul(dropout(softmax(scores), p: p), v)
}

/// Whether each query (row) comes no earlier than each key (column).
private func causalMask(_ queries: Int, _ keys: Int) -> NDArray {
  NDArray.arange(queries).reshaped([queries, 1]) .>= NDArray.arange(keys)
}

/// The mask that hides what pads sequences to a common length: true where an element is real, (batch, 1, 1, count).
///
/// ```swift
/// paddingMask(lengths: [1, 3], count: 3)[0, 0, 0]  // array([ True, False, False])
/// ```
public func paddingMask(lengths: [Int], count: Int) -> NDArray {
  let ends = NDArray(lengths).reshaped([lengths.count, 1, 1, 1])
  return NDArray.arange(count, dtype: .int64) .< ends
}

/// Attention by several heads, each on its part of the width: (batch, time, width) to the same shape.
///
/// The weights are named and laid out as in PyTorch's `MultiheadAttention`.
///
/// ```swift
/// let attention = MultiHeadAttention(16, heads: 4)
/// let x = NDArray.ones([2, 5, 16])
/// attention(x, isCausal: true).shape  // (2, 5, 16)
/// ```
public final class MultiHeadAttention: Module {
  /// Shape (3 · width, width): the maps to queries, keys and values.
  public let inProjWeight: Parameter
  public let inProjBias: Parameter
  public let outProj: Dense
  private let width: Int
  private let heads: Int
  private let dropout: Double

  /// `heads` divides `width`.
  public init(_ width: Int, heads: Int, dropout: Double = 0) {
    if heads < 1 || width % max(heads, 1) != 0 {
      mistake(.value, "MultiHeadAttention: \(heads) heads do not divide a width of \(width)")
    }
    (self.width, self.heads, self.dropout) = (width, heads, dropout)
    inProjWeight = Parameter(.xavierUniform)
    inProjBias = Parameter(.zeros)
    outProj = Dense(width)
  }

  /// The attention of `x` to itself, or to another sequence; masks as in `scaledDotProductAttention`, with the shape
  /// (batch, heads, queries, keys) or one that broadcasts to it.
  public func callAsFunction(
    _ x: NDArray, to other: NDArray? = nil, mask: NDArray? = nil, isCausal: Bool = false
  ) -> NDArray {
    for sequence in [x, other ?? x] where sequence.rank != 3 || sequence.shape[2] != width {
      mistake(
        .shape, "MultiHeadAttention: a sequence of shape \(sequence.shape); expected (batch, time, \(width))")
      return x
    }
    let (q, k, v) = projected(x, other)
    let p = isTraining ? dropout : 0
    let y = scaledDotProductAttention(split(q), split(k), split(v), mask: mask, isCausal: isCausal, dropout: p)
    return outProj(y.swappedAxes(1, 2).reshaped([x.shape[0], x.shape[1], width]))
  }

  private func projected(_ x: NDArray, _ other: NDArray?) -> (NDArray, NDArray, NDArray) {
    let w = inProjWeight.value([3 * width, width], for: x, in: "MultiHeadAttention")
    let b = inProjBias.value([3 * width], for: x, in: "MultiHeadAttention")
    guard let other else {
      let parts = linear(x, w, b).split(3, axis: 2)
      return (parts[0], parts[1], parts[2])
    }
    let parts = linear(other, w[width...], b[width...]).split(2, axis: 2)
    return (linear(x, w[0..<width], b[0..<width]), parts[0], parts[1])
  }

  /// (batch, time, width) as (batch, heads, time, width / heads).
  private func split(_ x: NDArray) -> NDArray {
    x.reshaped([x.shape[0], x.shape[1], heads, width / heads]).swappedAxes(1, 2)
  }
}
