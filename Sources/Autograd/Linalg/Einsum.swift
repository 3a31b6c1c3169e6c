/// The sum of products that Einstein's notation names: an index that is not in the result is summed over.
///
/// Subscripts name the axes of each array, and after `->` those of the result; without it the indices that occur once,
/// in alphabetical order. A repeated index in one array is its diagonal; `...` stands for axes that broadcast.
///
/// ```swift
/// einsum("ij,jk->ik", NDArray.ones([2, 3]), NDArray.ones([3, 4])).shape  // (2, 4)
/// ```
public func einsum(_ subscripts: String, _ arrays: NDArray...) -> NDArray {
  einsum(subscripts, arrays)
}

/// The sum of products that Einstein's notation names, of a list of arrays.
public func einsum(_ subscripts: String, _ arrays: [NDArray]) -> NDArray {
  guard let plan = Einsum(subscripts, arrays) else { return .placeholder(.scalar, arrays.first?.dtype ?? .float32) }
  return plan.result
}

private struct Einsum {
  /// An array with a label for each axis.
  struct Term {
    var array: NDArray
    var labels: [Character]
  }

  private var terms: [Term] = []
  private var output: [Character] = []

  init?(_ subscripts: String, _ arrays: [NDArray]) {
    let sides = subscripts.filter { !$0.isWhitespace }.components(separatedBy: "->")
    let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard sides.count <= 2, inputs.count == arrays.count else {
      report(.value("einsum: \"\(subscripts)\" names \(inputs.count) arrays, but there are \(arrays.count)"))
      return nil
    }
    for (labels, array) in zip(inputs, arrays) {
      guard let expanded = Self.expand(labels, rank: array.rank) else {
        report(.shape("einsum: the subscripts \"\(labels)\" do not fit an array of shape \(array.shape)"))
        return nil
      }
      terms.append(Self.diagonal(Term(array: array, labels: expanded)))
    }
    guard hasEqualExtents(subscripts) else { return nil }
    let all: [Character] = inputs.joined().filter { $0 != "." }
    let ellipsis: [Character] = Set(terms.flatMap { $0.labels }.filter { $0.isEllipsisLabel }).sorted()
    let once: [Character] = Set(all).filter { label in all.filter { $0 == label }.count == 1 }.sorted()
    output = sides.count == 1 ? ellipsis + once : Self.expandOutput(sides[1], ellipsis)
    guard Set(output).count == output.count,
      output.allSatisfy({ label in terms.contains { $0.labels.contains(label) } })
    else {
      report(.value("einsum: the result of \"\(subscripts)\" repeats an index, or has one that no array has"))
      return nil
    }
  }

  /// Labels for the axes; those of `...` are counted from the last.
  private static func expand(_ labels: String, rank: Int) -> [Character]? {
    let parts = labels.components(separatedBy: "...")
    let named = parts.reduce(0) { $0 + $1.count }
    guard parts.count <= 2, parts.count == 2 ? named <= rank : named == rank else { return nil }
    guard parts.count == 2 else { return Array(labels) }
    let between = (0..<(rank - named)).reversed().map { Character.ellipsisLabel($0) }
    return Array(parts[0]) + between + Array(parts[1])
  }

  private static func expandOutput(_ labels: String, _ ellipsis: [Character]) -> [Character] {
    let parts = labels.components(separatedBy: "...")
    return parts.count == 2 ? Array(parts[0]) + ellipsis + Array(parts[1]) : Array(labels)
  }

  private static func diagonal(_ term: Term) -> Term {
    var term = term
    while let label = term.labels.first(where: { l in term.labels.filter { $0 == l }.count > 1 }) {
      let axes = term.labels.indices.filter { term.labels[$0] == label }.prefix(2)
      guard term.array.shape[axes[0]] == term.array.shape[axes[1]] else { return term }
      term.array = term.array.movedAxes(from: Array(axes), to: [0, 1]).diagonal(0)
      term.labels = [label] + term.labels.indices.filter { !axes.contains($0) }.map { term.labels[$0] }
    }
    return term
  }

  private func hasEqualExtents(_ subscripts: String) -> Bool {
    var extents: [Character: Int] = [:]
    for term in terms {
      for (label, extent) in zip(term.labels, term.array.shape) {
        let known = extents[label] ?? 1
        guard known == extent || extents[label] == nil || label.isEllipsisLabel && (known == 1 || extent == 1) else {
          report(.shape("einsum: index \(label) of \"\(subscripts)\" has the extents \(known) and \(extent)"))
          return false
        }
        extents[label] = extents[label] == nil || known == 1 ? extent : known
      }
    }
    return true
  }

  /// The terms multiplied from left to right; an index is summed over as soon as no other term needs it.
  var result: NDArray {
    var rest = terms[...]
    var product = rest.removeFirst()
    while let next = rest.popFirst() {
      let needed = Set(output + rest.flatMap(\.labels))
      product = multiply(summed(product, needed.union(next.labels)), summed(next, needed.union(product.labels)), needed)
    }
    let last = summed(product, Set(output))
    return last.array.transposed(output.map { last.labels.firstIndex(of: $0)! })
  }

  private func summed(_ term: Term, _ needed: Set<Character>) -> Term {
    let axes = term.labels.indices.filter { !needed.contains(term.labels[$0]) }
    guard !axes.isEmpty else { return term }
    return Term(array: term.array.sum(axis: Axes(axes)), labels: term.labels.filter(needed.contains))
  }

  private func multiply(_ a: Term, _ b: Term, _ needed: Set<Character>) -> Term {
    let shared = a.labels.filter(b.labels.contains)
    let batch = shared.filter(needed.contains)
    let inner = shared.filter { !needed.contains($0) }
    let rows = a.labels.filter { !shared.contains($0) }
    let columns = b.labels.filter { !shared.contains($0) }
    func extent(_ labels: [Character], _ term: Term) -> Int {
      labels.reduce(1) { $0 * term.array.shape[term.labels.firstIndex(of: $1)!] }
    }
    func arranged(_ term: Term, _ order: [Character]) -> NDArray {
      term.array.transposed(order.map { term.labels.firstIndex(of: $0)! })
    }
    let left = arranged(a, batch + rows + inner)
    let right = arranged(b, batch + inner + columns)
    let product = matmul(
      left.reshaped(Array(left.shape.prefix(batch.count)) + [extent(rows, a), extent(inner, a)]),
      right.reshaped(Array(right.shape.prefix(batch.count)) + [extent(inner, b), extent(columns, b)]))
    let outer = Array(left.shape[batch.count..<(batch.count + rows.count)]) + Array(right.shape.suffix(columns.count))
    return Term(
      array: product.reshaped(Array(product.shape.dropLast(2)) + outer), labels: batch + rows + columns)
  }
}

extension Character {
  /// Labels that no subscript can have, the first axis with the least.
  fileprivate static func ellipsisLabel(_ fromLast: Int) -> Character {
    Character(Unicode.Scalar(0xE010 - UInt32(fromLast))!)
  }

  fileprivate var isEllipsisLabel: Bool { unicodeScalars.first.map { (0xE000...0xE010).contains($0.value) } ?? false }
}

extension String {
  /// The parts between the separators.
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var rest = self[...]
    while let first = rest.first {
      if rest.hasPrefix(separator) {
        parts.append(part)
        part = ""
        rest.removeFirst(separator.count)
      } else {
        part.append(first)
        rest.removeFirst()
      }
    }
    return parts + [part]
  }
}
