import Foundation

/// A bar with the time that is left: drawn over itself in a terminal, a line now and then in a log.
struct ProgressBar {
  private let total: Int
  private let unit: String
  private let page: Page
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?

  /// What a line takes beside the bar; a longer line would break, and could not be drawn over.
  private static let textWidth = 62
  private var width: Int { max(8, min(30, page.terminal.width - Self.textWidth)) }

  /// Lines in a log.
  private static let logLines = 5

  init(total: Int, unit: String, page: Page) {
    self.total = total
    self.unit = unit
    self.page = page
  }

  /// Tells that `done` of the total are done.
  mutating func update(_ done: Int, _ note: String) {
    if page.terminal.isInteractive {
      redraw(done, note)
    } else if done * Self.logLines / total > (done - 1) * Self.logLines / total {
      page.draw([line(done, note)])
    }
  }

  /// At most twenty times a second, and at the end.
  private mutating func redraw(_ done: Int, _ note: String) {
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(50), done < total { return }
    lastDrawn = now
    page.redraw(line(done, note))
    if done == total { page.endLine() }
  }

  private func line(_ done: Int, _ note: String) -> String {
    "\(bar(done))  \(unit) \(String(done).padded(left: String(total).count))/\(total)  \(note)  "
      + page.terminal.styled(time(done), .gray)
  }

  private func bar(_ done: Int) -> String {
    let filled = done * width / total
    let rest = String(repeating: page.terminal.hasColor ? "━" : "┄", count: width - filled)
    return page.terminal.styled(String(repeating: "━", count: filled), .green) + page.terminal.styled(rest, .gray)
  }

  private func time(_ done: Int) -> String {
    let elapsed = Double((ContinuousClock.now - start) / .seconds(1))
    let seconds = done == total ? elapsed : elapsed * Double(total - done) / Double(done)
    return String(format: "%.1f s", seconds) + (done == total ? " in all" : " left")
  }
}

extension String {
  fileprivate func padded(left width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
