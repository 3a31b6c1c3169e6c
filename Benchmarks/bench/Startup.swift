import Foundation

/// The workload `startup`: a whole process, from its start to its end, that prints a gradient.
enum Startup {
  static let name = "startup"

  /// The median of five runs after one that warms up.
  static func row() -> Row {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
    return Row(name, Times((0..<6).map { _ in seconds(of: program) }.suffix(5)))
  }

  private static func seconds(of program: URL) -> Double {
    let process = Process()
    process.executableURL = program
    process.standardOutput = FileHandle.nullDevice
    // `waitUntilExit` looks only every 50 ms.
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    let watch = Stopwatch()
    do { try process.run() } catch { fatalError("\(program.path): \(error.localizedDescription); build it first") }
    ended.wait()
    return watch.seconds
  }
}
