// What the other products of this package use of this one, beside its public names.

/// Reports a mistake in the use of arrays, as the operations do.
package func mistake(_ kind: NDArrayError.Kind, _ message: String) {
  report(NDArrayError(kind: kind, message: message))
}

/// Bytes as people write them: 4.0 MB.
package func readable(bytes: Int) -> String { byteCount(bytes) }

extension NDArray {
  /// Whether what is recorded now could be differentiated with respect to this array.
  package var isBeingRecorded: Bool { isRecording && node.isTracked }

  /// Gives the variable a new value: it stays the variable that it was. Nobody else may use the value.
  package mutating func become(_ value: NDArray) { rebind(to: value.converted(to: dtype)) }
}

/// Runs `body` with random numbers of its own, which start at this state; those of the program stay where they are.
package func withRandomState<Result>(_ state: RandomState, _ body: () throws -> Result) rethrows -> Result {
  let source = RandomSource(seed: 0)
  source.position = state
  return try RandomSource.$shared.withValue(source) { try body() }
}
