import ArgumentParser
import Autograd
import Foundation

/// Times the workloads of the peer benchmark on this library; prints a JSON line for each.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times the workloads of the peer benchmark on Autograd; prints a JSON line for each.")

  @Argument(help: "The workloads to run; all without an argument.")
  var workloads: [String] = []

  @Option(help: "How many threads to compute on.")
  var threads: Int = Execution.threads

  @Option(help: "Take samples for at least this many seconds.")
  var minTime: Double = 1

  @Option(help: "Wait up to this many seconds in all for other processes to go quiet.")
  var quiet: Double = 150

  @Option(help: "Run each workload just so often, untimed: for counting instructions.")
  var iterations: Int?

  @Flag(help: "Take six steps, untimed, and print the peak memory of the process: for one workload.")
  var mem = false

  @Flag(help: "Time computations of growing size and depth instead; Benchmarks/scaling draws them.")
  var scaling = false

  @Flag(help: "Print the names of the workloads.")
  var list = false

  private static var names: [String] { Workload.all.map(\.name) + [Startup.name] }

  func validate() throws {
    if let unknown = workloads.first(where: { !Self.names.contains($0) }) {
      throw ValidationError("There is no workload \(unknown). See --list.")
    }
    guard threads > 0 else { throw ValidationError("--threads must be positive.") }
  }

  func run() {
    guard !list else { return print(Self.names.joined(separator: "\n")) }
    Execution.threads = threads
    if scaling {
      for family in Scaling.all { family.measure(minimumTime: minTime, Self.write) }
      return
    }
    let names = workloads.isEmpty ? Self.names : workloads
    let chosen = names.compactMap(Workload.named)
    if let iterations { return Self.run(chosen, iterations) }
    if mem {
      for workload in chosen { Self.write(Row(memoryOf: workload)) }
      return
    }
    var harness = Harness(minimumTime: minTime, patience: quiet)
    for workload in chosen { Self.write(harness.row(of: workload)) }
    if names.contains(Startup.name) { Self.write(Startup.row()) }
  }

  private static func write(_ row: some CustomStringConvertible) {
    FileHandle.standardOutput.write(Data("\(row)\n".utf8))
  }

  private static func run(_ workloads: [Workload], _ iterations: Int) {
    for workload in workloads {
      let iteration = workload.prepare()
      for _ in 0..<iterations { _ = iteration() }
    }
  }
}
