/// A value that one thread at a time uses.
///
/// `Synchronization.Mutex` is the same; but on Linux the thread sanitizer does not see where threads wait for it, and
/// reports races of what it guards.
final class Guarded<Value>: @unchecked Sendable {
  private let lock = RecursiveLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { try body(&value) }
  }
}
