import Autograd
import Foundation

/// Prints the tour: headings, prose, snippets with their results, and whether each is as expected.
final class Page {
  private(set) var checks = 0
  private(set) var mismatches = 0
  private let ink = Ink()

  func title(_ text: String) {
    print("\n" + ink.bold(text))
    print(ink.dim(String(repeating: "=", count: text.count)))
  }

  func section(_ text: String) {
    print("\n" + ink.bold(text))
    print(ink.dim(String(repeating: "-", count: text.count)))
  }

  func prose(_ text: String) { print(text) }

  /// A snippet without a result.
  func code(_ snippet: String) {
    for line in snippet.split(separator: "\n", omittingEmptySubsequences: false) {
      print("    " + ink.code(String(line)))
    }
  }

  /// A snippet, its result, and what the result must be.
  func show(_ snippet: String, _ result: NDArray, expect expected: String) {
    show(snippet, text: result.debugDescription, expect: expected)
  }

  func show(_ snippet: String, text found: String, expect expected: String) {
    code(snippet)
    check(found == expected, found, "expected \(expected)")
  }

  /// A result that has no fixed value, but a property.
  func show(_ snippet: String, text found: String, holds: Bool, _ property: String) {
    code(snippet)
    check(holds, found, property)
  }

  private func check(_ isRight: Bool, _ found: String, _ expectation: String) {
    checks += 1
    let lines = found.split(separator: "\n").joined(separator: "\n      ")
    if isRight {
      print("    " + ink.green("✓ ") + lines)
    } else {
      mismatches += 1
      print("    " + ink.red("✗ ") + lines + "  " + ink.red(expectation))
    }
  }

  func summary() {
    section("Result")
    print(
      mismatches == 0
        ? ink.green("✓ all \(checks) results are as expected") : ink.red("✗ \(mismatches) of \(checks) results differ"))
  }
}

/// Colours, where the output is a terminal that wants them.
struct Ink {
  static let isTerminal = isatty(STDOUT_FILENO) == 1
  private let isOn = Self.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  private func paint(_ text: String, _ code: Int) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
  func bold(_ text: String) -> String { paint(text, 1) }
  func dim(_ text: String) -> String { paint(text, 2) }
  func red(_ text: String) -> String { paint(text, 31) }
  func green(_ text: String) -> String { paint(text, 32) }
  func blue(_ text: String) -> String { paint(text, 34) }
  func orange(_ text: String) -> String { paint(text, 33) }
  func code(_ text: String) -> String { paint(text, 36) }
}
