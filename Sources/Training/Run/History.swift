import Foundation

/// The values that were measured at the end of each epoch, by name, in the order of their first appearance.
public struct History: Sendable, Equatable {
  /// What was measured.
  public private(set) var names: [String] = []
  private var values: [String: [Double]] = [:]

  init() {}

  /// The values of one name, an epoch each; none if it was not measured.
  public subscript(name: String) -> [Double] { values[name] ?? [] }

  mutating func append(_ value: Double, to name: String) {
    if values[name] == nil { names.append(name) }
    values[name, default: []].append(value)
  }
}

extension History {
  /// A chart for each kind of measurement, the last word of a name: "loss" and "test loss" share one.
  public var charts: [Chart] {
    var kinds: [String] = []
    for kind in names.map(kind) where !kinds.contains(kind) { kinds.append(kind) }
    return kinds.map { kind in
      let members = names.filter { self.kind($0) == kind }
      return Chart(members.map { Curve($0, self[$0]) }, title: kind.count == 1 ? kind : kind.capitalized, x: "epoch")
    }
  }

  private func kind(_ name: String) -> String { String(name.split(separator: " ").last ?? "") }

  /// The charts side by side.
  public func svg() -> SVG { SVG.row(charts.map { $0.svg(width: 400, height: 300) }) }
}

extension History {
  /// The exact values as a text, a line for each name.
  var text: String {
    names.map { name in "\(name): " + self[name].map { "\($0)" }.joined(separator: " ") }.joined(separator: "\n")
  }

  init?(text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.components(separatedBy: ": ")
      guard parts.count == 2 else { return nil }
      for word in parts[1].split(separator: " ") {
        guard let value = Double(word) else { return nil }
        append(value, to: parts[0])
      }
    }
  }
}
