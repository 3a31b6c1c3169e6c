/// One element handed to an `ArrayFormatter`.
enum PrintedScalar {
  case float16(Half)
  case float32(Float)
  case float64(Double)
  case integer(Int64)
  case bool(Bool)
}

/// Prints an array as NumPy 2.4 does with its default print options, to the character.
///
/// Arrays of more than 1000 elements are summarised to the three entries at either end of each axis;
/// only elements that appear in the result are asked for.
struct ArrayFormatter {
  let shape: [Int]
  /// The name to print as `dtype=`, or nil where the type goes without saying.
  let dtypeName: String?
  /// The element at a row-major index.
  let element: (Int) -> PrintedScalar

  private static let lineWidth = 75
  private static let threshold = 1000

  private var count: Int { shape.reduce(1, *) }
  private var isSummarised: Bool { count > Self.threshold }

  /// What NumPy's `repr` returns: `array([1., 2.], dtype=float64)`.
  var repr: String {
    let prefix = "array("
    // The closing parenthesis takes a column of the line.
    let body = layout(separator: ", ", indent: prefix.utf8.count, width: Self.lineWidth - 1)
    let extras = self.extras
    if extras.isEmpty { return prefix + body + ")" }
    let text = prefix + body + ","
    let suffix = extras.joined(separator: ", ") + ")"
    let lastLine = text.utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    let fits = lastLine + 1 + suffix.utf8.count <= Self.lineWidth
    return text + (fits ? " " : "\n" + spaces(prefix.utf8.count)) + suffix
  }

  /// What NumPy's `str` returns: `[1. 2.]`, and for rank 0 the bare scalar with all its digits.
  var description: String {
    if shape.isEmpty { return scalarText(element(0)) }
    return layout(separator: " ", indent: 0, width: Self.lineWidth)
  }

  /// The shape, where the brackets do not show it, and the element type.
  private var extras: [String] {
    var extras: [String] = []
    if isSummarised || (count == 0 && shape != [0]) {
      let lengths = shape.map(String.init).joined(separator: ", ")
      extras.append("shape=(" + lengths + (shape.count == 1 ? ",)" : ")"))
    }
    if let dtypeName { extras.append("dtype=" + dtypeName) }
    return extras
  }

  private func layout(separator: String, indent: Int, width: Int) -> String {
    if count == 0 { return "[]" }
    let axes = shape.map { AxisEntries(length: $0, isSummarised: isSummarised) }
    var elements: [PrintedScalar] = []
    collect(axes[...], from: 0, into: &elements)
    let cells = alignedCells(elements, isScalar: shape.isEmpty)
    if shape.isEmpty { return cells[0] }
    var layout = BracketLayout(axes: axes, cells: cells, separator: separator, indent: indent, width: width)
    return layout.block(axis: 0)
  }

  /// Appends the printed elements in the order in which they are printed.
  private func collect(_ axes: ArraySlice<AxisEntries>, from start: Int, into elements: inout [PrintedScalar]) {
    guard let axis = axes.first else { return elements.append(element(start)) }
    for entry in axis.entries {
      guard let entry else { continue }
      let length = axes.dropFirst().first?.length ?? 1
      collect(axes.dropFirst(), from: (start + entry) * length, into: &elements)
    }
  }
}

/// The positions of an axis that are printed; nil stands for the ones left out.
private struct AxisEntries {
  let length: Int
  let entries: [Int?]

  private static let edge = 3

  init(length: Int, isSummarised: Bool) {
    self.length = length
    if isSummarised && length > 2 * Self.edge {
      entries = Array(0..<Self.edge) + [nil] + Array(length - Self.edge..<length)
    } else {
      entries = Array(0..<length)
    }
  }
}

/// Puts cells into nested brackets and wraps rows that are too long.
private struct BracketLayout {
  let axes: [AxisEntries]
  let cells: [String]
  let separator: String
  let indent: Int
  let width: Int
  private var nextCell = 0

  private static let gap = "..."

  init(axes: [AxisEntries], cells: [String], separator: String, indent: Int, width: Int) {
    self.axes = axes
    self.cells = cells
    self.separator = separator
    self.indent = indent
    self.width = width
  }

  mutating func block(axis: Int) -> String {
    let axesLeft = axes.count - axis
    if axesLeft == 1 { return row(axis: axis) }
    // A line break between rows, a blank line between matrices, two between blocks of rank 3, and so on.
    let comma = separator == " " ? "" : ","
    let lineBreak = comma + String(repeating: "\n", count: axesLeft - 1) + spaces(indent + axis + 1)
    var parts: [String] = []
    for entry in axes[axis].entries {
      parts.append(entry == nil ? Self.gap : block(axis: axis + 1))
    }
    return "[" + parts.joined(separator: lineBreak) + "]"
  }

  private mutating func row(axis: Int) -> String {
    let margin = indent + axis + 1
    // Each enclosing bracket is closed on this line at worst.
    let limit = width - axes.count
    var text = "["
    var column = margin
    for (position, entry) in axes[axis].entries.enumerated() {
      if position > 0 {
        text += separator
        column += separator.utf8.count
      }
      let word = entry == nil ? Self.gap : takeCell()
      if column + word.utf8.count > limit && column > margin {
        while text.last == " " { text.removeLast() }
        text += "\n" + spaces(margin)
        column = margin
      }
      text += word
      column += word.utf8.count
    }
    return text + "]"
  }

  private mutating func takeCell() -> String {
    defer { nextCell += 1 }
    return cells[nextCell]
  }
}

func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
