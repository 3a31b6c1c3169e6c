import Autograd
import Foundation

/// What became of a case.
enum Outcome: Equatable {
  case passed
  case failed(String)
  case unsupported(operation: String)

  /// Runs the case. The seed is always the same, so that a run can be repeated.
  init(of example: Case) {
    seed(1)
    do {
      var interpreter = try Interpreter(inputs: example.inputs)
      self = Self.outcome { try interpreter.run(example.steps) } ?? .passed
      if case .failed(let reason) = self { self = .failed("\(reason) [at: \(interpreter.place)]") }
    } catch {
      self = .failed("\(error) [at: inputs]")
    }
  }

  /// What went wrong, if something did.
  private static func outcome(of run: () throws -> Void) -> Outcome? {
    do {
      try run()
      return nil
    } catch Failure.unsupported(let operation) {
      return .unsupported(operation: operation)
    } catch {
      return .failed("\(error)")
    }
  }

  var status: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .unsupported: "unsupported"
    }
  }

  var isFailure: Bool { status == "failed" }

  var why: String {
    switch self {
    case .passed: ""
    case .failed(let reason): reason
    case .unsupported(let operation): "\(Failure.unsupported(operation: operation))"
    }
  }
}

/// The outcome of one case, under its name.
struct CaseResult {
  let name: String
  let outcome: Outcome

  /// The result as a line of the report.
  var reportLine: String {
    let fields = [("name", name), ("status", outcome.status), ("why", outcome.why)]
    return "{" + fields.map { "\"\($0)\": \(Self.quoted($1))" }.joined(separator: ", ") + "}\n"
  }

  private static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

/// How many cases there are of each outcome.
struct Tally: CustomStringConvertible {
  private let counts: [String: Int]

  init(_ results: [CaseResult]) {
    counts = results.reduce(into: [:]) { $0[$1.outcome.status, default: 0] += 1 }
  }

  var description: String {
    ["passed", "failed", "unsupported"].map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
  }
}
