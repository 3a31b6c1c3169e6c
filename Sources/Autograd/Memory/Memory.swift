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
    /// How often the pool had to ask the system for memory.
    public let systemAllocations: Int
  }

  /// What the buffer pool holds. Arrays of up to 8 KB share blocks, which count as live for good.
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

  /// Counts the peak from now on.
  public static func resetPeak() { ag_buffer_reset_peak() }

  /// Gives the memory of released arrays back to the system.
  public static func trim() { ag_buffer_trim() }
}
