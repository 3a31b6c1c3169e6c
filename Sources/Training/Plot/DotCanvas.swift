/// A drawing made of Braille characters, each of two by four dots.
struct DotCanvas {
  private let columns: Int
  private let rows: Int
  private var dots: [UInt8]
  private var styles: [TextStyle]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    dots = Array(repeating: 0, count: columns * rows)
    styles = Array(repeating: .gray, count: columns * rows)
  }

  /// The bits of a Braille character: the dots of the left column from the top, then those of the right one.
  private static let bits: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]

  private mutating func dot(_ x: Int, _ y: Int, _ style: TextStyle) {
    guard x >= 0, x < 2 * columns, y >= 0, y < 4 * rows else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[x % 2 * 4 + y % 4]
    styles[cell] = style
  }

  /// In dots; what lies far outside is moved near, so that lines to it stay short.
  private func position(_ point: (across: Double, down: Double)) -> (x: Double, y: Double) {
    func near(_ part: Double) -> Double { min(max(part, -1), 2) }
    return (near(point.across) * Double(2 * columns - 1), near(point.down) * Double(4 * rows - 1))
  }

  /// A line between two points; coordinates go from 0 to 1, from the top left.
  mutating func line(from start: (Double, Double), to end: (Double, Double), _ style: TextStyle) {
    let (a, b) = (position(start), position(end))
    let count = max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up)))
    for i in 0...count {
      let t = Double(i) / Double(count)
      dot(Int((a.x + t * (b.x - a.x)).rounded()), Int((a.y + t * (b.y - a.y)).rounded()), style)
    }
  }

  /// A dotted horizontal or vertical line.
  mutating func line(across: ClosedRange<Double>, down: ClosedRange<Double>, every step: Int, _ style: TextStyle) {
    let (a, b) = (
      position((across.lowerBound, down.lowerBound)), position((across.upperBound, down.upperBound))
    )
    for x in Int(a.x.rounded())...Int(b.x.rounded()) {
      for y in Int(a.y.rounded())...Int(b.y.rounded()) where (x + y) % step == 0 { dot(x, y, style) }
    }
  }

  func lines(_ terminal: Terminal) -> [String] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let cell = row * columns + column
        let character = String(UnicodeScalar(0x2800 + UInt32(dots[cell]))!)
        return dots[cell] == 0 ? " " : terminal.styled(character, styles[cell])
      }.joined()
    }
  }
}
