import CKernels

/// Runs `body` while operations on arrays with a gradient keep their history, in training mode unless told otherwise.
///
/// ```swift
/// let y = record { 2 * dot(x, x) }
/// ```
public func record<Result>(trainMode: Bool = true, _ body: () throws -> Result) rethrows -> Result {
  try scope(recording: true, training: trainMode, body)
}

/// Runs `body` without keeping history: what it computes is constant to a gradient.
public func pause<Result>(trainMode: Bool = false, _ body: () throws -> Result) rethrows -> Result {
  try scope(recording: false, training: trainMode, body)
}

/// Runs `body` in training mode: dropout drops, batch normalisation uses its batch.
public func trainMode<Result>(_ body: () throws -> Result) rethrows -> Result {
  try scope(recording: isRecording, training: true, body)
}

/// Runs `body` in prediction mode: dropout is the identity, batch normalisation uses its running statistics.
public func predictMode<Result>(_ body: () throws -> Result) rethrows -> Result {
  try scope(recording: isRecording, training: false, body)
}

func scope<Result>(recording: Bool, training: Bool, _ body: () throws -> Result) rethrows -> Result {
  let state = ag_state()
  let outer = state.pointee
  state.pointee.recording = recording
  state.pointee.training = training
  defer {
    state.pointee.recording = outer.recording
    state.pointee.training = outer.training
  }
  return try body()
}
