import Autograd

/// What recurrent layers share: weights for the input and for the state, a block of `hidden` rows for each gate.
public class Recurrent: Module {
  public let weightIH: Parameter
  public let weightHH: Parameter
  public let biasIH: Parameter
  public let biasHH: Parameter
  /// The extent of the state.
  public let hidden: Int
  private let gates: Int

  fileprivate init(_ hidden: Int, gates: Int) {
    self.hidden = hidden
    self.gates = gates
    let bound = 1 / Double(max(hidden, 1)).squareRoot()
    let initializer = Initializer.uniform(-bound, bound)
    (weightIH, weightHH) = (Parameter(initializer), Parameter(initializer))
    (biasIH, biasHH) = (Parameter(initializer), Parameter(initializer))
  }

  /// Walks over the time of (batch, time, features): `step` gets the input's and the state's part of the gates before
  /// the activation, and changes the state, whose first array is the output.
  fileprivate func walk(
    _ x: NDArray, _ start: [NDArray]?, states: Int, _ step: (_ x: [NDArray], _ h: [NDArray], inout [NDArray]) -> Void
  ) -> (output: NDArray, state: [NDArray]) {
    let name = "\(type(of: self))"
    guard x.rank == 3, x.shape[1] > 0 else {
      mistake(.shape, "\(name): the input has the shape \(x.shape); expected (batch, time, features), time above 0")
      return (x, Array(repeating: x, count: states))
    }
    let each: Shape = [x.shape[0], hidden]
    var state = start ?? Array(repeating: NDArray.zeros(each, dtype: x.dtype), count: states)
    guard state.allSatisfy({ $0.shape == each }) else {
      mistake(.shape, "\(name): a state of shape \(state.map(\.shape)); expected \(each) for an input of \(x.shape)")
      return (x, state)
    }
    let rows = gates * hidden
    // The inputs of all times in one product; the states' follow one another.
    let inputs = linear(
      x, weightIH.value([rows, x.shape[2]], for: x, in: name), biasIH.value([rows], for: x, in: name))
    let (w, b) = (weightHH.value([rows, hidden], for: x, in: name), biasHH.value([rows], for: x, in: name))
    var outputs: [NDArray] = []
    for t in 0..<x.shape[1] {
      step(inputs[0..., t].split(gates, axis: 1), linear(state[0], w, b).split(gates, axis: 1), &state)
      outputs.append(state[0])
    }
    return (stack(outputs, axis: 1), state)
  }
}

/// Elman's recurrent layer: h' = tanh(W x + b + U h + c), along the time of (batch, time, features).
///
/// ```swift
/// let (output, state) = RNN(8)(NDArray.ones([2, 5, 3]))
/// output.shape  // (2, 5, 8)
/// state.shape  // (2, 8)
/// ```
public final class RNN: Recurrent {
  public init(_ hidden: Int) { super.init(hidden, gates: 1) }

  /// The states at all times, and the last one; `state` is the one to start from, zeros if missing.
  public func callAsFunction(_ x: NDArray, _ state: NDArray? = nil) -> (output: NDArray, state: NDArray) {
    let result = walk(x, state.map { [$0] }, states: 1) { x, h, state in state[0] = tanh(x[0] + h[0]) }
    return (result.output, result.state[0])
  }
}

/// Long short-term memory, along the time of (batch, time, features); the gates are input, forget, cell, output.
public final class LSTM: Recurrent {
  public init(_ hidden: Int) { super.init(hidden, gates: 4) }

  /// The states h at all times, and the last h and c; `state` is those to start from, zeros if missing.
  public func callAsFunction(
    _ x: NDArray, _ state: (h: NDArray, c: NDArray)? = nil
  ) -> (output: NDArray, state: (h: NDArray, c: NDArray)) {
    let result = walk(x, state.map { [$0.h, $0.c] }, states: 2) { x, h, state in
      let gates = zip(x, h).map(+)
      state[1] = sigmoid(gates[1]) * state[1] + sigmoid(gates[0]) * tanh(gates[2])
      state[0] = sigmoid(gates[3]) * tanh(state[1])
    }
    return (result.output, (result.state[0], result.state[1]))
  }
}

/// Gated recurrent units, along the time of (batch, time, features); the gates are reset, update, new.
public final class GRU: Recurrent {
  public init(_ hidden: Int) { super.init(hidden, gates: 3) }

  /// The states at all times, and the last one; `state` is the one to start from, zeros if missing.
  public func callAsFunction(_ x: NDArray, _ state: NDArray? = nil) -> (output: NDArray, state: NDArray) {
    let result = walk(x, state.map { [$0] }, states: 1) { x, h, state in
      let reset = sigmoid(x[0] + h[0])
      let update = sigmoid(x[1] + h[1])
      let new = tanh(x[2] + reset * h[2])
      state[0] = (1 - update) * new + update * state[0]
    }
    return (result.output, result.state[0])
  }
}
