import Autograd
import Testing

/// The tables of `ElementTypes.md` say what the library does.
@Suite struct PromotionTableTests {
  @Test func typesAreDescribed() throws {
    let rows = table("Overview")
    #expect(rows.count == DType.allCases.count + 1)
    for row in rows.dropFirst() {
      let dtype = try #require(type(row[0]))
      #expect(dtype.size == Int(row[1]) && dtype.isFloatingPoint == (row[3] == "yes"), "\(dtype)")
    }
  }

  @Test func theTableIsRight() throws {
    let rows = table("Two types")
    let columns = try #require(rows.first).dropFirst()
    #expect(columns.count == DType.allCases.count && rows.count == DType.allCases.count + 1)
    for row in rows.dropFirst() {
      for (column, result) in zip(columns, row.dropFirst()) {
        let (a, b) = (try #require(type(row[0])), try #require(type(column)))
        #expect(DType.promoted(a, b).name == result, "\(a) with \(b)")
        #expect(
          (NDArray.ones([2], dtype: a) * NDArray.ones([2], dtype: b)).dtype.name
            == (result == "bool" ? "int32" : result))
      }
    }
  }

  @Test func resultsOfOneTypeAreRight() throws {
    let rows = table("One type")
    #expect(rows.count == Self.operations.count + 1)
    for row in rows.dropFirst() {
      let operation = try #require(Self.operations[row[0].filter { $0 != "`" }], "\(row[0])")
      for (column, result) in zip(rows[0], row).dropFirst() {
        let dtype = try #require(type(String(column.dropFirst(3))))
        #expect(operation(NDArray([[1, 0], [1, 1]], dtype: dtype)).dtype.name == result, "\(row[0]) of \(dtype)")
      }
    }
  }

  private static let operations: [String: @Sendable (NDArray) -> NDArray] = [
    "x + x": { $0 + $0 }, "x / x": { $0 / $0 }, "power(x, 2)": { power($0, 2) }, "abs(x)": { abs($0) },
    "sin(x)": { sin($0) }, "x .< x": { $0 .< $0 }, "x * 1.5": { $0 * 1.5 }, "x.sum()": { $0.sum() },
    "x.mean()": { $0.mean() }, "x.max()": { $0.max() }, "x.argmax()": { $0.argmax() }, "x.cumsum()": { $0.cumsum() },
    "matmul(x, x)": { matmul($0, $0) }, "softmax(x)": { softmax($0) },
  ]

  /// The rows of the table below a heading.
  private func table(_ heading: String) -> [[String]] {
    Package.text("Sources/Autograd/Autograd.docc/ElementTypes.md").trimmedLines
      .drop { $0 != "## " + heading }.dropFirst().prefix { !$0.hasPrefix("## ") }
      .filter { $0.hasPrefix("| ") }.map(cells)
  }

  private func cells(_ row: String) -> [String] {
    row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func type(_ name: String) -> DType? { DType.allCases.first { $0.name == name } }
}
