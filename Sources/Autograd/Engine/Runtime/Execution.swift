import CKernels

/// How arrays are computed.
public enum Execution {
  /// Threads that share the work on large arrays; at first as many as the processors that the process may use.
  /// Results are the same bits on any number of them.
  public static var threads: Int {
    get { Int(ag_threads()) }
    set { ag_set_threads(Int32(clamping: newValue)) }
  }

  /// Runs `body` with arrays of up to `limit` elements computed at once: 0 makes everything lazy, so that fusing
  /// can be compared with not fusing.
  static func withImmediateLimit<Result>(_ limit: Int, _ body: () throws -> Result) rethrows -> Result {
    let state = ag_state()
    let outer = state.pointee.immediate_limit
    state.pointee.immediate_limit = Int64(limit)
    defer { state.pointee.immediate_limit = outer }
    return try body()
  }
}
