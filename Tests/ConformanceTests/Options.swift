import Foundation

/// What the environment asks of a run.
struct Options {
  private let directory: URL?
  private let filter: String?
  private let report: URL?
  private let updatesList: Bool
  /// Whether the name of each case is printed before it runs: the last one is the case that a crash happened in.
  let traces: Bool

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    directory = environment["CONFORMANCE_CASES"].map { URL(fileURLWithPath: $0, isDirectory: true) }
    filter = environment["CONFORMANCE_FILTER"]
    report = environment["CONFORMANCE_REPORT"].map { URL(fileURLWithPath: $0) }
    updatesList = environment["CONFORMANCE_UPDATE"] == "1"
    traces = environment["CONFORMANCE_TRACE"] == "1"
  }

  func cases() throws -> [Case] {
    let cases = try Case.load(from: directory ?? Bundle.module.bundleURL.appendingPathComponent("Cases"))
    guard let filter else { return cases }
    return cases.filter { $0.name.contains(filter) }
  }

  /// Writes what was asked for: the report, and the new list of passing cases.
  func write(_ results: [CaseResult]) throws {
    if let report { try Data(results.map(\.reportLine).joined().utf8).write(to: report) }
    if updatesList, directory == nil, filter == nil {
      let passing = results.filter { $0.outcome == .passed }.map { $0.name + "\n" }
      try Data(passing.joined().utf8).write(to: passingList)
    }
  }

  /// The results that make the test fail: of the committed cases those that used to pass, of others all failures.
  func regressions(in results: [CaseResult]) throws -> [CaseResult] {
    guard directory == nil else { return results.filter(\.outcome.isFailure) }
    let list = try String(contentsOf: passingList, encoding: .utf8)
    let mustPass = Set(list.split(whereSeparator: \.isNewline).map(String.init))
    return results.filter { $0.outcome != .passed && mustPass.contains($0.name) }
  }

  /// The committed list of the cases that pass, in the source tree.
  private var passingList: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("passing.txt")
  }
}
