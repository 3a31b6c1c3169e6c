import Foundation
import Testing

@testable import Training

@Suite struct ProgressBarTests {
  @Test func aLineTellsPartNoteRateAndTime() {
    let bar = ProgressBar("epoch 2", total: 200, terminal: Written().terminal())
    let middle = bar.line(50, "loss 0.25", 4)
    #expect(
      middle == String(repeating: "━", count: 7) + String(repeating: "┄", count: 21)
        + "  epoch 2  50/200  loss 0.25  12/s  12.0 s left")
    #expect(bar.line(200, "loss 0.25", 16, isLast: true).hasSuffix("epoch 2 200/200  loss 0.25  12/s  16.0 s"))
    #expect(bar.line(5, "", 4).hasSuffix("epoch 2   5/200  1.25/s  156.0 s left"))
    #expect(bar.line(0, "", 0).hasSuffix("epoch 2   0/200"))
  }

  @Test func whatWasDoneBeforeCountsForNoRate() {
    let bar = ProgressBar("epoch 2", total: 200, before: 100, terminal: Written().terminal())
    #expect(bar.line(150, "", 2).hasSuffix("epoch 2 150/200  25/s  2.0 s left"))
  }

  @Test(arguments: [(1, 1), (5, 5), (2, 2)]) func aLogGetsFewLines(_ lines: Int, _ expected: Int) {
    let written = Written()
    var bar = ProgressBar("round", total: 100, lines: lines, terminal: written.terminal())
    for done in 1...100 { bar.update(done, "note \(done)") }
    bar.finish("the end")
    let found = written.text.split(separator: "\n")
    #expect(found.count == expected)
    #expect(found.last!.contains("round 100/100  the end"))
    #expect(!written.text.contains("\r") && !written.text.contains("\u{1B}"))
  }

  @Test func aTerminalIsDrawnOver() {
    let written = Written()
    var bar = ProgressBar("round", total: 1000, terminal: written.terminal(isInteractive: true, hasColor: true))
    for done in 1...1000 { bar.update(done) }
    bar.finish()
    #expect(written.text.hasPrefix("\r\u{1B}[K") && written.text.hasSuffix("\n"))
    // The first, perhaps some of the next, and the last.
    #expect((2...20).contains(written.text.components(separatedBy: "\r").count - 1))
    #expect(written.text.components(separatedBy: "\n").count == 2)
  }

  @Test func noTotalIsNoTrap() {
    let written = Written()
    var bar = ProgressBar("nothing", total: 0, terminal: written.terminal())
    bar.update(0)
    bar.finish()
    #expect(written.text.contains("nothing 0/1"))
  }
}
