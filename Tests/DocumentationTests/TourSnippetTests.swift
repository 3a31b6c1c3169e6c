import Foundation
import Testing

/// The snippets that the tour shows are the code that it runs.
///
/// In a section of the tour the statements of a snippet stand before the call that shows it, and the second argument
/// of that call is the snippet's last line.
@Suite struct TourSnippetTests {
  static let sections = Package.files(in: "Examples/tour/Chapter", extension: "swift")
  static let sources = Package.files(in: "Examples/tour", extension: "swift")

  @Test(arguments: sections) func snippetsAreTheCodeBeforeThem(_ path: String) {
    var reader = SectionReader(Package.text(path))
    let shown = reader.steps()
    #expect(!shown.isEmpty)
    for step in shown {
      #expect(
        step.isFaithful,
        "\(path) shows\n\(step.snippet)\nbut runs\n\(step.code)\nand shows the result of\n\(step.result)")
    }
  }

  /// What is quoted without being run there stands somewhere in the tour.
  @Test(arguments: sources) func quotationsAreFaithful(_ path: String) {
    let program = Self.sources.map { squeezed(Package.text($0)) }
    for step in SectionReader.quotations(in: Package.text(path)) {
      // Once where it is quoted, and once where it is meant.
      let count = program.map { $0.components(separatedBy: squeezed(step)).count - 1 }.reduce(0, +)
      #expect(count >= 2, "\(path) quotes what the tour does not contain: \(step)")
    }
  }
}

/// What one call of `show` shows, and what was run.
struct TourStep {
  let snippet: String
  let code: String
  let result: String

  var isFaithful: Bool {
    let text = squeezed(snippet)
    return text == squeezed(code) || text == squeezed(code) + squeezed(result)
  }
}

/// Takes a section of the tour apart, line by line.
struct SectionReader {
  private var lines: ArraySlice<String>

  init(_ text: String) { lines = text.trimmedLines[...] }

  mutating func steps() -> [TourStep] {
    var steps: [TourStep] = []
    var code = ""
    while let line = lines.popFirst() {
      if line.hasPrefix("page.") {
        let call = rest(ofCallFrom: line)
        if call.hasPrefix("page.show("), let arguments = CallArguments(call) {
          steps.append(TourStep(snippet: arguments.text, code: code, result: arguments.result))
        }
        code = ""
      } else if line.contains("func "), line.contains("_ page: Page") {
        code = ""
      } else if !line.hasPrefix("//") {
        code += line + "\n"
      }
    }
    return steps
  }

  /// The texts that are quoted without a result.
  static func quotations(in text: String) -> [String] {
    var reader = SectionReader(text)
    var quotations: [String] = []
    while let line = reader.lines.popFirst() {
      guard line.hasPrefix("page.quote(") else { continue }
      if let arguments = CallArguments(reader.rest(ofCallFrom: line)) { quotations.append(arguments.text) }
    }
    return quotations
  }

  /// A call that begins with this line, to its end.
  private mutating func rest(ofCallFrom line: String) -> String {
    var call = line
    while CallArguments.depth(of: call) > 0, let next = lines.popFirst() { call += "\n" + next }
    return call
  }
}

/// The first two arguments of a call: a text, and an expression.
struct CallArguments {
  let text: String
  let result: String

  init?(_ call: String) {
    let pieces = Self.pieces(of: call)
    guard let text = pieces.firstIndex(where: \.isText) else { return nil }
    self.text = pieces[text].content
    let rest = pieces[(text + 1)...].map(\.source).joined()
    result = Self.expression(String(rest.drop { $0 == "," || $0.isWhitespace }))
  }

  /// How many parentheses and texts are open at the end.
  static func depth(of call: String) -> Int {
    let pieces = pieces(of: call)
    if pieces.last?.isOpen == true { return 1 }
    return pieces.filter { !$0.isText }.map(\.content).joined().reduce(0) {
      $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0)
    }
  }

  /// An argument to the comma that ends it, without a label.
  private static func expression(_ text: String) -> String {
    var depth = 0
    let end = text.firstIndex { character in
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      return depth < 0 || (depth == 0 && character == ",")
    }
    let argument = String(text[..<(end ?? text.endIndex)])
    return argument.hasPrefix("throws: ") ? String(argument.dropFirst(8)) : argument
  }
}

extension CallArguments {
  /// A part of source code: a text literal, or what is between two.
  struct Piece {
    let source: String
    let isText: Bool
    let isOpen: Bool

    var content: String {
      guard isText else { return source }
      let count = source.hasPrefix("\"\"\"") ? 3 : 1
      return String(source.dropFirst(count).dropLast(count))
    }
  }

  static func pieces(of source: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = Substring(source)
    while let start = rest.firstIndex(of: "\"") {
      pieces.append(Piece(source: String(rest[..<start]), isText: false, isOpen: false))
      rest = rest[start...]
      let mark = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
      let end = rest.dropFirst(mark.count).range(of: mark)?.upperBound
      pieces.append(Piece(source: String(rest[..<(end ?? rest.endIndex)]), isText: true, isOpen: end == nil))
      rest = rest[(end ?? rest.endIndex)...]
    }
    return pieces + [Piece(source: String(rest), isText: false, isOpen: false)]
  }
}

/// A text without spaces and line breaks.
private func squeezed(_ text: String) -> String { text.filter { !$0.isWhitespace } }
