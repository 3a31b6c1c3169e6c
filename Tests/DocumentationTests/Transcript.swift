import Autograd
import Foundation
import Testing

/// A suite whose tests are examples of the documentation, word for word.
protocol Examples {}

extension Examples {
  /// Stands in for Swift's `print`: what would be printed must be what the comment beside the call, or below it, says.
  func print(_ items: Any..., at location: SourceLocation = #_sourceLocation) {
    compare(items.map { "\($0)" }.joined(separator: " "), location)
  }

  /// The value must be what the comment beside the call says, but for line breaks.
  func show(_ value: some Any, at location: SourceLocation = #_sourceLocation) {
    compare(String(reflecting: value).replacing(#/\s*\n\s*/#, with: " "), location)
  }

  /// The same for an array of which the comment may tell only the shape.
  func show(_ array: NDArray, at location: SourceLocation = #_sourceLocation) {
    let isShape = output(location)?.hasPrefix("shape ") ?? false
    let text = isShape ? "shape \(array.shape)" : array.debugDescription
    compare(text.replacing(#/\s*\n\s*/#, with: " "), location)
  }

  private func output(_ location: SourceLocation) -> String? {
    ExampleFile.named(location.fileName).output(ofLine: location.line)
  }

  private func compare(_ found: String, _ location: SourceLocation) {
    guard let expected = output(location) else { return }
    if expected.hasSuffix("...") {
      #expect(found.hasPrefix(expected.dropLast(3)), sourceLocation: location)
    } else {
      // The comment may break a long message into lines.
      let text = found.contains("\n") ? expected : expected.replacing("\n", with: " ")
      #expect(found == text, sourceLocation: location)
    }
  }
}

/// A file of this target.
struct ExampleFile {
  let lines: [String]

  static func named(_ name: String) -> ExampleFile {
    ExampleFile(lines: Package.text("Tests/DocumentationTests/" + name).trimmedLines)
  }

  /// What the comments say that a line prints; `nil` if they say nothing.
  func output(ofLine number: Int) -> String? {
    if let comment = lines[number - 1].range(of: "  // ") {
      return String(lines[number - 1][comment.upperBound...])
    }
    let below = lines[number...].prefix { $0.hasPrefix("// ") }.map { String($0.dropFirst(3)) }
    return below.isEmpty ? nil : below.joined(separator: "\n")
  }
}

/// The files of the package.
enum Package {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) -> String {
    do {
      return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    } catch {
      Issue.record(error, "cannot read \(path)")
      return ""
    }
  }

  /// The paths below a folder of the files with this extension.
  static func files(in folder: String, extension suffix: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.allObjects ?? []
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix("." + suffix) }.map { folder + "/" + $0 }.sorted()
  }
}

extension String {
  /// All lines without the spaces around them.
  var trimmedLines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
