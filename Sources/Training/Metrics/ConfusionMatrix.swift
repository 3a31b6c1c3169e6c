import Autograd

/// How often each class was taken for each other, and what follows from it: accuracy, precision, recall, F1.
///
/// ```swift
/// var confusion = ConfusionMatrix(classes: 2)
/// confusion.add(predicted: NDArray([1, 0, 1], dtype: .int64), labels: NDArray([1, 0, 0], dtype: .int64))
/// confusion.counts  // [[1, 1], [0, 1]]
/// confusion.accuracy  // 0.6666666666666666
/// confusion.f1(1)  // 0.6666666666666666
/// ```
public struct ConfusionMatrix: Sendable, Equatable {
  /// `counts[label][prediction]`.
  public private(set) var counts: [[Int]]

  /// Without any prediction yet.
  public init(classes: Int) { counts = Array(repeating: Array(repeating: 0, count: classes), count: classes) }

  /// Counts predictions of classes, integers of the shape of the labels.
  public mutating func add(predicted: NDArray, labels: NDArray) {
    guard predicted.shape == labels.shape else {
      let (given, wanted) = (predicted.shape, labels.shape)
      return mistake(.shape, "ConfusionMatrix: predictions \(given) for labels \(wanted); the shapes must be equal")
    }
    guard [predicted, labels].allSatisfy({ $0.areIndices(below: counts.count, "ConfusionMatrix") }) else { return }
    for (predicted, label) in zip(predicted.scalars(as: Int.self), labels.scalars(as: Int.self)) {
      counts[label][predicted] += 1
    }
  }

  /// Counts scores of shape (..., classes), of which the largest is the prediction.
  public mutating func add(scores: NDArray, labels: NDArray) {
    add(predicted: pause { scores.argmax(axis: -1) }, labels: labels)
  }
}

// MARK: What follows

extension ConfusionMatrix {
  /// The number of classes.
  public var classes: Int { counts.count }

  /// How many predictions there were.
  public var total: Int { counts.joined().reduce(0, +) }

  /// The share of predictions that are right; NaN without any.
  public var accuracy: Double { Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total) }

  /// The share of predictions of a class that are right; 0 if it was never predicted.
  public func precision(_ class: Int) -> Double {
    share(counts[`class`][`class`], of: counts.reduce(0) { $0 + $1[`class`] })
  }

  /// The share of a class that is found; 0 if it never occurs.
  public func recall(_ class: Int) -> Double { share(counts[`class`][`class`], of: counts[`class`].reduce(0, +)) }

  /// The harmonic mean of precision and recall of a class; 0 if it is never right.
  public func f1(_ class: Int) -> Double {
    let (precision, recall) = (precision(`class`), recall(`class`))
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
  }

  /// The mean of F1 over the classes.
  public var macroF1: Double { counts.indices.reduce(0) { $0 + f1($1) } / Double(max(classes, 1)) }

  private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}

// MARK: The picture

extension ConfusionMatrix {
  /// The counts as cells, the darker the larger their share of the row.
  public func svg(names: [String]? = nil, title: String = "") -> SVG {
    let names = names ?? counts.indices.map(String.init)
    let cell = 38.0
    let left = 46 + 7.2 * Double(names.map(\.count).max() ?? 0)
    let top = title.isEmpty ? 30.0 : 58.0
    let extent = cell * Double(classes)
    let bottom = top + extent + 12 + 6 * Double(names.map(\.count).max() ?? 0)
    var elements = counts.indices.flatMap { row in
      counts.indices.flatMap { self.cell(row, $0, at: (left + cell * Double($0), top + cell * Double(row)), cell) }
    }
    for (i, name) in names.prefix(classes).enumerated() {
      let middle = cell * (Double(i) + 0.5)
      let (x, y) = (left + middle + 4, top + extent + 14)
      elements.append(SVG.text(name, left - 8, top + middle + 4, .end))
      elements.append(
        SVG.text(name, x, y, .end, attributes: #"transform="rotate(-45 \#(x.short) \#(y.short))""#))
    }
    if !title.isEmpty {
      elements.append(SVG.text(title, left, 34, attributes: #"font-size="15" font-weight="bold""#))
    }
    elements.append(SVG.upright("label", 20, top + extent / 2))
    elements.append(SVG.text("prediction", left + extent / 2, bottom + 20, .middle))
    return SVG(width: left + extent + 24, height: bottom + 34, elements)
  }

  private func cell(_ row: Int, _ column: Int, at place: (x: Double, y: Double), _ extent: Double) -> [String] {
    let count = counts[row][column]
    let part = share(count, of: counts[row].reduce(0, +))
    let box = SVG.box(place.x, place.y, extent - 1.5, extent - 1.5, fill: shade(part, isRight: row == column))
    guard count > 0 else { return [box] }
    let color = part > 0.5 ? "white" : "#444"
    let text = SVG.text(
      "\(count)", place.x + extent / 2, place.y + extent / 2 + 4, .middle,
      attributes: #"font-size="12" fill="\#(color)""#)
    return [box, text]
  }

  /// From nearly white to blue for what is right, to orange for mistakes; the root shows also rare ones.
  private func shade(_ part: Double, isRight: Bool) -> String {
    let full = isRight ? (0.0, 114.0, 178.0) : (213.0, 94.0, 0.0)
    let strength = part.squareRoot()
    func mixed(_ channel: Double) -> Int { Int(244 + (channel - 244) * strength) }
    return "rgb(\(mixed(full.0)),\(mixed(full.1)),\(mixed(full.2)))"
  }
}
