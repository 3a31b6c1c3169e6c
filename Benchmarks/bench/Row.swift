import Autograd
import Foundation

/// One line of the results, in the schema of the peers' scripts.
struct Row: CustomStringConvertible {
  private var fields: [String] = []

  init(_ workload: Workload, _ first: FirstIterations, _ timing: Timing, setupSeconds: Double) {
    add("peer", "\"autograd-swift\"")
    add("variant", "\"eager\"")
    add("workload", "\"\(workload.name)\"")
    add("threads", Execution.threads)
    add("median_s", timing.median)
    add("min_s", timing.minimum)
    add("iters", timing.seconds.count)
    add("checksum", first.checksum.sum)
    add("checksum_abs", first.checksum.absolute)
    add("checksum_w", first.checksum.weighted)
    add("first_s", Self.rounded(first.seconds, digits: 4))
    add("setup_s", Self.rounded(setupSeconds, digits: 3))
    if let loss = first.thirdLoss { add("loss3", loss) }
    if let samples = workload.samples { add("samples_per_s", Double(samples) / timing.median) }
    if let others = timing.otherCPU { add("other_cpu", Self.rounded(others, digits: 3)) }
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
