import Autograd
import Testing

/// The table of types in `UsingArrays.md` says what the library does.
@Suite struct PromotionTableTests {
  @Test func theTableIsRight() throws {
    let rows = Package.text("Sources/Autograd/Autograd.docc/UsingArrays.md").trimmedLines
      .filter { $0.hasPrefix("| ") }.map(cells)
    let columns = try #require(rows.first).dropFirst()
    #expect(columns.count == DType.allCases.count && rows.count == DType.allCases.count + 1)
    for row in rows.dropFirst() {
      for (column, result) in zip(columns, row.dropFirst()) {
        let (a, b) = (try #require(type(row[0])), try #require(type(column)))
        #expect(DType.promoted(a, b).name == result, "\(a) with \(b)")
      }
    }
  }

  private func cells(_ row: String) -> [String] {
    row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func type(_ name: String) -> DType? { DType.allCases.first { $0.name == name } }
}
