import Autograd

extension Workload {
  /// Larger networks by primitive operations.
  static let networks = [
    // Each of 64 cells has two products with as many gradients of both factors; the data needs no gradient.
    Workload("lstm_step", needs: .products((6 * 2 - 1) * 32 * 32 * 128 * 512)) {
      let x = Inputs.uniform([32, 32, 128], seed: 1)
      let layers = (0..<2).map { LSTMLayer(seed: 2 + 3 * $0) }
      return gradients(of: layers.flatMap(\.parameters)) { recurrentLoss(x, layers) }
    },
    // Of 1024 tokens with 256 features: the weights, and queries by keys and weights by values of each head.
    Workload("transformer_block", needs: .products(3 * 1024 * (12 * 256 * 256 + 2 * 128 * 256))) {
      let x = Inputs.uniform([8, 128, 256], seed: 1).attachingGrad()
      let block = TransformerBlock()
      return gradients(of: [x] + block.parameters) {
        let y = block(x)
        return (y * y).mean()
      }
    },
  ]

  /// The mean of the squares of the top layer's last output.
  private static func recurrentLoss(_ x: NDArray, _ layers: [LSTMLayer]) -> NDArray {
    var states = layers.map { _ in LSTMLayer.State() }
    for t in 0..<x.shape[0] {
      var input = x[t]
      for i in layers.indices {
        states[i] = layers[i](input, states[i])
        input = states[i].h
      }
    }
    let output = states[states.count - 1].h
    return (output * output).mean()
  }
}

/// A long short-term memory with 128 inputs and outputs.
private struct LSTMLayer {
  struct State {
    var h = NDArray.zeros([32, 128])
    var c = NDArray.zeros([32, 128])
  }

  let wx, wh, b: NDArray
  var parameters: [NDArray] { [wx, wh, b] }

  init(seed: Int) {
    let scale = 1 / 128.0.squareRoot()
    wx = Inputs.uniform([128, 512], seed: seed, scale: scale).attachingGrad()
    wh = Inputs.uniform([128, 512], seed: seed + 1, scale: scale).attachingGrad()
    b = Inputs.uniform([512], seed: seed + 2, scale: 0.1).attachingGrad()
  }

  func callAsFunction(_ x: NDArray, _ state: State) -> State {
    let gates = (matmul(x, wx) + matmul(state.h, wh) + b).split(4, axis: 1)
    let c = sigmoid(gates[1]) * state.c + sigmoid(gates[0]) * tanh(gates[2])
    return State(h: sigmoid(gates[3]) * tanh(c), c: c)
  }
}

/// A block of causal self-attention with 8 heads and two dense layers, on 256 features.
private struct TransformerBlock {
  private static let heads = 8
  private let g1, b1, wqkv, bqkv, wo, bo, g2, b2, w1, c1, w2, c2: NDArray
  private let mask = NDArray.ones([128, 128]).tril() .> 0

  var parameters: [NDArray] { [g1, b1, wqkv, bqkv, wo, bo, g2, b2, w1, c1, w2, c2] }

  init() {
    func parameter(_ shape: Shape, _ seed: Int, _ scale: Double, offset: Double = 0) -> NDArray {
      Inputs.uniform(shape, seed: seed, scale: scale, offset: offset).attachingGrad()
    }
    (g1, b1) = (parameter([256], 2, 0.1, offset: 1), parameter([256], 3, 0.1))
    (wqkv, bqkv) = (parameter([256, 768], 4, 1 / 16), parameter([768], 5, 0.1))
    (wo, bo) = (parameter([256, 256], 6, 1 / 16), parameter([256], 7, 0.1))
    (g2, b2) = (parameter([256], 8, 0.1, offset: 1), parameter([256], 9, 0.1))
    (w1, c1) = (parameter([256, 1024], 10, 1 / 16), parameter([1024], 11, 0.1))
    (w2, c2) = (parameter([1024, 256], 12, 1 / 32), parameter([256], 13, 0.1))
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    let y = x + matmul(attention(layerNorm(x, g1, b1)), wo) + bo
    return y + matmul(gelu(matmul(layerNorm(y, g2, b2), w1) + c1), w2) + c2
  }

  private func attention(_ x: NDArray) -> NDArray {
    let (batch, length, features) = (x.shape[0], x.shape[1], x.shape[2])
    let size = features / Self.heads
    let qkv = (matmul(x, wqkv) + bqkv).reshaped([batch, length, 3, Self.heads, size]).transposed([2, 0, 3, 1, 4])
    let scores = matmul(qkv[0], qkv[1].swappedAxes(-1, -2)) * (1 / Double(size).squareRoot())
    let weights = softmax(which(mask, scores, -Double.infinity))
    return matmul(weights, qkv[2]).transposed([0, 2, 1, 3]).reshaped([batch, length, features])
  }
}
