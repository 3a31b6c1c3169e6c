import Foundation
import Testing

/// Each example of the documentation stands, line by line, in a file of this target, where it is compiled and run.
@Suite struct ExampleTests {
  static let pages = Package.files(in: "Sources", extension: "md") + ["README.md"]
  static let sources = Package.files(in: "Sources", extension: "swift")

  @Test func thereArePages() { #expect(Self.pages.count >= 6) }

  @Test(arguments: pages) func examplesOfPagesAreCompiled(_ page: String) {
    check(Package.text(page).components(separatedBy: "```swift\n"), of: page, "a suite of Examples")
  }

  @Test func examplesOfCommentsAreCompiled() {
    for source in Self.sources {
      check(
        Package.text(source).components(separatedBy: "/// ```swift\n"), of: source,
        "CommentExamples.swift, LayerExamples.swift or TrainingExamples.swift")
    }
  }

  /// The parts of a text after the marks at which an example begins.
  private func check(_ parts: [String], of path: String, _ place: String) {
    let compiled = Package.files(in: "Tests/DocumentationTests", extension: "swift").map { code(Package.text($0)) }
    for example in parts.dropFirst().map({ code($0.components(separatedBy: "```")[0]) }) {
      let text = example.joined(separator: "\n")
      #expect(
        compiled.contains { contains($0, example) },
        "an example in \(path) is not compiled; copy it to \(place), with its lines as they are:\n\(text)")
    }
  }

  /// The lines that say something: without the marks of a comment, and without imports, which head a file.
  private func code(_ text: String) -> [String] {
    text.trimmedLines
      .map { $0.hasPrefix("///") ? $0.dropFirst(3).trimmingCharacters(in: .whitespaces) : $0 }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }

  private func contains(_ lines: [String], _ example: [String]) -> Bool {
    guard example.count <= lines.count else { return false }
    return (0...(lines.count - example.count)).contains {
      zip(lines[$0...], example).allSatisfy(isSame)
    }
  }

  /// Whether a line is one of an example, perhaps in `show( )`.
  private func isSame(_ line: String, _ wanted: String) -> Bool {
    if line == wanted { return true }
    guard line.hasPrefix("show("), let comment = wanted.range(of: "  // ") else { return false }
    return line == "show(" + wanted[..<comment.lowerBound] + ")" + wanted[comment.lowerBound...]
  }
}
