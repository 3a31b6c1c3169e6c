import Autograd

extension Module {
  /// A table of the layers: names, shapes of their parameters, how many numbers those have, and their bytes.
  ///
  /// ```swift
  /// let network = Sequential(Dense(64, activation: .relu), Dense(10))
  /// _ = network(NDArray.ones([1, 8]))
  /// print(network.summary)
  /// // layer  type   shapes           parameters   bytes
  /// // 0      Dense  (64, 8), (64,)          576  2.3 kB
  /// // 1      Dense  (10, 64), (10,)         650  2.6 kB
  /// // total                               1,226  4.9 kB
  /// ```
  public var summary: String {
    var rows = summaryRows(Reflection(of: self).found)
    let parameters = self.parameters
    rows.append(Row("total", "", "", parameters))
    if parameters.contains(where: \.isFrozen) { rows.append(Row("frozen", "", "", parameters.filter(\.isFrozen))) }
    return Table(rows.map(\.cells)).description
  }

  /// A row for each module that has parameters of its own, and for each layer that is a value.
  private func summaryRows(_ found: [(path: String, part: Reflection.Part)]) -> [Row] {
    var owners: Set<String> = []
    for case (let path, .parameter) in found { owners.insert(path.parent) }
    return found.compactMap { path, part in
      switch part {
      case .module(let module) where owners.contains(path):
        let own = found.compactMap {
          if case (let p, .parameter(let part)) = $0, p.parent == path { part } else { nil }
        }
        let shapes = own.map { $0.isInitialized ? "\($0.value.shape)" : "?" }.joined(separator: ", ")
        return Row(path.isEmpty ? "(self)" : path, "\(type(of: module))", shapes, own)
      case .layer(let layer) where !owners.contains(path.parent):
        return Row(path, layer is Activation ? "\(layer)" : "\(type(of: layer))", "", [])
      default: return nil
      }
    }
  }
}

private struct Row {
  let cells: [String]

  init(_ name: String, _ type: String, _ shapes: String, _ parameters: [Parameter]) {
    let known = parameters.filter(\.isInitialized).map(\.value)
    let count = known.reduce(0) { $0 + $1.elementCount }
    let bytes = known.reduce(0) { $0 + $1.elementCount * $1.dtype.size }
    cells = [name, type, shapes] + (parameters.isEmpty ? ["", ""] : [grouped(count), readable(bytes: bytes)])
  }
}

/// Cells in columns: the first three to the left, numbers to the right.
private struct Table: CustomStringConvertible {
  private let rows: [[String]]

  init(_ rows: [[String]]) { self.rows = [["layer", "type", "shapes", "parameters", "bytes"]] + rows }

  var description: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      let cells = row.indices.map { i in
        let space = String(repeating: " ", count: widths[i] - row[i].count)
        return i < 3 ? row[i] + space : space + row[i]
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}

/// 1234567 as 1,234,567.
private func grouped(_ number: Int) -> String {
  var text = ""
  for (i, digit) in String(number).reversed().enumerated() {
    if i > 0, i % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}

extension String {
  /// The path without its last name.
  fileprivate var parent: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? "" }
}
