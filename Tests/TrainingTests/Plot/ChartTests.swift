import Foundation
import Testing

@testable import Training

@Suite struct ChartTests {
  private let chart = Chart(
    [Curve("loss", [2, 1, 0.5]), Curve("a < b", [1, .nan, 0], .dashes), Curve("seen", x: [2], y: [0.3], .dots)],
    title: "Learning", x: "epoch", y: "nats")

  @Test func theDrawingHasEachPart() {
    let text = chart.svg().description
    for part in ["Learning", "epoch", "nats", "loss", "a &lt; b", "seen", "stroke-dasharray", "<circle"] {
      #expect(text.contains(part), "\(part) is missing")
    }
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(text.components(separatedBy: "<g").count == 1 && text.hasSuffix("</svg>\n"))
  }

  /// The first curve goes from the left of the frame to the right, and down.
  @Test func pointsLieWhereTheyMust() throws {
    let text = chart.svg(width: 480, height: 320).description
    let points = try #require(text.firstMatch(of: /#0072b2" stroke-width="2.2" points="([0-9., ]*)"/)).1
      .split(separator: " ").map { $0.split(separator: ",").map { Double($0)! } }
    #expect(points.map { $0[0] } == [76, 266, 456])
    // The range is 0 ... 2 with a twentieth of room, the frame from 70 to 262.
    for (point, value) in zip(points, [2, 1, 0.5]) {
      let wanted: Double = 262 - (value + 0.1) / 2.2 * 192
      #expect(abs(point[1] - wanted) < 0.01)
    }
  }

  @Test(arguments: [(0, "#0072b2"), (1, "#d55e00"), (-6, "#d55e00"), (nil, "#009e73"), (Int.min, "#cc79a7")])
  func aCurveSharesAColour(_ number: Int?, _ color: String) {
    let chart = Chart([Curve("a", [1]), Curve("b", [2]), Curve("c", x: [1, 2], y: [0, 3], .dots, color: number)])
    #expect(chart.svg().description.components(separatedBy: "fill=\"\(color)\"").count >= 3)
  }

  @Test func drawingsStandSideBySide() {
    let row = SVG.row([chart.svg(width: 300), chart.svg(width: 200, height: 400)])
    #expect((row.width, row.height) == (500, 400))
    #expect(row.description.contains("translate(300 0)"))
  }

  @Test func aTerminalGetsTheCurves() {
    let lines = chart.lines(terminal: Written().terminal(), rows: 9)
    #expect(lines.count == 12)
    #expect(lines.last!.contains("loss") && lines.last!.contains("╺╸"))
    #expect(lines.prefix(9).joined().contains { ("\u{2801}"..."\u{28ff}").contains($0) })
  }

  @Test func emptyAndConstantCurvesAreDrawn() {
    for values in [[], [3], [3, 3, 3], [.nan], [1e300, -1e300, .infinity], [1e-9, 2e-9]] as [[Double]] {
      let chart = Chart([Curve("c", values)])
      #expect(!chart.svg().description.contains("nan"))
      #expect(!chart.lines(terminal: Written().terminal()).isEmpty)
    }
  }
}

@Suite struct AxisTests {
  @Test(arguments: [
    ([0, 10], ["0", "2", "4", "6", "8", "10"]), ([0.11, 0.52], ["0.2", "0.3", "0.4", "0.5"]),
    ([-1, 1], ["−1.0", "−0.5", "0.0", "0.5", "1.0"]), ([1, 5], ["1", "2", "3", "4", "5"]),
    ([0, 60_000], ["0", "20000", "40000", "60000"]),
  ]) func ticksAreRound(_ values: [Double], _ labels: [String]) {
    #expect(Axis(showing: values).ticks.map(\.label) == labels)
  }
}
