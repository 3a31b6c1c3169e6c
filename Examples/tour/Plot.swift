import Autograd
import Foundation

func sineAndItsDerivative(_ page: Page, directory: String) throws {
  page.section("sin and its derivative")
  let x = NDArray.linspace(-2 * .pi, 2 * .pi, count: 400).attachingGrad()
  let y = record { sin(x) }
  y.backward()
  page.code("let x = NDArray.linspace(-2 * .pi, 2 * .pi, count: 400).attachingGrad()\nlet y = record { sin(x) }")
  let error = abs(x.grad - cos(x)).max()
  page.show("y.backward(); abs(x.grad - cos(x)).max() < 1e-6", text: "\(error < 1e-6)", expect: "true")
  let plot = Plot(
    x: x.scalars(), curves: [("sin(x)", "#1f77b4", y.scalars()), ("its derivative", "#ff7f0e", x.grad.scalars())])
  print(plot.text())
  let url = URL(fileURLWithPath: directory).appendingPathComponent("sin.svg")
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  try plot.svg().write(to: url, atomically: true, encoding: .utf8)
  page.prose("written to \(url.path)")
}

/// A few curves over one axis, as text and as SVG.
struct Plot {
  let x: [Double]
  let curves: [(name: String, colour: String, y: [Double])]

  private var low: Double { curves.flatMap(\.y).min() ?? 0 }
  private var high: Double { curves.flatMap(\.y).max() ?? 1 }

  /// The position of a value between two bounds, 0 to 1.
  private func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
    high > low ? (value - low) / (high - low) : 0.5
  }

  /// Dots in a grid of characters.
  func text(columns: Int = 72, rows: Int = 15) -> String {
    let ink = Ink()
    var grid = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    let zero = Int((share(0, low, high) * Double(rows - 1)).rounded())
    for column in 0..<columns { grid[rows - 1 - zero][column] = ink.dim("·") }
    let glyphs = [ink.blue("●"), ink.orange("○")]
    for (k, curve) in curves.enumerated() {
      for (x, y) in zip(self.x, curve.y) {
        let column = Int((share(x, self.x[0], self.x[self.x.count - 1]) * Double(columns - 1)).rounded())
        let row = rows - 1 - Int((share(y, low, high) * Double(rows - 1)).rounded())
        grid[row][column] = glyphs[k % glyphs.count]
      }
    }
    func label(_ row: Int) -> String {
      guard row == 0 || row == rows - 1 || row == rows - 1 - zero else { return "      " }
      let value = high - (high - low) * Double(row) / Double(rows - 1)
      return String(format: "%5.1f ", value)
    }
    let lines = grid.enumerated().map { label($0) + $1.joined() }
    let legend = curves.enumerated().map { glyphs[$0 % glyphs.count] + " " + $1.name }.joined(separator: "    ")
    let axis = String(format: "      %-36.2f%36.2f", x[0], x[x.count - 1])
    return (lines + [axis, "      " + legend]).joined(separator: "\n")
  }

  func svg(width: Double = 640, height: Double = 360) -> String {
    let margin = 40.0
    func place(_ x: Double, _ y: Double) -> String {
      let px = margin + share(x, self.x[0], self.x[self.x.count - 1]) * (width - 2 * margin)
      let py = height - margin - share(y, low, high) * (height - 2 * margin)
      return String(format: "%.1f,%.1f", px, py)
    }
    func label(_ text: String, _ px: Double, _ py: Double, _ anchor: String, _ colour: String = "#333") -> String {
      "<text x=\"\(px)\" y=\"\(py)\" text-anchor=\"\(anchor)\" fill=\"\(colour)\">\(text)</text>"
    }
    let lines = curves.map { curve in
      let points = zip(x, curve.y).map(place).joined(separator: " ")
      return "<polyline fill=\"none\" stroke=\"\(curve.colour)\" stroke-width=\"2\" points=\"\(points)\"/>"
    }
    let legend = curves.enumerated().map { k, curve in
      label(curve.name, width - margin, 20 + 16 * Double(k), "end", curve.colour)
    }
    let axis = [place(x[0], 0), place(x[x.count - 1], 0)].map { $0.split(separator: ",") }
    let marks = [low, 0, high].map { value -> String in
      let py = height - margin - share(value, low, high) * (height - 2 * margin)
      return label(String(format: "%.1f", value), margin - 8, py + 4, "end")
    }
    let ends = [x[0], 0, x[x.count - 1]].map { value -> String in
      let px = margin + share(value, x[0], x[x.count - 1]) * (width - 2 * margin)
      return label(String(format: "%.2f", value), px, height - margin + 20, "middle")
    }
    let ground = "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    let zero =
      "<line x1=\"\(axis[0][0])\" y1=\"\(axis[0][1])\" x2=\"\(axis[1][0])\" y2=\"\(axis[1][1])\" stroke=\"#bbb\"/>"
    let body = [ground, zero] + lines + legend + marks + ends
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" font-family="sans-serif" font-size="13">
      \(body.joined(separator: "\n"))
      </svg>

      """
  }
}
