import Testing

/// The change that `AddingAnOperation.md` shows is what stands in the sources.
@Suite struct AddingAnOperationTests {
  @Test func theDiffIsInTheSources() throws {
    let parts = Package.text("Sources/Autograd/Autograd.docc/AddingAnOperation.md").components(separatedBy: "```diff\n")
    #expect(parts.count == 5)
    for part in parts.dropFirst() {
      let lines = part.components(separatedBy: "```")[0].split(separator: "\n").map(String.init)
      let head = try #require(lines.first)
      #expect(head.hasPrefix("+++ b/") && lines.allSatisfy { $0.hasPrefix("+") })
      let added = lines.dropFirst().map { String($0.dropFirst()) }.filter { !$0.isEmpty }
      let source = Package.text(String(head.dropFirst(6))).split(separator: "\n").map(String.init)
      for line in added { #expect(source.contains(line), "\(head) has no line \(line)") }
    }
  }
}
