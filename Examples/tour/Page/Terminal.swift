import Foundation

/// What the output is connected to: how wide it is, and whether it wants colours and moving lines.
struct Terminal {
  /// A person is watching: lines may be drawn over.
  let isInteractive: Bool
  let hasColor: Bool
  /// Columns that the tour fills.
  let width: Int

  /// Wider lines are hard to read, and many logs cut them.
  static let widest = 96

  /// The standard output. `NO_COLOR` turns colours off, `CLICOLOR_FORCE` on where the output is a file.
  static var standardOutput: Terminal {
    let environment = ProcessInfo.processInfo.environment
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty && $0 != "0" } ?? false }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isDumb = environment["TERM"] == "dumb"
    return Terminal(
      isInteractive: isTerminal && !isDumb,
      hasColor: !isSet("NO_COLOR") && (isTerminal && !isDumb || isSet("CLICOLOR_FORCE")),
      width: min(widest, isTerminal ? columns ?? widest : widest))
  }

  private static var columns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return nil }
    return Int(size.ws_col)
  }

  func styled(_ text: String, _ styles: Style...) -> String {
    guard hasColor, !text.isEmpty else { return text }
    return "\u{1B}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1B}[0m"
  }

  /// Draws over the line where the cursor is.
  func redraw(_ line: String) {
    print("\r\u{1B}[K" + line, terminator: "")
    fflush(nil)
  }
}

enum Style: String {
  case bold = "1"
  case dim = "2"
  case italic = "3"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case magenta = "35"
  case cyan = "36"
  case gray = "90"
}

extension String {
  /// Filled with spaces up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

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
