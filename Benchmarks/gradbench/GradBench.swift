import ArgumentParser
import Autograd
import Foundation

/// A tool of GradBench: answers the messages of an eval, one JSON line each, until there are no more.
@main
struct GradBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradbench",
    abstract: "A tool of GradBench, which judges libraries for automatic differentiation.",
    discussion: """
      Reads messages as JSON lines from standard input and writes an answer to each. Benchmarks/gradbench-run connects \
      it to an eval.
      """)

  @Flag(help: "Compute on all processors; by default on one, as the other tools do.")
  var multithreaded = false

  func run() throws {
    if !multithreaded { Execution.threads = 1 }
    while let line = readLine() {
      FileHandle.standardOutput.write(try answer(to: Data(line.utf8)) + Data("\n".utf8))
    }
  }

  private func answer(to line: Data) throws -> Data {
    let message = try JSONDecoder().decode(Message.self, from: line)
    switch message.kind {
    case "start": return try encode(Answer(id: message.id, tool: "autograd-swift"))
    case "define": return try encode(define(message))
    case "evaluate": return try evaluate(message, line)
    default: return try encode(Answer(id: message.id))
    }
  }

  private func define(_ message: Message) -> Answer {
    let isKnown = Module.named(message.module) != nil
    return Answer(
      id: message.id, success: isKnown, error: isKnown ? nil : "there is no module \(message.module ?? "")")
  }

  private func evaluate(_ message: Message, _ line: Data) throws -> Data {
    guard let function = Module.named(message.module)?.functions[message.function ?? ""] else {
      let name = "\(message.module ?? "").\(message.function ?? "")"
      return try encode(Answer(id: message.id, success: false, error: "there is no function \(name)"))
    }
    do {
      return try recovering { try function.evaluate(line) }
    } catch {
      return try encode(Answer(id: message.id, success: false, error: "\(error)"))
    }
  }
}
