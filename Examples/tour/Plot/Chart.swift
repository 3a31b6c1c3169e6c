/// A few curves over one axis, from -1 to 1, for the terminal and as SVG.
struct Chart {
  struct Curve {
    let name: String
    let values: [Double]
    /// In the SVG.
    let color: String
    /// In the terminal.
    let style: Style
    /// So that curves can be told apart without colours.
    let isDashed: Bool
  }

  let x: [Double]
  let curves: [Curve]
  /// Positions on the x axis, and what is written there.
  let ticks: [(position: Double, label: String)]

  /// Room above 1 and below -1.
  static let top = 1.15

  /// How far along the x axis, from 0 to 1.
  func across(_ value: Double) -> Double { (value - x[0]) / (x[x.count - 1] - x[0]) }

  /// How far down from the top, from 0 to 1.
  func down(_ value: Double) -> Double { (Self.top - value) / (2 * Self.top) }
}

// MARK: Terminal

extension Chart {
  /// The curves drawn in dots of a quarter of a character's height.
  func lines(terminal: Terminal) -> [String] {
    let columns = terminal.width - 10
    var canvas = DotCanvas(columns: columns, rows: 17)
    canvas.line(across: 0...1, down: down(0)...down(0), every: 2, .gray)
    canvas.line(across: across(0)...across(0), down: 0...1, every: 2, .gray)
    for curve in curves { draw(curve, on: &canvas) }
    return canvas.lines(terminal).enumerated().map { label(row: $0, of: 17) + $1 }
      + [tickLine(columns: columns), "", legend(terminal)]
  }

  private func draw(_ curve: Curve, on canvas: inout DotCanvas) {
    for i in 1..<x.count {
      // Ten points of every sixteen make the dashes.
      if curve.isDashed, i % 16 >= 10 { continue }
      canvas.line(
        from: (across(x[i - 1]), down(curve.values[i - 1])), to: (across(x[i]), down(curve.values[i])), curve.style)
    }
  }

  private func label(row: Int, of rows: Int) -> String {
    for (value, text) in [(1.0, "  1 "), (0, "  0 "), (-1, " −1 ")]
    where Int(down(value) * Double(rows - 1) + 0.5) == row {
      return text
    }
    return "    "
  }

  private func tickLine(columns: Int) -> String {
    var line = Array(repeating: Character(" "), count: columns + 8)
    for tick in ticks {
      let center = 4 + Int(across(tick.position) * Double(columns - 1))
      let start = center - tick.label.count / 2
      for (i, character) in tick.label.enumerated() { line[start + i] = character }
    }
    return String(line)
  }

  private func legend(_ terminal: Terminal) -> String {
    "    "
      + curves.map { curve in
        terminal.styled(curve.isDashed ? "╺╸╺╸╺╸" : "━━━━━━", curve.style) + " " + curve.name
      }.joined(separator: "     ")
  }
}

// MARK: SVG

extension Chart {
  private static let frame = (left: 60.0, top: 50.0, width: 680.0, height: 320.0)

  private func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (Self.frame.left + across(x) * Self.frame.width, Self.frame.top + down(y) * Self.frame.height)
  }

  func svg() -> String {
    let body = [background] + grid + curves.map(path) + legend
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 430" width="800" height="430" \
      font-family="Helvetica, Arial, sans-serif" font-size="14" fill="#444">
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private var background: String { #"<rect width="800" height="430" rx="8" fill="white"/>"# }

  private var grid: [String] {
    let bottom = Self.frame.top + Self.frame.height
    let right = Self.frame.left + Self.frame.width
    let vertical = ticks.flatMap { tick in
      let px = rounded(point(tick.position, 0).x)
      return [
        line(px, rounded(Self.frame.top), px, rounded(bottom), tick.position == 0),
        #"<text x="\#(px)" y="\#(bottom + 24)" text-anchor="middle">\#(tick.label)</text>"#,
      ]
    }
    let horizontal = [(-1.0, "−1"), (0, "0"), (1, "1")].flatMap { value, label in
      let py = rounded(point(0, value).y)
      return [
        line(rounded(Self.frame.left), py, rounded(right), py, value == 0),
        #"<text x="\#(Self.frame.left - 12)" y="\#(py + 5)" text-anchor="end">\#(label)</text>"#,
      ]
    }
    return vertical + horizontal
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ isAxis: Bool) -> String {
    #"<line x1="\#(x1)" y1="\#(y1)" x2="\#(x2)" y2="\#(y2)" stroke="\#(isAxis ? "#999" : "#e5e5e5")"/>"#
  }

  private func path(_ curve: Curve) -> String {
    let points = zip(x, curve.values).map { x, y in
      let point = point(x, y)
      return "\(rounded(point.x)),\(rounded(point.y))"
    }
    let dashes = curve.isDashed ? #" stroke-dasharray="9 6""# : ""
    return #"<polyline fill="none" stroke="\#(curve.color)" stroke-width="2.5"\#(dashes) points=""#
      + points.joined(separator: " ") + #""/>"#
  }

  private var legend: [String] {
    curves.enumerated().flatMap { i, curve in
      let left = Self.frame.left + 150 * Double(i)
      let dashes = curve.isDashed ? #" stroke-dasharray="9 6""# : ""
      return [
        #"<line x1="\#(left)" y1="28" x2="\#(left + 32)" y2="28" stroke="\#(curve.color)" stroke-width="2.5"\#(dashes)/>"#,
        #"<text x="\#(left + 42)" y="33">\#(curve.name)</text>"#,
      ]
    }
  }

  /// To a hundredth of a pixel.
  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
