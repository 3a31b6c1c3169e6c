import Autograd

private struct Input: Decodable {
  let matrix: [Double]
  let size: Int

  private enum CodingKeys: String, CodingKey {
    case matrix = "A"
    case size = "ell"
  }
}

/// A determinant by expansion along its rows, from the last one up: the minors of the last `k` rows, one for each
/// choice of `k` columns, are made of those of the last `k - 1`, so that no minor is computed twice.
private struct Expansion {
  let a: NDArray
  private let levels: [Level]

  /// For each choice of columns (a row of the matrices): the columns, and the minor that is left without each of them.
  private struct Level {
    let columns: NDArray
    let minors: NDArray
    let signs: NDArray

    init(_ choices: [[Int]], smaller: [[Int]]) {
      let position = Dictionary(uniqueKeysWithValues: smaller.enumerated().map { ($1, $0) })
      columns = NDArray(choices)
      minors = NDArray(
        choices.map { choice in choice.map { column in position[choice.filter { $0 != column }]! } })
      signs = NDArray(choices[0].indices.map { $0 % 2 == 0 ? 1.0 : -1.0 })
    }
  }

  init(_ input: Input) {
    a = NDArray(input.matrix, shape: [input.size, input.size]).attachingGrad()
    let choices = (0...input.size).map { Self.choices($0, of: input.size) }
    levels = (1...input.size).map { Level(choices[$0], smaller: choices[$0 - 1]) }
  }

  private static func choices(_ count: Int, of size: Int) -> [[Int]] {
    (0..<(1 << size)).filter { $0.nonzeroBitCount == count }.map { bits in
      (0..<size).filter { bits >> $0 & 1 == 1 }
    }
  }

  func determinant() -> NDArray {
    var minors = NDArray.ones([1], dtype: .float64)
    for (level, row) in zip(levels, (0..<a.shape[0]).reversed()) {
      minors = (level.signs * a[row].take(level.columns, axis: 0) * minors.take(level.minors, axis: 0)).sum(axis: 1)
    }
    return minors[0]
  }
}

extension Module {
  /// A determinant by expansion by minors.
  static let determinant = Module(
    name: "det",
    functions: [
      "primal": .number(prepare: Expansion.init) { $0.determinant() },
      "gradient": .vector(prepare: Expansion.init) { expansion in
        record { expansion.determinant() }.backward()
        return expansion.a.grad
      },
    ])
}
