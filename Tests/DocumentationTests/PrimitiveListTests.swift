import Testing

/// The list of primitives in `Architecture.md` is that of the sources.
@Suite struct PrimitiveListTests {
  @Test func theListIsComplete() throws {
    let page = Package.text("Sources/Autograd/Autograd.docc/Architecture.md")
    let rows = page.matches(of: #/\n\| [^`\n]*: `(\w+)` \| (\d+) \| (.*) \|/#)
    let sources = Package.files(in: "Sources", extension: "swift").map(Package.text).joined(separator: "\n")
    let types = sources.matches(of: #/\n(?:private )?struct (\w+): (\w+) {/#)
    var total = 0
    for row in rows {
      let listed = row.3.split(separator: " ").map { $0.trimmingCharacters(in: ["`"]) }
      let found = types.filter { $0.2 == row.1 }.map { String($0.1) }.sorted()
      #expect(listed.sorted() == found && Int(row.2) == found.count, "\(row.1)")
      total += found.count
    }
    #expect(rows.count == 6 && page.contains("There are \(total) types of operations"))
  }
}
