import Foundation

/// Counts seconds from its creation.
struct Stopwatch {
  private let start = ContinuousClock.now

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  static func sleep(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
}

/// What this process and the whole machine have computed so far, in seconds of one core.
struct CPUUsage {
  private let own = Double(nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID)) * 1e-9
  private let machine = CPUUsage.machineSeconds()
  private let wall = Double(nanoseconds(of: CLOCK_MONOTONIC)) * 1e-9

  /// The cores that this process used since `before`, on average.
  func cores(since before: CPUUsage) -> Double {
    (own - before.own) / (wall - before.wall)
  }

  /// The cores that other processes used; `nil` where the system does not tell.
  func others(since before: CPUUsage) -> Double? {
    guard let machine, let earlier = before.machine else { return nil }
    return max(0, machine - earlier - (own - before.own)) / (wall - before.wall)
  }

  /// User, nice, system, interrupt and stolen time, from Linux's statistics.
  private static func machineSeconds() -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
    let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard fields.count >= 8 else { return nil }
    let busy = [0, 1, 2, 5, 6, 7].reduce(0) { $0 + fields[$1] }
    return busy / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

/// The most memory that this process has held so far.
enum PeakMemory {
  static var megabytes: Double {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1_048_576
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Double(usage.ru_maxrss) / 1024
    #endif
  }
}

private func nanoseconds(of clock: clockid_t) -> Int {
  var time = timespec()
  clock_gettime(clock, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
