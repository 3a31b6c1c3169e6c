import Foundation

/// What text is written to: how wide it is, and whether it wants colours and moving lines.
public struct Terminal: Sendable {
  /// A person is watching: lines may be drawn over.
  public let isInteractive: Bool
  /// Whether `styled` gives colours.
  public let hasColor: Bool
  /// Columns to fill.
  public let width: Int
  private let output: @Sendable (String) -> Void

  /// A terminal of your own; `output` gets the text, with its ends of lines.
  public init(isInteractive: Bool, hasColor: Bool, width: Int, output: @escaping @Sendable (String) -> Void) {
    (self.isInteractive, self.hasColor, self.width, self.output) = (isInteractive, hasColor, width, output)
  }

  /// Wider lines are hard to read, and many logs cut them.
  private static let widest = 96

  /// The standard output. `NO_COLOR` turns colours off, `CLICOLOR_FORCE` on where the output is a file.
  public static var standardOutput: Terminal {
    let environment = ProcessInfo.processInfo.environment
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty && $0 != "0" } ?? false }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isDumb = environment["TERM"] == "dumb"
    return Terminal(
      isInteractive: isTerminal && !isDumb,
      hasColor: !isSet("NO_COLOR") && (isTerminal && !isDumb || isSet("CLICOLOR_FORCE")),
      width: min(widest, isTerminal ? columns ?? widest : widest)
    ) {
      print($0, terminator: "")
      fflush(nil)
    }
  }

  private static var columns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return nil }
    return Int(size.ws_col)
  }

  /// A text in styles, where there are colours.
  public func styled(_ text: String, _ styles: TextStyle...) -> String {
    guard hasColor, !text.isEmpty else { return text }
    return "\u{1B}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1B}[0m"
  }

  /// Writes a line.
  public func write(_ line: String) { output(line + "\n") }

  /// Draws over the line where the cursor is.
  public func redraw(_ line: String) { output("\r\u{1B}[K" + line) }
}

/// How text looks in a terminal.
public enum TextStyle: String, Sendable {
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
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
