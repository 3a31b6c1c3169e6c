import Autograd
import Foundation

/// One line of the results, in the schema of the peers' scripts.
struct Row: CustomStringConvertible {
  private var fields: [String] = []

  private init(_ workload: String) {
    add("peer", "\"autograd-swift\"")
    add("variant", "\"eager\"")
    add("workload", "\"\(workload)\"")
    add("threads", Execution.threads)
  }

  /// Of runs without more to tell.
  init(_ workload: String, _ times: Times) {
    self.init(workload)
    add("median_s", times.median)
    add("min_s", times.minimum)
    add("iters", times.count)
  }

  /// Takes six steps, and tells the peak memory before the inputs, with them, and in all.
  init(memoryOf workload: Workload) {
    self.init(workload.name)
    add("mem", true)
    add("import_rss_mb", Self.rounded(PeakMemory.megabytes, digits: 1))
    let iteration = workload.prepare()
    add("inputs_rss_mb", Self.rounded(PeakMemory.megabytes, digits: 1))
    for _ in 0..<6 { _ = iteration() }
    add("maxrss_mb", Self.rounded(PeakMemory.megabytes, digits: 1))
  }

  init(_ workload: Workload, _ first: FirstIterations, _ timing: Timing, setupSeconds: Double) {
    self.init(workload.name, timing.times)
    add("checksum", first.checksum.sum)
    add("checksum_abs", first.checksum.absolute)
    add("checksum_w", first.checksum.weighted)
    add("first_s", Self.rounded(first.seconds, digits: 4))
    add("setup_s", Self.rounded(setupSeconds, digits: 3))
    if let loss = first.thirdLoss { add("loss3", loss) }
    if let samples = workload.samples { add("samples_per_s", Double(samples) / timing.times.median) }
    if let others = timing.otherCPU { add("other_cpu", Self.rounded(others, digits: 3)) }
    switch workload.needs {
    case .operations(let count): add("needs_flops", count)
    case .bytes(let count): add("needs_bytes", count)
    case nil: break
    }
    add("cores_used", Self.rounded(timing.coresUsed, digits: 2))
  }

  private mutating func add(_ key: String, _ value: some CustomStringConvertible) {
    fields.append("\"\(key)\": \(value)")
  }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    let unit = pow(10, Double(digits))
    return (value * unit).rounded() / unit
  }

  var description: String { "{" + fields.joined(separator: ", ") + "}" }
}
