import Autograd
import Training

/// Where the tour is written: headings, prose, and snippets of code with their live results, each checked.
final class Page {
  let terminal: Terminal
  /// How many results were compared with what they must be.
  private(set) var checked = 0
  /// The snippets whose results were not what they must be.
  private(set) var mismatches: [String] = []

  private let highlight: Highlighter
  private var endsInBlankLine = false
  private static let indent = "  "

  init(_ terminal: Terminal = .standardOutput) {
    self.terminal = terminal
    highlight = Highlighter(terminal: terminal)
  }

  private func write(_ line: String) {
    terminal.write(line)
    endsInBlankLine = false
  }

  /// Leaves one line free, however often it is asked to.
  func skipLine() {
    if !endsInBlankLine { terminal.write("") }
    endsInBlankLine = true
  }
}

// MARK: Text

extension Page {
  func title(_ title: String, _ subtitle: String) {
    let rule = String(repeating: "━", count: terminal.width)
    write(terminal.styled(rule, .blue))
    write(Self.indent + terminal.styled(title, .bold) + terminal.styled("  " + subtitle, .gray))
    write(terminal.styled(rule, .blue))
  }

  /// A heading of the first level.
  func heading(_ number: Int, _ title: String) {
    let rest = max(0, terminal.width - title.count - "\(number)".count - 5)
    skipLine()
    write(
      terminal.styled("── \(number) ", .blue) + terminal.styled(title, .bold)
        + terminal.styled(" " + String(repeating: "─", count: rest), .blue))
  }

  /// A heading of the second level.
  func subheading(_ title: String) {
    skipLine()
    write(Self.indent + terminal.styled("▸ ", .blue) + terminal.styled(title, .bold))
  }

  /// A paragraph; code between backticks is coloured.
  func say(_ text: String) {
    skipLine()
    for line in text.wrapped(to: terminal.width - 2 * Self.indent.count) { write(Self.indent + inline(line)) }
    skipLine()
  }

  private func inline(_ line: String) -> String {
    guard terminal.hasColor else { return line }
    let parts = line.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    return parts.enumerated().map { $0 % 2 == 1 ? terminal.styled($1, .cyan) : $1 }.joined()
  }

  /// Lines as they are, indented.
  func draw(_ lines: [String]) {
    for line in lines {
      let end = line.lastIndex { $0 != " " }
      write(end.map { Self.indent + line[...$0] } ?? "")
    }
  }

  /// A bar below what was written.
  func progressBar(_ label: String, total: Int) -> ProgressBar {
    endsInBlankLine = false
    return ProgressBar(label, total: total, lines: 5, indent: Self.indent.count, terminal: terminal)
  }

  func note(_ text: String) { write(Self.indent + terminal.styled(text, .gray)) }
}

// MARK: Snippets

extension Page {
  /// Code of the program itself, quoted.
  func quote(_ snippet: String) {
    for line in snippet.split(separator: "\n", omittingEmptySubsequences: false) {
      write(Self.indent + terminal.styled("│ ", .gray) + highlight(String(line)))
    }
  }

  /// A snippet and its result, for which there is no expectation.
  func show(_ snippet: String, _ value: some Any) {
    quote(snippet)
    result(String(reflecting: value), isRight: nil)
  }

  /// A snippet, its result, and the text that the result must have.
  func show(_ snippet: String, _ value: some Any, is expected: String) {
    let found = String(reflecting: value)
    quote(snippet)
    check(found, found == expected, snippet, "must be " + expected)
  }

  /// A snippet, its result, and words that must be part of it.
  func show(_ snippet: String, _ text: String, containing words: String) {
    quote(snippet)
    check(text, text.contains(words), snippet, "must contain " + words)
  }

  /// A snippet that must be refused, with a message that contains some words.
  func show(_ snippet: String, throws body: @autoclosure () throws -> Void, containing words: String...) {
    var found = "nothing was thrown"
    do { try body() } catch { found = "\(error)" }
    let missing = words.filter { !found.contains($0) }
    quote(snippet)
    check("error: " + found, missing.isEmpty, snippet, "must contain " + missing.joined(separator: " and "))
  }

  /// A result without a snippet.
  func check(_ text: String, _ isRight: Bool, _ what: String, _ expectation: String) {
    checked += 1
    result(text, isRight: isRight)
    guard !isRight else { return }
    mismatches.append(what)
    for line in expectation.split(separator: "\n") { write(Self.indent + "   " + terminal.styled(String(line), .red)) }
  }

  private func result(_ text: String, isRight: Bool?) {
    let room = terminal.width - 2 * Self.indent.count - 6
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { fitted(String($0), room) }
    for (i, line) in lines.enumerated() {
      let edge = terminal.styled(i == 0 ? "╰─ " : "   ", .gray)
      let isMarked = i == lines.count - 1 && isRight != nil
      let text = terminal.styled(isMarked ? line.padded(to: room) : line, .bold)
      write(Self.indent + edge + text + (isMarked ? " " + mark(isRight) : ""))
    }
  }

  /// A line in several, where it is too long; they are indented a little more than the first.
  private func fitted(_ line: String, _ room: Int) -> [String] {
    guard line.count > room else { return [line] }
    let margin = String(line.prefix { $0 == " " })
    let lines = line.wrapped(to: room - margin.count - 3)
    return [margin + lines[0]] + lines.dropFirst().map { margin + "   " + $0 }
  }

  private func mark(_ isRight: Bool?) -> String {
    switch isRight {
    case true?: terminal.styled("✓", .green)
    case false?: terminal.styled("✗", .red, .bold)
    case nil: ""
    }
  }
}

// MARK: The end

extension Page {
  func summary() {
    skipLine()
    write(terminal.styled(String(repeating: "━", count: terminal.width), .blue))
    if mismatches.isEmpty {
      write(Self.indent + terminal.styled("✓ \(checked) results checked, all as they must be", .green, .bold))
    } else {
      write(Self.indent + terminal.styled("✗ wrong: \(mismatches.count) of \(checked) results", .red, .bold))
      for snippet in mismatches {
        write(Self.indent + "  " + snippet.split(separator: "\n").joined(separator: "; "))
      }
    }
  }
}

extension String {
  /// The words in lines of at most `width` characters.
  func wrapped(to width: Int) -> [String] {
    var lines = [""]
    for word in split(whereSeparator: \.isWhitespace) {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
