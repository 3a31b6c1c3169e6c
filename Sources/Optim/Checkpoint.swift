import Autograd
import NN

extension Optimizer {
  /// The arrays that are kept from step to step, by name, and the number of steps.
  public var arrays: [String: NDArray] {
    var result = ["step": NDArray(stepCount)]
    for (i, parameter) in parameters.enumerated() {
      for (name, array) in zip(stateNames, states[i]) { result["\(name).\(parameter.name)"] = array }
    }
    return result
  }

  /// Goes on from the arrays of an optimiser of the same kind and module. Nothing is changed if one does not fit.
  public func load(_ arrays: [String: NDArray]) throws {
    guard let step = arrays["step"], step.elementCount == 1, step.dtype == .int64, (0..<1e15).contains(step.item())
    else {
      throw FileError("the number of steps is missing")
    }
    let loaded = try parameters.map { name, parameter in
      let state = stateNames.compactMap { arrays["\($0).\(name)"] }
      let shape = parameter.isInitialized ? parameter.value.shape : nil
      let fits = state.allSatisfy { $0.dtype.isFloatingPoint && $0.shape == shape ?? $0.shape }
      guard state.count == stateNames.count || state.isEmpty, fits else {
        throw FileError("the optimiser's arrays of \(name) are not those that it needs: \(stateNames)")
      }
      return state
    }
    guard loaded.reduce(1, { $0 + $1.count }) == arrays.count else {
      throw FileError("there are arrays that the optimiser does not know: it is of another kind or module")
    }
    (states, stepCount) = (loaded, step.item(as: Int.self))
  }
}

/// A training run in a file: model, optimiser, the state of the random numbers, and notes such as the epoch.
///
/// A run that goes on from a checkpoint gives the same bits as one that was never interrupted. The file is a
/// safetensors file, written at once or not at all: the weights begin with `model.`, the optimiser's arrays with
/// `optimizer.`.
///
/// ```swift
/// let model = Dense(2)
/// let optimizer = Adam(model)
/// record { model(NDArray.ones([1, 3])).sum() }.backward()
/// optimizer.step()
/// try Checkpoint.save("/tmp/autograd-example.checkpoint", model, optimizer, notes: ["epoch": "1"])
/// let notes = try Checkpoint.load("/tmp/autograd-example.checkpoint", model, optimizer)
/// notes["epoch"]!  // "1"
/// ```
public enum Checkpoint {
  /// Writes a checkpoint; the old one stays whole until the new one is.
  public static func save(
    _ path: String, _ model: Module, _ optimizer: Optimizer, notes: [String: String] = [:]
  ) throws {
    let state = randomState
    let random = ["random.seed": "\(state.seed)", "random.stream": "\(state.stream)"]
    let arrays = prefixed("model.", model.arrays).merging(prefixed("optimizer.", optimizer.arrays)) { $1 }
    try SafeTensors(arrays, metadata: notes.merging(random) { $1 }).write(to: path)
  }

  /// Reads a checkpoint into a model and an optimiser made as those that were saved; returns the notes.
  @discardableResult
  public static func load(_ path: String, _ model: Module, _ optimizer: Optimizer) throws -> [String: String] {
    var file = try SafeTensors(contentsOf: path)
    return try withPath(path) {
      guard let seed = file.metadata.removeValue(forKey: "random.seed").flatMap({ UInt64($0) }),
        let stream = file.metadata.removeValue(forKey: "random.stream").flatMap({ UInt64($0) })
      else { throw FileError("the state of the random numbers is missing: it is no checkpoint") }
      let before = model.arrays
      try model.load(part("model.", of: file.arrays))
      do {
        try optimizer.load(part("optimizer.", of: file.arrays))
      } catch {
        try model.load(before, strict: false)
        throw error
      }
      randomState = RandomState(seed: seed, stream: stream)
      return file.metadata
    }
  }

  private static func prefixed(_ prefix: String, _ arrays: [String: NDArray]) -> [String: NDArray] {
    Dictionary(uniqueKeysWithValues: arrays.map { (prefix + $0, $1) })
  }

  private static func part(_ prefix: String, of arrays: [String: NDArray]) -> [String: NDArray] {
    Dictionary(
      uniqueKeysWithValues: arrays.compactMap { $0.hasPrefix(prefix) ? (String($0.dropFirst(prefix.count)), $1) : nil })
  }
}
