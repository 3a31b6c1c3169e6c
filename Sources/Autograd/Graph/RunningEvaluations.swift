/// The evaluations that are at work, on any thread; guarded by the graph lock.
///
/// One owns the pending nodes that it computes. A thread that needs one of these waits for it to end.
struct RunningEvaluations {
  nonisolated(unsafe) static var all = RunningEvaluations()

  private var running: [(number: UInt32, thread: UInt)] = []
  private var last: UInt32 = 0

  /// Begins one, on this thread, that computes the nodes; returns its number.
  mutating func begin(on nodes: [Node]) -> UInt32 {
    last &+= 1
    running.append((last, currentThread))
    for node in nodes { node.evaluation = last }
    return last
  }

  mutating func end(_ number: UInt32) {
    running.removeAll { $0.number == number }
    graphLock.notify()
  }

  /// Whether another thread is computing the node.
  @inline(__always)
  func own(_ node: Node) -> Bool {
    running.contains { $0.number == node.evaluation && $0.thread != currentThread }
  }
}
