/// Where the time went: what ``profile(report:_:)`` reports.
public struct Profile: Sendable {
  /// One kind of work.
  public struct Row: Sendable {
    public let name: String
    public fileprivate(set) var calls = 0
    public fileprivate(set) var seconds = 0.0
    /// What was read from memory and written to it.
    public fileprivate(set) var bytes = 0
    /// Additions, multiplications and scalar functions; a product of matrices has two for each pair of factors.
    public fileprivate(set) var arithmetic = 0.0
  }

  /// One run of a kernel.
  struct Event: Sendable {
    let name: String
    /// The operations that are done in it, and the share of its time that each takes.
    let parts: [(name: String, share: Double)]
    let start, seconds: Double
    let bytes: Int
    let arithmetic: Double
  }

  /// By kernel: a pass over memory, in which several operations may be fused. The longest first.
  public let kernels: [Row]
  /// By operation. The time of a fused loop is divided among them by what they cost, which is an estimate.
  public let operations: [Row]
  /// How long all took, work outside the kernels included.
  public let seconds: Double
  let events: [Event]

  init(_ events: [Event], seconds: Double) {
    self.events = events
    self.seconds = seconds
    kernels = Self.rows(events) { [($0.name, 1)] }
    operations = Self.rows(events, \.parts)
  }

  private static func rows(_ events: [Event], _ parts: (Event) -> [(name: String, share: Double)]) -> [Row] {
    var rows: [String: Row] = [:]
    for event in events {
      for (name, share) in parts(event) {
        rows[name, default: Row(name: name)].add(event, share)
      }
    }
    return rows.values.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
  }
}

extension Profile.Row {
  fileprivate mutating func add(_ event: Profile.Event, _ share: Double) {
    calls += 1
    seconds += event.seconds * share
    bytes += Int(Double(event.bytes) * share)
    arithmetic += event.arithmetic * share
  }
}

extension Profile: CustomStringConvertible {
  /// Two tables, of at most twenty lines each.
  public var description: String {
    let inKernels = kernels.reduce(0) { $0 + $1.seconds }
    return
      (["profile: \(seconds.milliseconds) ms, \(inKernels.milliseconds) ms of them in kernels"]
      + table("kernel", kernels) + [""] + table("operation", operations)).joined(separator: "\n")
  }

  private func table(_ title: String, _ rows: [Row]) -> [String] {
    let shown = rows.prefix(20)
    let width = Swift.max(title.count, shown.map(\.name.count).max() ?? 0)
    let heads = [title.padded(to: width), "   calls", "        ms", "  share", "        bytes", "  GFLOP/s"]
    let lines = shown.map { row in
      [
        row.name.padded(to: width), "\(row.calls)".aligned(to: 8), row.seconds.milliseconds.aligned(to: 10),
        "\(Int((100 * row.seconds / seconds).rounded())) %".aligned(to: 7), byteCount(row.bytes).aligned(to: 13),
        row.rate.aligned(to: 9),
      ].joined()
    }
    let rest = rows.count - shown.count
    return [heads.joined()] + lines + (rest > 0 ? ["and \(rest) more"] : [])
  }
}

extension Profile.Row {
  fileprivate var rate: String { seconds > 0 ? (arithmetic / seconds / 1e9).fixed(1) : "" }
}

extension Double {
  var milliseconds: String { (self * 1000).fixed(3) }

  /// With so many decimals.
  func fixed(_ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let (whole, part) = Int((self * scale).rounded()).quotientAndRemainder(dividingBy: Int(scale))
    let digits = "\(part)"
    return "\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
  func aligned(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}

extension Profile {
  /// Writes the runs of the kernels as a trace that Chrome (at `chrome://tracing`) and Perfetto show as a time line.
  public func write(chromeTrace path: String) throws {
    try Files.writeAtomically(Array(chromeTrace.utf8), to: path)
  }

  var chromeTrace: String {
    let lines = events.map { event in
      let parts = event.parts.map { "\"\($0.name)\"" }.joined(separator: ", ")
      return """
        {"name": "\(event.name)", "ph": "X", "pid": 1, "tid": 1, "ts": \((event.start * 1e6).fixed(3)), \
        "dur": \((event.seconds * 1e6).fixed(3)), "args": {"operations": [\(parts)], "bytes": \(event.bytes)}}
        """
    }
    return "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n" + lines.joined(separator: ",\n") + "\n]}\n"
  }
}
