import Foundation
import Testing

/// A run that is interrupted, at any time and in any way, and resumed gives the same bits as one that is not.
@Suite(.serialized) struct InterruptionTests {
  private let arguments = ["mlp", "--epochs", "6", "--batch-size", "16"]

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  private func run(_ more: String...) throws -> (text: String, succeeded: Bool) {
    let program = Program(arguments + more)
    try program.start()
    return (try program.end(), program.succeeded)
  }

  /// The file of a run that was not interrupted, and how long it took.
  private func wholeRun(_ folder: String) throws -> (Data, seconds: Double) {
    let start = ContinuousClock.now
    #expect(try run("--save", folder + "/whole").succeeded)
    return (try bytes(folder + "/whole"), (ContinuousClock.now - start) / .seconds(1))
  }

  @Test func afterARandomNumberOfSteps() throws {
    try inFolder { folder in
      let whole = try wholeRun(folder).0
      let file = folder + "/parts"
      let stop = Int.random(in: 1..<539)
      let first = try run("--save", file, "--steps", "\(stop)")
      #expect(!first.succeeded && first.text.contains("after \(stop) steps; the run can be resumed from"))
      #expect(try run("--resume", file).succeeded)
      #expect(try bytes(file) == whole, "stopped after \(stop) steps")
    }
  }

  /// The signal of Ctrl-C comes at a random time; the step that is under way is finished.
  @Test func bySignals() throws {
    try inFolder { folder in
      let (whole, seconds) = try wholeRun(folder)
      let file = folder + "/parts"
      var interruptions = 0
      for attempt in 0..<8 {
        // A signal that comes before the run watches for it ends the program without a trace.
        let exists = FileManager.default.fileExists(atPath: file)
        let program = Program(arguments + [exists ? "--resume" : "--save", file])
        try program.start()
        if attempt < 4 {
          Thread.sleep(forTimeInterval: .random(in: 0.1...0.3) * seconds)
          program.signal(SIGINT)
        }
        if try program.end().contains("the run can be resumed from") { interruptions += 1 }
        if program.succeeded { break }
      }
      #expect(interruptions > 0)
      #expect(try bytes(file) == whole)
    }
  }

  /// Killed, perhaps while it saves, it goes on from the last whole checkpoint.
  @Test func byKilling() throws {
    try inFolder { folder in
      let (whole, seconds) = try wholeRun(folder)
      let file = folder + "/parts"
      for attempt in 0..<4 {
        let exists = FileManager.default.fileExists(atPath: file)
        let program = Program(arguments + [exists ? "--resume" : "--save", file])
        try program.start()
        if attempt < 3 {
          Thread.sleep(forTimeInterval: .random(in: 0.3...0.9) * seconds)
          program.signal(SIGKILL)
        }
        _ = try program.end()
      }
      #expect(try bytes(file) == whole)
    }
  }
}
