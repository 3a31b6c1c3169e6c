import Autograd

/// What recurrent layers share: levels, each of which walks over the outputs of the one below, perhaps both ways.
///
/// The weights are named and laid out as in PyTorch: `weight_ih_l0`, of shape (gates · hidden, features),
/// `weight_hh_l0`, `bias_ih_l0` and `bias_hh_l0` for the first level, with `_reverse` behind for the way back.
public class Recurrent: Module, PartsWithoutLabel {
  /// The extent of the state.
  public let hidden: Int
  /// How many levels there are.
  public let numLayers: Int
  private let weights: [String: Parameter]
  private let walks: [Walk]
  private let directions: Int
  private let dropout: Double

  fileprivate init(_ hidden: Int, gates: Int, numLayers: Int, bidirectional: Bool, dropout: Double) {
    if numLayers < 1 { mistake(.value, "\(Self.self): numLayers is \(numLayers); expected at least 1") }
    self.hidden = hidden
    self.numLayers = max(1, numLayers)
    self.dropout = dropout
    directions = bidirectional ? 2 : 1
    walks = (0..<self.numLayers * directions).map { [directions] in
      Walk(hidden, gates: gates, level: $0 / directions, isReverse: $0 % directions == 1)
    }
    weights = Dictionary(uniqueKeysWithValues: walks.flatMap(\.parameters))
  }

  /// All levels over (batch, time, features): `step` gets the input's and the state's part of the gates before the
  /// activation, and changes the state, whose first array is the output. A state has the shape (walks, batch, hidden).
  fileprivate func walk(
    _ x: NDArray, _ start: [NDArray]?, states: Int, _ step: Step
  ) -> (output: NDArray, state: [NDArray]) {
    let name = "\(type(of: self))"
    guard x.rank == 3, x.shape[1] > 0 else {
      mistake(.shape, "\(name): the input has the shape \(x.shape); expected (batch, time, features), time above 0")
      return (x, Array(repeating: x, count: states))
    }
    let each: Shape = [walks.count, x.shape[0], hidden]
    let start = start ?? Array(repeating: NDArray.zeros(each, dtype: x.dtype), count: states)
    guard start.allSatisfy({ $0.shape == each }) else {
      mistake(.shape, "\(name): a state of shape \(start.map(\.shape)); expected \(each) for an input of \(x.shape)")
      return (x, start)
    }
    var (output, ends) = (x, [[NDArray]]())
    for first in stride(from: 0, to: walks.count, by: directions) {
      if first > 0 { output = Autograd.dropout(output, p: dropout) }
      let results = (first..<first + directions).map { i in walks[i](output, start.map { $0[i] }, name, step) }
      ends += results.map(\.state)
      output = results.count == 1 ? results[0].output : concatenate(results.map(\.output), axis: 2)
    }
    return (output, (0..<states).map { state in stack(ends.map { $0[state] }) })
  }
}

private typealias Step = (_ x: [NDArray], _ h: [NDArray], _ state: inout [NDArray]) -> Void

/// One level in one direction: weights for the input and for the state, a block of `hidden` rows for each gate.
private struct Walk {
  private let weightIH, weightHH, biasIH, biasHH: Parameter
  private let hidden, gates: Int
  private let isReverse: Bool
  private let suffix: String

  init(_ hidden: Int, gates: Int, level: Int, isReverse: Bool) {
    (self.hidden, self.gates, self.isReverse) = (hidden, gates, isReverse)
    suffix = "_l\(level)\(isReverse ? "_reverse" : "")"
    let bound = 1 / Double(max(hidden, 1)).squareRoot()
    let initializer = Initializer.uniform(-bound, bound)
    (weightIH, weightHH) = (Parameter(initializer), Parameter(initializer))
    (biasIH, biasHH) = (Parameter(initializer), Parameter(initializer))
  }

  var parameters: [(String, Parameter)] {
    let named = [("weight_ih", weightIH), ("weight_hh", weightHH), ("bias_ih", biasIH), ("bias_hh", biasHH)]
    return named.map { ($0.0 + suffix, $0.1) }
  }

  func callAsFunction(
    _ x: NDArray, _ start: [NDArray], _ name: String, _ step: Step
  ) -> (output: NDArray, state: [NDArray]) {
    let rows = gates * hidden
    // The inputs of all times in one product; the states' follow one another.
    let inputs = linear(
      x, weightIH.value([rows, x.shape[2]], for: x, in: name), biasIH.value([rows], for: x, in: name))
    let (w, b) = (weightHH.value([rows, hidden], for: x, in: name), biasHH.value([rows], for: x, in: name))
    var (outputs, state) = ([NDArray](), start)
    let times = 0..<x.shape[1]
    for t in isReverse ? Array(times.reversed()) : Array(times) {
      step(inputs[0..., t].split(gates, axis: 1), linear(state[0], w, b).split(gates, axis: 1), &state)
      outputs.append(state[0])
    }
    return (stack(isReverse ? outputs.reversed() : outputs, axis: 1), state)
  }
}

/// Elman's recurrent layer: h' = tanh(W x + b + U h + c), along the time of (batch, time, features).
///
/// With `bidirectional` the outputs have 2 · hidden features, those of the way back behind the others; `dropout` is
/// between the levels, in training.
///
/// ```swift
/// let (output, state) = RNN(8)(NDArray.ones([2, 5, 3]))
/// output.shape  // (2, 5, 8)
/// state.shape  // (1, 2, 8)
/// ```
public final class RNN: Recurrent {
  public init(_ hidden: Int, numLayers: Int = 1, bidirectional: Bool = false, dropout: Double = 0) {
    super.init(hidden, gates: 1, numLayers: numLayers, bidirectional: bidirectional, dropout: dropout)
  }

  /// The states of the last level at all times, and the last ones of all levels, (levels · directions, batch, hidden);
  /// `state` is the one to start from, zeros if missing.
  public func callAsFunction(_ x: NDArray, _ state: NDArray? = nil) -> (output: NDArray, state: NDArray) {
    let result = walk(x, state.map { [$0] }, states: 1) { x, h, state in state[0] = tanh(x[0] + h[0]) }
    return (result.output, result.state[0])
  }
}

/// Long short-term memory, along the time of (batch, time, features); the gates are input, forget, cell, output. Levels
/// and directions as in `RNN`.
///
/// ```swift
/// let (output, state) = LSTM(8, numLayers: 2, bidirectional: true)(NDArray.ones([2, 5, 3]))
/// output.shape  // (2, 5, 16)
/// state.c.shape  // (4, 2, 8)
/// ```
public final class LSTM: Recurrent {
  public init(_ hidden: Int, numLayers: Int = 1, bidirectional: Bool = false, dropout: Double = 0) {
    super.init(hidden, gates: 4, numLayers: numLayers, bidirectional: bidirectional, dropout: dropout)
  }

  /// The states h of the last level at all times, and the last h and c of all levels; `state` is those to start from,
  /// zeros if missing.
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

/// Gated recurrent units, along the time of (batch, time, features); the gates are reset, update, new. Levels and
/// directions as in `RNN`.
public final class GRU: Recurrent {
  public init(_ hidden: Int, numLayers: Int = 1, bidirectional: Bool = false, dropout: Double = 0) {
    super.init(hidden, gates: 3, numLayers: numLayers, bidirectional: bidirectional, dropout: dropout)
  }

  /// The states of the last level at all times, and the last ones of all levels; `state` is the one to start from,
  /// zeros if missing.
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
