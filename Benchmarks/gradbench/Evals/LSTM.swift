import Autograd

private struct Input: Decodable {
  let main: [[Double]]
  let extra: [[Double]]
  let state: [[Double]]
  let sequence: [[Double]]

  private enum CodingKeys: String, CodingKey {
    case main = "main_params"
    case extra = "extra_params"
    case state, sequence
  }
}

/// A stack of recurrent layers that predicts each element of a sequence from those before; weights are diagonal.
private struct Network {
  /// Weights and biases (2) of each layer for forget, input, output and change (4), of each unit.
  let main: NDArray
  /// Weight of the input, weight and bias of the output.
  let extra: NDArray
  private let state: NDArray
  private let sequence: NDArray

  init(_ input: Input) {
    let (layers, units) = (input.main.count / 2, input.extra[0].count)
    main = NDArray(input.main.flatMap { $0 }, shape: [layers, 2, 4, units]).attachingGrad()
    extra = NDArray(input.extra).attachingGrad()
    state = NDArray(input.state.flatMap { $0 }, shape: [layers, 2, units])
    sequence = NDArray(input.sequence)
  }

  func objective() -> NDArray {
    let count = sequence.shape[0] - 1
    let predicted = outputs(sequence[..<count] * extra[0]) * extra[1] + extra[2]
    let normalised = predicted - log(exp(predicted).sum(axis: 1, keepDims: true) + 2)
    return -(sequence[1...] * normalised).mean()
  }

  /// The hidden state of the top layer after each input.
  ///
  /// All layers advance at once, each a step behind the one below it, whose last output is then its input.
  private func outputs(_ inputs: NDArray) -> NDArray {
    let (depth, count) = (main.shape[0], inputs.shape[0])
    let inputs = inputs.expandedDims(1)
    let layers = Layers(main)
    var (hidden, cell) = (state[0..., 0], state[0..., 1])
    var states: [NDArray] = []
    for tick in 0..<(count + depth - 1) {
      let below = hidden[..<(-1)]
      let first = inputs[Swift.min(tick, count - 1)]
      let next = layers.step(concatenate([first, below]), hidden, cell)
      if tick < depth - 1 {
        // The upper layers wait for their first input.
        let hasBegun = NDArray.arange(depth).expandedDims(1) .<= tick
        (hidden, cell) = (which(hasBegun, next.hidden, hidden), which(hasBegun, next.cell, cell))
      } else {
        (hidden, cell) = next
        states.append(hidden)
      }
    }
    return stack(states)[0..., -1]
  }
}

/// The cells of all layers, one a row.
private struct Layers {
  private let weights: [NDArray]
  private let biases: [NDArray]

  init(_ main: NDArray) {
    weights = (0..<4).map { main[0..., 0, $0] }
    biases = (0..<4).map { main[0..., 1, $0] }
  }

  func step(_ input: NDArray, _ hidden: NDArray, _ cell: NDArray) -> (hidden: NDArray, cell: NDArray) {
    let forget = sigmoid(input * weights[0] + biases[0])
    let ingate = sigmoid(hidden * weights[1] + biases[1])
    let outgate = sigmoid(input * weights[2] + biases[2])
    let change = tanh(hidden * weights[3] + biases[3])
    let next = cell * forget + ingate * change
    return (outgate * tanh(next), next)
  }
}

extension Module {
  /// Long short-term memory, on text as bits.
  static let lstm = Module(
    name: "lstm",
    functions: [
      "objective": .number(prepare: Network.init) { $0.objective() },
      "jacobian": .vector(prepare: Network.init) { network in
        record { network.objective() }.backward()
        return concatenate([network.main.grad.reshaped([-1]), network.extra.grad.reshaped([-1])])
      },
    ])
}
