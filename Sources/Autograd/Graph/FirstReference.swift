import Synchronization

/// A reference that is set once, by the first of several threads. The library's `AtomicLazyReference` looks up generic
/// types at each `load`: 250 instructions for every operation.
struct FirstReference<Object: AnyObject & Sendable>: ~Copyable, Sendable {
  /// 0 until it is set.
  private let address = Atomic<UInt>(0)

  var object: Object? { held?.takeUnretainedValue() }

  /// Keeps the object, unless there is one.
  func set(_ object: Object) {
    let held = Unmanaged.passRetained(object)
    let address = UInt(bitPattern: held.toOpaque())
    if !self.address.compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing).exchanged {
      held.release()
    }
  }

  private var held: Unmanaged<Object>? {
    UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)).map(Unmanaged.fromOpaque)
  }

  deinit { held?.release() }
}
