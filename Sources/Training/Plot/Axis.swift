import Foundation

/// One axis of a chart: the range that it shows, and what is written along it.
public struct Axis: Sendable {
  /// What is measured along the axis.
  public let label: String
  let range: ClosedRange<Double>
  let ticks: [(position: Double, label: String)]

  /// An axis with ticks of your own.
  public init(_ range: ClosedRange<Double>, ticks: [(position: Double, label: String)], label: String = "") {
    (self.label, self.range, self.ticks) = (label, range, ticks)
  }

  /// An axis with about five round ticks that shows all values, and a little room.
  public init(showing values: [Double], room: Double = 0, label: String = "") {
    let finite = values.filter(\.canBeDrawn)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let extent = high > low ? high - low : max(abs(low), 1)
    let range = low - room * extent...(high > low ? high : low + extent) + room * extent
    self.init(range, ticks: Self.ticks(in: range, step: Self.roundStep(extent / 5)), label: label)
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, floor(log10(step)))
    return (([1, 2, 5].first { $0 * power >= step * 0.999 }) ?? 10) * power
  }

  private static func ticks(in range: ClosedRange<Double>, step: Double) -> [(position: Double, label: String)] {
    let digits = max(0, Int(-floor(log10(step) + 1e-9)))
    let first = Int((range.lowerBound / step).rounded(.up))
    let last = Int((range.upperBound / step).rounded(.down))
    return (first...max(first, last)).map {
      let text = String(format: "%.*f", digits, Double($0) * step)
      return (Double($0) * step, text.replacingOccurrences(of: "-", with: "−"))
    }
  }

  /// How far along the axis, from 0 to 1.
  func part(_ value: Double) -> Double { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
}

extension Double {
  /// Whether it is finite, and small enough for differences and sums.
  var canBeDrawn: Bool { abs(self) < 1e300 }
}
