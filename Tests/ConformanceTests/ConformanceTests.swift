import Foundation
import Testing

/// Runs the conformance cases: those in this target, or those under the directory in `CONFORMANCE_CASES`.
///
/// `CONFORMANCE_FILTER` limits the run to the cases whose name contains it, `CONFORMANCE_REPORT` names a file for one
/// JSON line a case, `CONFORMANCE_TRACE=1` prints each name before the case runs, and `CONFORMANCE_UPDATE=1` rewrites
/// `passing.txt`, the list of the cases that have to pass.
@Test func conformance() throws {
  let options = Options()
  let results = try options.cases().map { example in
    if options.traces { say(example.name) }
    let result = CaseResult(name: example.name, outcome: Outcome(of: example))
    if result.outcome.isFailure { say("FAILED \(result.name): \(result.outcome.why)") }
    return result
  }
  try options.write(results)
  say("conformance: \(Tally(results))")
  for result in try options.regressions(in: results) {
    Issue.record("\(result.name): \(result.outcome.why)")
  }
}

/// Prints a line at once: what `print` has buffered is lost in a crash.
private func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
