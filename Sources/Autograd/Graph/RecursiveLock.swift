import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that its holder may take again, and in which it may wait for another thread to change what is guarded.
final class RecursiveLock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let holder = Atomic<UInt>(0)
  private var depth = 0

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// Whether this thread holds it.
  var isHeld: Bool { holder.load(ordering: .relaxed) == currentThread }

  @inline(__always)
  func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    acquire()
    defer { release() }
    return try body()
  }

  /// Lets others hold it until one of them has called `notify()`.
  func wait() {
    let outer = depth
    depth = 0
    holder.store(0, ordering: .relaxed)
    pthread_cond_wait(changed, mutex)
    holder.store(currentThread, ordering: .relaxed)
    depth = outer
  }

  /// Wakes those that wait.
  func notify() { pthread_cond_broadcast(changed) }

  private func acquire() {
    if !isHeld {
      pthread_mutex_lock(mutex)
      holder.store(currentThread, ordering: .relaxed)
    }
    depth += 1
  }

  private func release() {
    depth -= 1
    guard depth == 0 else { return }
    holder.store(0, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
  }
}
