/// The sum of products that Einstein's notation names: an index that is not in the result is summed over.
///
/// Subscripts name the axes of each array by letters, and after `->` those of the result; without it they are those of
/// `...` and the indices that occur once, in alphabetical order. A repeated index in one array is its diagonal; `...`
/// stands for axes without a name. Between arrays an extent of 1 broadcasts. Of several arrays the pair with the
/// smallest product is multiplied first.
///
/// ```swift
/// einsum("ij,jk->ik", NDArray.ones([2, 3]), NDArray.ones([3, 4])).shape  // (2, 4)
/// einsum("ii", NDArray([[1, 2], [3, 4]]))  // array(5.)
/// ```
public func einsum(_ subscripts: String, _ arrays: NDArray...) -> NDArray {
  einsum(subscripts, arrays)
}

/// The sum of products that Einstein's notation names, of a list of arrays.
public func einsum(_ subscripts: String, _ arrays: [NDArray]) -> NDArray {
  let dtype = arrays.map(\.dtype).reduce(.bool, DType.promoted)
  let operands = arrays.map { $0.converted(to: dtype.computing) }
  guard let notation = Einsum.Notation(subscripts), let plan = Einsum(notation, operands) else {
    return .placeholder(.scalar, dtype)
  }
  return plan.result.converted(to: dtype == .bool ? .int32 : dtype)
}

private struct Einsum {
  /// An array with a label for each axis.
  struct Term {
    var array: NDArray
    var labels: [Character]
  }

  private var terms: [Term] = []
  private var output: [Character] = []
  private var extents: [Character: Int] = [:]

  init?(_ notation: Notation, _ arrays: [NDArray]) {
    guard notation.inputs.count == arrays.count else {
      report(.value("einsum: \(notation) names \(notation.inputs.count) arrays, but there are \(arrays.count)"))
      return nil
    }
    for (subscripts, array) in zip(notation.inputs, arrays) {
      guard let labels = Notation.labels(subscripts, rank: array.rank) else {
        report(.shape("einsum: an array of shape \(array.shape) does not have the axes that \(notation) names"))
        return nil
      }
      guard let term = diagonal(Term(array: array, labels: labels), notation), broadcasts(term, notation) else {
        return nil
      }
      terms.append(term)
    }
    // An axis that broadcasts is left out: another array has the index too.
    terms = terms.map { term in
      let kept = term.labels.indices.filter { term.array.shape[$0] == extents[term.labels[$0]] }
      let shape = Shape(kept.map { term.array.shape[$0] })
      return Term(array: term.array.reshaped(to: shape), labels: kept.map { term.labels[$0] })
    }
    guard let output = notation.output(Set(extents.keys)) else { return nil }
    self.output = output
  }

  /// A repeated label becomes one axis.
  private func diagonal(_ term: Term, _ notation: Notation) -> Term? {
    var term = term
    while let label = term.labels.first(where: { l in term.labels.count { $0 == l } > 1 }) {
      let axes = Array(term.labels.indices.filter { term.labels[$0] == label }.prefix(2))
      let (rows, columns) = (term.array.shape[axes[0]], term.array.shape[axes[1]])
      guard rows == columns else {
        report(
          .shape(
            "einsum: index \(label) of \(notation) has the extents \(rows) and \(columns) in one array, which "
              + "must be equal"
          ))
        return nil
      }
      term.array = term.array.movedAxes(from: axes, to: [0, 1]).diagonal(0)
      term.labels = [label] + term.labels.indices.filter { !axes.contains($0) }.map { term.labels[$0] }
    }
    return term
  }

  /// Whether the extents agree with those of the terms before.
  private mutating func broadcasts(_ term: Term, _ notation: Notation) -> Bool {
    for (label, extent) in zip(term.labels, term.array.shape) {
      let known = extents[label] ?? 1
      guard known == extent || known == 1 || extent == 1 else {
        let index = label.isLetter ? "index \(label)" : "an axis of ..."
        report(.shape("einsum: \(index) of \(notation) has the extents \(known) and \(extent), which must be equal"))
        return false
      }
      extents[label] = known == 1 ? extent : known
    }
    return true
  }

  /// The product of all terms; an index is summed over as soon as no other term needs it.
  var result: NDArray {
    var rest = terms
    while rest.count > 1 {
      let (i, j) = bestPair(rest)
      let (b, a) = (rest.remove(at: j), rest.remove(at: i))
      let (left, right) = ordered(a, b)
      let needed = Set(output + rest.flatMap(\.labels))
      guard
        let product = multiply(
          summed(left, needed.union(right.labels)), summed(right, needed.union(left.labels)), needed)
      else { return .placeholder(.scalar, a.array.dtype) }
      rest.append(product)
    }
    let last = summed(rest[0], Set(output))
    return last.array.transposed(output.map { last.labels.firstIndex(of: $0)! })
  }

  /// The two terms whose product adds the least to what is kept, or takes the most from it.
  private func bestPair(_ terms: [Term]) -> (Int, Int) {
    var best = (pair: (0, 1), growth: Double.infinity)
    for j in terms.indices {
      for i in 0..<j {
        let others = terms.indices.filter { $0 != i && $0 != j }
        let needed = Set(output + others.flatMap { terms[$0].labels })
        let kept = Set(terms[i].labels + terms[j].labels).intersection(needed)
        let growth = size(kept) - size(terms[i].labels) - size(terms[j].labels)
        if growth < best.growth { best = ((i, j), growth) }
      }
    }
    return best.pair
  }

  /// Two factors in the order that makes the last axis of the result the last of the product, whose elements are then
  /// neighbours where it is read: 8 % of a mixture of Gaussians.
  private func ordered(_ a: Term, _ b: Term) -> (Term, Term) {
    guard let last = output.last, a.labels.contains(last), !b.labels.contains(last) else { return (a, b) }
    return (b, a)
  }

  private func size(_ labels: some Sequence<Character>) -> Double { labels.reduce(1) { $0 * Double(extents[$1]!) } }

  private func extent(_ labels: [Character]) -> Int { labels.reduce(1) { $0 * extents[$1]! } }

  private func summed(_ term: Term, _ needed: Set<Character>) -> Term {
    let axes = term.labels.indices.filter { !needed.contains(term.labels[$0]) }
    guard !axes.isEmpty else { return term }
    return Term(array: term.array.sum(axis: Axes(axes)), labels: term.labels.filter(needed.contains))
  }

  private func multiply(_ a: Term, _ b: Term, _ needed: Set<Character>) -> Term? {
    let shared = a.labels.filter(b.labels.contains)
    let batch = shared.filter(needed.contains)
    let inner = shared.filter { !needed.contains($0) }
    let rows = a.labels.filter { !shared.contains($0) }
    let columns = b.labels.filter { !shared.contains($0) }
    let labels = batch + rows + columns
    guard labels.count <= InlineInts.capacity else {
      report(.rank("einsum: a product of two arrays would have \(labels.count) axes; at most 8 are possible"))
      return nil
    }
    func arranged(_ term: Term, _ order: [Character]) -> NDArray {
      term.array.transposed(order.map { term.labels.firstIndex(of: $0)! })
    }
    guard !inner.isEmpty, !(rows + columns).isEmpty else {
      // No matrices: one pass, with what follows, over all elements.
      let order = labels + inner
      func spread(_ term: Term) -> NDArray {
        let own = order.filter(term.labels.contains)
        return arranged(term, own).reshaped(to: Shape(order.map { own.contains($0) ? extents[$0]! : 1 }))
      }
      return summed(Term(array: spread(a) * spread(b), labels: order), needed)
    }
    let lead = batch.map { extents[$0]! }
    let product = matmul(
      arranged(a, batch + rows + inner).reshaped(to: Shape(lead + [extent(rows), extent(inner)])),
      arranged(b, batch + inner + columns).reshaped(to: Shape(lead + [extent(inner), extent(columns)])))
    return Term(array: product.reshaped(to: Shape(labels.map { extents[$0]! })), labels: labels)
  }
}

extension Einsum {
  /// Subscripts as they were written, with one character for `...` and one for `->`.
  struct Notation: CustomStringConvertible {
    let description: String
    let inputs: [Substring]
    private let result: Substring?

    init?(_ subscripts: String) {
      description = "\"\(subscripts)\""
      let sides = subscripts.filter { !$0.isWhitespace }.replacing("...", with: "…").replacing("->", with: "→")
        .split(separator: "→", omittingEmptySubsequences: false)
      inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false)
      result = sides.count > 1 ? sides[1] : nil
      let isValid = (inputs + sides.dropFirst()).allSatisfy { list in
        list.allSatisfy { $0.isASCII && $0.isLetter || $0 == "…" } && list.count { $0 == "…" } <= 1
      }
      guard sides.count <= 2, isValid else {
        report(
          .value(
            "einsum: \(description) are no subscripts: expected lists of letters, each with at most one ..., with "
              + "commas between them, and at most one -> before the list of the result"))
        return nil
      }
    }

    /// A label for each axis; those of `...` are counted from the last.
    static func labels(_ list: Substring, rank: Int) -> [Character]? {
      let named = list.count { $0 != "…" }
      guard list.contains("…") ? named <= rank : named == rank else { return nil }
      return list.flatMap { $0 == "…" ? (0..<(rank - named)).reversed().map(Character.ellipsisLabel) : [$0] }
    }

    /// The labels of the result, of those that there are; `nil`, and an error, if it cannot have them.
    func output(_ labels: Set<Character>) -> [Character]? {
      let ellipsis = labels.filter { !$0.isLetter }.sorted()
      let all = inputs.joined()
      guard let result else { return ellipsis + labels.filter { l in all.count { $0 == l } == 1 }.sorted() }
      let output = result.flatMap { $0 == "…" ? ellipsis : [$0] }
      guard Set(output).count == output.count, labels.isSuperset(of: output),
        result.contains("…") || ellipsis.isEmpty
      else {
        report(
          .value(
            "einsum: the result of \(self) repeats an index, has one that no array has, or lacks the axes of ..., "
              + "which are not summed over"))
        return nil
      }
      return output
    }
  }
}

extension Character {
  /// Labels that no subscript can have, the first axis with the least.
  fileprivate static func ellipsisLabel(_ fromLast: Int) -> Character {
    Character(Unicode.Scalar(0xE010 - UInt32(fromLast))!)
  }
}
