import Autograd

/// A drawing as a text in the format SVG, which browsers and the pages of repositories show.
public struct SVG: Sendable, CustomStringConvertible {
  /// In pixels.
  public let width, height: Double
  private let elements: [String]

  init(width: Double, height: Double, _ elements: [String]) {
    (self.width, self.height, self.elements) = (width, height, elements)
  }

  /// Drawings side by side.
  public static func row(_ drawings: [SVG]) -> SVG {
    var left = 0.0
    let moved = drawings.map { drawing in
      defer { left += drawing.width }
      return #"<g transform="translate(\#(left.short) 0)">"# + drawing.elements.joined(separator: "\n") + "</g>"
    }
    return SVG(width: left, height: drawings.map(\.height).max() ?? 0, moved)
  }

  /// The text of the file.
  public var description: String {
    let (width, height) = (width.short, height.short)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#444">
      <rect width="\(width)" height="\(height)" rx="8" fill="white"/>
      \(elements.joined(separator: "\n"))
      </svg>

      """
  }

  /// Writes the file, at once or not at all.
  public func write(to path: String) throws {
    try withPath(path) { try Files.writeAtomically(Array(description.utf8), to: path) }
  }
}

// MARK: Elements

extension SVG {
  enum Anchor: String { case start, middle, end }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String) -> String {
    #"<line x1="\#(x1.short)" y1="\#(y1.short)" x2="\#(x2.short)" y2="\#(y2.short)" stroke="\#(stroke)"/>"#
  }

  static func path(_ points: [(x: Double, y: Double)], stroke: String, isDashed: Bool) -> String {
    let list = points.map { "\($0.x.short),\($0.y.short)" }.joined(separator: " ")
    let dashes = isDashed ? #" stroke-dasharray="8 5""# : ""
    return #"<polyline fill="none" stroke="\#(stroke)" stroke-width="2.2"\#(dashes) points="\#(list)"/>"#
  }

  static func dot(_ x: Double, _ y: Double, fill: String) -> String {
    #"<circle cx="\#(x.short)" cy="\#(y.short)" r="3" fill="\#(fill)"/>"#
  }

  static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String) -> String {
    let size = #"width="\#(width.short)" height="\#(height.short)""#
    return #"<rect x="\#(x.short)" y="\#(y.short)" \#(size) fill="\#(fill)"/>"#
  }

  static func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, attributes: String = ""
  ) -> String {
    let place = #"x="\#(x.short)" y="\#(y.short)" text-anchor="\#(anchor.rawValue)""#
    return "<text \(place) \(attributes)>\(text.escaped)</text>"
  }

  /// A text that is read from below.
  static func upright(_ text: String, _ x: Double, _ y: Double) -> String {
    Self.text(text, x, y, .middle, attributes: #"transform="rotate(-90 \#(x.short) \#(y.short))""#)
  }
}

extension Double {
  /// To a hundredth, without a fraction that is 0.
  var short: String {
    let hundredths = (self * 100).rounded() / 100
    return hundredths == hundredths.rounded() && abs(hundredths) < 1e15 ? "\(Int(hundredths))" : "\(hundredths)"
  }
}

extension String {
  fileprivate var escaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
