import CKernels

/// The memory that arrays use.
public enum Memory {
  /// Bytes in use by arrays, and kept for the next ones.
  public struct Statistics: Sendable {
    /// Bytes that arrays hold now.
    public let live: Int
    /// Bytes of released arrays, kept so that the next ones need nothing from the system.
    public let pooled: Int
    /// The most bytes that were live at once since the start or `resetPeak()`.
    public let peak: Int
    /// How often the system was asked for memory.
    public let systemAllocations: Int
  }

  /// What arrays hold and what is kept for them, in the sizes in which memory is given out: up to 8 KB powers of two,
  /// up to 256 KB eight to a power of two, beyond that multiples of 4 KB. The peak may miss up to 64 KB of each of the
  /// small sizes.
  ///
  /// ```swift
  /// print(Memory.statistics.peak)
  /// ```
  public static var statistics: Statistics {
    let now = ag_buffer_get_statistics()
    return Statistics(
      live: Int(now.live), pooled: Int(now.pooled), peak: Int(now.peak),
      systemAllocations: Int(now.system_allocations))
  }

  /// The most bytes that may be live and pooled together; `nil`, as at the start, for no limit.
  ///
  /// What would exceed it first gives pooled memory back to the system, and then is an error of the kind `memory`,
  /// which names the operation, its shape and the bytes. Arrays of up to 8 KB count, but are never refused.
  ///
  /// ```swift
  /// Memory.limit = 8 << 30
  /// ```
  public static var limit: Int? {
    get {
      let bytes = ag_buffer_limit()
      return bytes == Int64.max ? nil : Int(bytes)
    }
    set { ag_buffer_set_limit(newValue.map { Int64(Swift.max(0, $0)) } ?? Int64.max) }
  }

  /// Counts the peak from now on.
  public static func resetPeak() { ag_buffer_reset_peak() }

  /// Gives the memory of released arrays back to the system.
  public static func trim() { ag_buffer_trim() }
}
