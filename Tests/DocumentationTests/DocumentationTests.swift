import Foundation
import Testing

@Suite struct DocumentationTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The pages with examples: those of the catalogue, and the README.
  static let pages: [URL] = {
    let catalogue = root.appendingPathComponent("Sources/Autograd/Autograd.docc")
    let articles = (try? FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)) ?? []
    return articles.filter { $0.pathExtension == "md" } + [root.appendingPathComponent("README.md")]
  }()

  @Test func thereArePages() { #expect(Self.pages.count >= 6) }

  /// Each example stands, line by line, in a file that the tests compile.
  @Test(arguments: pages) func examplesAreCompiled(_ page: URL) throws {
    let compiled = try ["Snippets.swift", "Model.swift"].map { file in
      lines(
        try String(contentsOf: Self.root.appendingPathComponent("Tests/DocumentationTests/" + file), encoding: .utf8))
    }
    for block in examples(try String(contentsOf: page, encoding: .utf8)) {
      let wanted = lines(block).filter { !$0.hasPrefix("import ") }
      let isManifest = wanted.first?.hasPrefix("dependencies:") ?? false
      #expect(isManifest || compiled.contains { contains($0, wanted) }, "not compiled: \(block)")
    }
  }

  @Test func theModelDifferentiates() {
    let x = Value(.leaf, [], 0.5)
    let y = Value(.sine, [x]) * x
    let slope = derivative(of: y, by: x)
    #expect(abs(slope.number - (cos(0.5) * 0.5 + sin(0.5))) < 1e-12)
    #expect(abs(derivative(of: slope, by: x).number - (2 * cos(0.5) - 0.5 * sin(0.5))) < 1e-12)
  }

  @Test func examplesRun() {
    landing()
    chapter()
    arrays()
    errors()
    readme()
  }

  private func examples(_ text: String) -> [String] {
    text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private func contains(_ lines: [String], _ wanted: [String]) -> Bool {
    guard wanted.count <= lines.count else { return false }
    return (0...(lines.count - wanted.count)).contains { Array(lines[$0..<($0 + wanted.count)]) == wanted }
  }
}
