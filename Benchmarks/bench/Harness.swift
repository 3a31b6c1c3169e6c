import Autograd

/// Times workloads by the rules of the peers' scripts, so that the rows can be compared.
struct Harness {
  /// Samples are taken for at least this many seconds.
  let minimumTime: Double
  /// How many seconds may still be waited for other processes to go quiet.
  var patience: Double

  /// The row of one workload.
  mutating func row(of workload: Workload) -> Row {
    let setup = Stopwatch()
    let iteration = workload.prepare()
    let first = FirstIterations(iteration, trains: workload.samples != nil)
    let setupSeconds = setup.seconds
    waitForQuiet()
    let timing = Timing(of: iteration, minimumTime: minimumTime)
    return Row(workload, first, timing, setupSeconds: setupSeconds)
  }

  /// Waits, at most a minute, until other processes use little of the machine.
  private mutating func waitForQuiet() {
    let watch = Stopwatch()
    while watch.seconds < min(patience, 60) {
      let before = CPUUsage()
      Stopwatch.sleep(0.15)
      guard let others = CPUUsage().others(since: before), others >= 0.15 else { break }
      Stopwatch.sleep(0.5)
    }
    patience = max(0, patience - watch.seconds)
  }
}

/// The first iteration, or of a training workload the first three: they are checked, not timed.
struct FirstIterations {
  let seconds: Double
  let checksum: Checksum
  /// The loss of the third step of a training workload.
  let thirdLoss: Double?

  init(_ iteration: Iteration, trains: Bool) {
    let watch = Stopwatch()
    let products = iteration()
    seconds = watch.seconds
    checksum = Checksum(products.gradients)
    guard trains else {
      thirdLoss = nil
      return
    }
    _ = iteration()
    thirdLoss = iteration().loss?.item()
  }
}

/// The times of many runs.
struct Times {
  private let seconds: [Double]

  init(_ seconds: [Double]) { self.seconds = seconds.sorted() }

  var count: Int { seconds.count }
  var minimum: Double { seconds[0] }

  var median: Double {
    let middle = count / 2
    return count % 2 == 1 ? seconds[middle] : 0.5 * (seconds[middle - 1] + seconds[middle])
  }
}

/// The times of many iterations, and who used the machine meanwhile.
struct Timing {
  let times: Times
  let otherCPU: Double?
  let coresUsed: Double

  /// Warms up, then takes samples for `minimumTime`, or half of it if there are 20.
  init(of iteration: Iteration, minimumTime: Double) {
    Self.warmUp(iteration)
    let before = CPUUsage()
    var seconds: [Double] = []
    var total = 0.0
    while seconds.count < 5 || total < (seconds.count < 20 ? minimumTime : minimumTime / 2) {
      let watch = Stopwatch()
      _ = iteration()
      seconds.append(watch.seconds)
      total += seconds[seconds.count - 1]
    }
    let after = CPUUsage()
    otherCPU = after.others(since: before)
    coresUsed = after.cores(since: before)
    times = Times(seconds)
  }

  private static func warmUp(_ iteration: Iteration) {
    let watch = Stopwatch()
    var count = 0
    while count < 2 || (watch.seconds < 0.3 && count < 50) {
      _ = iteration()
      count += 1
    }
  }
}
