import Foundation
import Testing

/// The program `train`, which is built beside the tests.
struct Program {
  private let process = Process()
  private let output = Pipe()

  init(_ arguments: [String]) {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let places = [folder, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
    process.executableURL = places.map { $0.appendingPathComponent("train") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
  }

  /// Starts it, with no signal blocked: the threads that run tests block them, and children inherit that.
  func start() throws {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// What it wrote, when it has ended.
  func end() throws -> String {
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  /// Whether it has ended by itself, and with a success.
  var succeeded: Bool { process.terminationReason == .exit && process.terminationStatus == 0 }

  /// Whether it has ended by itself, and with an error.
  var failed: Bool { process.terminationReason == .exit && process.terminationStatus != 0 }

  /// Runs the program to its end, which must be a success.
  @discardableResult
  static func run(_ arguments: [String]) throws -> String {
    let program = Program(arguments)
    try program.start()
    let text = try program.end()
    #expect(program.succeeded, "train \(arguments.joined(separator: " ")):\n\(text)")
    return text
  }
}

/// The numbers that follow a name in a text.
func numbers(after name: String, in text: String) -> [Double] {
  text.components(separatedBy: name).dropFirst().compactMap { rest in
    let number = rest.drop { " [:".contains($0) }.prefix { "-+.e0123456789".contains($0) }
    return Double(number.hasSuffix(".") ? number.dropLast() : number)
  }
}

/// Runs `body` with a folder of its own.
func inFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}
