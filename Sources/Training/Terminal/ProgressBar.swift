import Foundation

/// How far a loop has come: a bar, a note such as the loss, the rate, and the time that is left.
///
/// In a terminal the line is drawn over itself, at most twenty times a second. Elsewhere, as in a log, only its last
/// form is written, and as many on the way as `lines` asks for.
///
/// ```swift
/// var progress = ProgressBar("epoch 1", total: 100)
/// for done in 1...100 { progress.update(done, "loss 0.25") }
/// progress.finish("loss 0.25")
/// ```
public struct ProgressBar {
  private let label: String
  private let total: Int
  private let lines: Int
  private let indent: String
  private let terminal: Terminal
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var done = 0
  /// What was done before this bar began: it tells nothing of the rate.
  private let before: Int

  /// A bar for the rounds of a loop.
  ///
  /// - Parameters:
  ///   - label: What stands in front of it.
  ///   - total: How many rounds there are.
  ///   - before: How many of them are done already.
  ///   - lines: How many lines a log gets, the last one included.
  ///   - indent: Columns to leave free.
  ///   - terminal: Where it is drawn.
  public init(
    _ label: String, total: Int, before: Int = 0, lines: Int = 1, indent: Int = 0, terminal: Terminal = .standardOutput
  ) {
    (self.label, self.total, self.before, self.lines) = (label, max(total, 1), before, lines)
    (self.indent, self.terminal) = (String(repeating: " ", count: indent), terminal)
  }

  /// Tells that `done` of the total are done.
  public mutating func update(_ done: Int, _ note: String = "") {
    defer { self.done = done }
    if terminal.isInteractive {
      redraw(done, note)
    } else if done < total, done * lines / total > self.done * lines / total {
      terminal.write(line(done, note, seconds))
    }
  }

  /// Writes the last line.
  public func finish(_ note: String = "") {
    let line = line(done, note, seconds, isLast: true)
    if terminal.isInteractive { terminal.redraw(line) }
    terminal.write(terminal.isInteractive ? "" : line)
  }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private mutating func redraw(_ done: Int, _ note: String) {
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(50) { return }
    lastDrawn = now
    terminal.redraw(line(done, note, seconds))
  }
}

// MARK: The line

extension ProgressBar {
  /// The line after some seconds; its last form tells the time of all instead of the time that is left.
  func line(_ done: Int, _ note: String, _ seconds: Double, isLast: Bool = false) -> String {
    let count = String(repeating: " ", count: "\(total)".count - "\(done)".count) + "\(done)/\(total)"
    let texts = ["\(label) \(count)", note, terminal.styled(time(done, seconds, isLast), .gray)]
    let text = texts.filter { !$0.isEmpty }.joined(separator: "  ")
    return indent + bar(done) + "  " + text
  }

  /// What a line takes beside the bar; a longer line would break, and could not be drawn over.
  private static let textWidth = 68

  private func bar(_ done: Int) -> String {
    let width = max(8, min(30, terminal.width - Self.textWidth))
    let filled = done * width / total
    let rest = String(repeating: terminal.hasColor ? "━" : "┄", count: width - filled)
    return terminal.styled(String(repeating: "━", count: filled), .green) + terminal.styled(rest, .gray)
  }

  private func time(_ done: Int, _ seconds: Double, _ isLast: Bool) -> String {
    let rounds = done - before
    guard rounds > 0, seconds > 0 else { return "" }
    let rate = String(format: "%.*f/s", Double(rounds) < 10 * seconds ? 2 : 0, Double(rounds) / seconds)
    let shown = isLast ? seconds : seconds * Double(total - done) / Double(rounds)
    return rate + String(format: "  %.1f s", shown) + (isLast ? "" : " left")
  }
}
