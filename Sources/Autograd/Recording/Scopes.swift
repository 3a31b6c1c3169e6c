import CKernels

/// Runs `body` while operations on arrays with a gradient keep their history, in training mode unless told otherwise.
///
/// A `label` names the scope where ``tracingNaN(infinities:report:_:)`` tells of it.
///
/// ```swift
/// let y = record { 2 * dot(x, x) }
/// ```
public func record<Result>(
  label: String? = nil, trainMode: Bool = true, file: StaticString = #fileID, line: UInt = #line,
  _ body: () throws -> Result
) rethrows -> Result {
  let state = ag_state()
  let outer = state.pointee.recording_scope
  let frame = RecordingScope.Frame(label: label, file: file, line: line, outer: outer)
  return try withUnsafePointer(to: frame) { frame in
    state.pointee.recording_scope = UnsafeRawPointer(frame)
    defer { state.pointee.recording_scope = outer }
    return try scope(recording: true, training: trainMode, body)
  }
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

/// Where something was recorded.
struct RecordingScope: Sendable {
  let label: String?
  let file: StaticString
  let line: UInt

  /// On the stack of a call of `record`.
  struct Frame {
    let label: String?
    let file: StaticString
    let line: UInt
    let outer: UnsafeRawPointer?
  }

  /// Those that this thread is in, the innermost first.
  static var all: [RecordingScope] {
    var scopes: [RecordingScope] = []
    var next = ag_state().pointee.recording_scope
    while let frame = next?.assumingMemoryBound(to: Frame.self).pointee {
      scopes.append(RecordingScope(label: frame.label, file: frame.file, line: frame.line))
      next = frame.outer
    }
    return scopes
  }
}

extension RecordingScope: CustomStringConvertible {
  var description: String { "record" + (label.map { "(label: \"\($0)\")" } ?? "") + " at \(file):\(line)" }
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
