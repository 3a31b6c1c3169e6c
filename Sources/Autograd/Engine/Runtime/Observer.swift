import CKernels

/// Is told of the work of a thread: of each operation that is asked for, and of each step that is run.
///
/// While there is one, no operation takes the short way, so that there is nothing to ask on it. The one outside is told
/// as well.
class Observer {
  let outer = Observer.current
  /// Whether small operations, too, become pending nodes.
  var makesAllWait: Bool { outer?.makesAllWait ?? false }
  /// Whether the operations will be done again, with the same results.
  var doesAgain: Bool { outer?.doesAgain ?? false }

  /// That of this thread.
  @inline(__always)
  static var current: Observer? {
    ag_state().pointee.observer.map { Unmanaged<Observer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A node was made for an operation.
  func made(_ node: Node, from inputs: Inputs) { outer?.made(node, from: inputs) }

  /// Runs a small operation.
  func timing(
    _ operation: any Operation, _ inputs: Inputs, _ shape: Shape, _ dtype: DType, _ run: () -> Buffer
  ) -> Buffer { outer?.timing(operation, inputs, shape, dtype, run) ?? run() }

  /// The scheduler goes to work, and is done.
  func willPlan() { outer?.willPlan() }
  func didPlan() { outer?.didPlan() }

  func willRun(_ step: Step) { outer?.willRun(step) }
  func didRun() { outer?.didRun() }

  /// Code of the library's outside the graph, such as drawing random numbers.
  func willRun(_ name: String, bytesWritten: Int) { outer?.willRun(name, bytesWritten: bytesWritten) }

  /// From now on the operations are those of the derivative of this node; `nil` at the end of the graph.
  func differentiates(_ node: Node?) { outer?.differentiates(node) }

  /// Runs `body`, observed.
  final func observe<Result>(_ body: () throws -> Result) rethrows -> Result {
    let state = ag_state()
    let before = state.pointee
    state.pointee.observer = Unmanaged.passUnretained(self).toOpaque()
    if before.observer == nil { state.pointee.observed_limit = before.immediate_limit }
    state.pointee.immediate_limit = -1
    defer {
      state.pointee.observer = before.observer
      state.pointee.observed_limit = before.observed_limit
      state.pointee.immediate_limit = before.immediate_limit
    }
    return try withExtendedLifetime(self) { try body() }
  }

  /// Runs `body` as if there were no observer.
  final func unobserved<Result>(_ body: () throws -> Result) rethrows -> Result {
    let state = ag_state()
    let before = state.pointee
    state.pointee.observer = nil
    state.pointee.immediate_limit = before.observed_limit
    defer {
      state.pointee.observer = before.observer
      state.pointee.immediate_limit = before.immediate_limit
    }
    return try body()
  }
}
