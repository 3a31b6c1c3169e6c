/// A few curves over one axis, for the terminal and as SVG.
///
/// ```swift
/// let chart = Chart([Curve("loss", [2.3, 1.1, 0.7, 0.6])], x: "epoch")
/// try chart.svg().write(to: "/tmp/autograd-example.svg")
/// ```
public struct Chart: Sendable {
  /// Written above the curves.
  public let title: String
  private let x, y: Axis
  private let curves: [Curve]

  /// A chart with axes of your own.
  public init(_ curves: [Curve], title: String = "", x: Axis, y: Axis) {
    (self.curves, self.title, self.x, self.y) = (curves, title, x, y)
  }

  /// A chart with axes that show all of the curves.
  public init(_ curves: [Curve], title: String = "", x: String = "", y: String = "") {
    self.init(
      curves, title: title, x: Axis(showing: curves.flatMap(\.x), label: x),
      y: Axis(showing: curves.flatMap(\.y), room: 0.05, label: y))
  }
}

/// One curve of a chart.
public struct Curve: Sendable {
  /// How the points are drawn.
  public enum Mark: Sendable { case line, dashes, dots }

  let name: String
  let x, y: [Double]
  let mark: Mark
  fileprivate let color: Int?

  /// A curve through points, which may be dots instead; points that are not finite are left out. It has a colour of
  /// its own, or `color` is the number of the curve whose colour it shares, from 0.
  public init(_ name: String, x: [Double], y: [Double], _ mark: Mark = .line, color: Int? = nil) {
    let points = zip(x, y).filter { $0.canBeDrawn && $1.canBeDrawn }
    (self.name, self.x, self.y, self.mark, self.color) = (name, points.map(\.0), points.map(\.1), mark, color)
  }

  /// A curve through the values at 1, 2, 3 ...
  public init(_ name: String, _ values: [Double], _ mark: Mark = .line) {
    self.init(name, x: values.indices.map { Double($0 + 1) }, y: values, mark)
  }
}

/// The colours of curves, in order: they can be told apart also by those who do not see all colours.
private let palette: [(svg: String, style: TextStyle)] = [
  ("#0072b2", .blue), ("#d55e00", .yellow), ("#009e73", .green), ("#cc79a7", .magenta), ("#56b4e9", .cyan),
]

extension Chart {
  private func color(_ index: Int) -> (svg: String, style: TextStyle) {
    palette[Int((curves[index].color ?? index).magnitude % UInt(palette.count))]
  }
}

// MARK: Terminal

extension Chart {
  /// The curves drawn in dots of a quarter of a character's height.
  public func lines(terminal: Terminal, rows: Int = 17) -> [String] {
    let columns = terminal.width - 10
    var canvas = DotCanvas(columns: columns, rows: rows)
    if y.range.contains(0) { canvas.line(across: 0...1, down: down(0)...down(0), every: 2, .gray) }
    if x.range.contains(0) { canvas.line(across: x.part(0)...x.part(0), down: 0...1, every: 2, .gray) }
    for (i, curve) in curves.enumerated() { draw(curve, on: &canvas, color(i).style) }
    return canvas.lines(terminal).enumerated().map { label(row: $0, of: rows) + $1 }
      + [tickLine(columns: columns), "", legend(terminal)]
  }

  /// How far down from the top, from 0 to 1.
  private func down(_ value: Double) -> Double { 1 - y.part(value) }

  private func draw(_ curve: Curve, on canvas: inout DotCanvas, _ style: TextStyle) {
    let points = zip(curve.x, curve.y).map { (x.part($0), down($1)) }
    if curve.mark == .dots {
      for point in points { canvas.line(from: point, to: point, style) }
      return
    }
    for (i, (from, to)) in zip(points, points.dropFirst()).enumerated() {
      // Ten points of every sixteen make the dashes.
      if curve.mark == .dashes, (i + 1) % 16 >= 10 { continue }
      canvas.line(from: from, to: to, style)
    }
  }

  private func label(row: Int, of rows: Int) -> String {
    let tick = y.ticks.first { Int(down($0.position) * Double(rows - 1) + 0.5) == row }
    let text = tick?.label ?? ""
    return String(repeating: " ", count: max(0, 3 - text.count)) + text.prefix(3) + " "
  }

  private func tickLine(columns: Int) -> String {
    var line = Array(repeating: Character(" "), count: columns + 8)
    for tick in x.ticks {
      let center = 4 + Int(x.part(tick.position) * Double(columns - 1))
      let start = max(0, center - tick.label.count / 2)
      for (i, character) in tick.label.enumerated() where start + i < line.count { line[start + i] = character }
    }
    return String(line)
  }

  private func legend(_ terminal: Terminal) -> String {
    "    "
      + curves.enumerated().map { i, curve in
        let sample =
          switch curve.mark {
          case .line: "━━━━━━"
          case .dashes: "╺╸╺╸╺╸"
          case .dots: " •  • "
          }
        return terminal.styled(sample, color(i).style) + " " + curve.name
      }.joined(separator: "     ")
  }
}

// MARK: SVG

extension Chart {
  /// The drawing, in pixels.
  public func svg(width: Double = 480, height: Double = 320) -> SVG {
    let frame = Frame(
      left: y.label.isEmpty ? 58 : 76, top: title.isEmpty ? 46 : 70, right: width - 24,
      bottom: height - (x.label.isEmpty ? 40 : 58))
    let body = headings(frame, height) + grid(frame) + curves.enumerated().flatMap { elements($1, $0, frame) }
    return SVG(width: width, height: height, body + legend(frame))
  }

  private struct Frame {
    let left, top, right, bottom: Double
    func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
      (left + x * (right - left), bottom - y * (bottom - top))
    }
  }

  private func headings(_ frame: Frame, _ height: Double) -> [String] {
    let middle = frame.point(0.5, 0.5)
    return (title.isEmpty ? [] : [SVG.text(title, frame.left, 30, attributes: #"font-size="15" font-weight="bold""#)])
      + (x.label.isEmpty ? [] : [SVG.text(x.label, middle.x, height - 14, .middle)])
      + (y.label.isEmpty ? [] : [SVG.upright(y.label, 22, middle.y)])
  }

  private func grid(_ frame: Frame) -> [String] {
    let vertical = x.ticks.flatMap { tick in
      let px = frame.point(x.part(tick.position), 0).x
      return [
        SVG.line(px, frame.top, px, frame.bottom, stroke: tick.position == 0 ? "#999" : "#e5e5e5"),
        SVG.text(tick.label, px, frame.bottom + 20, .middle),
      ]
    }
    let horizontal = y.ticks.flatMap { tick in
      let py = frame.point(0, y.part(tick.position)).y
      return [
        SVG.line(frame.left, py, frame.right, py, stroke: tick.position == 0 ? "#999" : "#e5e5e5"),
        SVG.text(tick.label, frame.left - 8, py + 4, .end),
      ]
    }
    return vertical + horizontal
  }

  private func elements(_ curve: Curve, _ index: Int, _ frame: Frame) -> [String] {
    let points = zip(curve.x, curve.y).map { frame.point(x.part($0), y.part($1)) }
    let color = color(index).svg
    // A single point makes no line.
    if curve.mark == .dots || points.count == 1 { return points.map { SVG.dot($0.x, $0.y, fill: color) } }
    return [SVG.path(points, stroke: color, isDashed: curve.mark == .dashes)]
  }

  private func legend(_ frame: Frame) -> [String] {
    var left = frame.left
    return curves.enumerated().flatMap { i, curve in
      defer { left += 58 + 7 * Double(curve.name.count) }
      let (color, y) = (color(i).svg, frame.top - 18)
      let sample =
        curve.mark == .dots
        ? SVG.dot(left + 14, y, fill: color)
        : SVG.path([(left, y), (left + 28, y)], stroke: color, isDashed: curve.mark == .dashes)
      return [sample, SVG.text(curve.name, left + 36, y + 4)]
    }
  }
}
