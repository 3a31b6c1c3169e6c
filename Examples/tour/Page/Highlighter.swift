import Training

/// Colours for Swift source text: enough for the snippets of the tour.
struct Highlighter {
  let terminal: Terminal

  private static let keywords: Set<Substring> = [
    "let", "var", "func", "for", "in", "while", "if", "else", "return", "do", "catch", "try", "self", "true", "false",
    "nil", "mutating", "inout",
  ]

  func callAsFunction(_ line: String) -> String {
    var rest = Substring(line)
    var result = ""
    while !rest.isEmpty {
      let token = Self.token(rest)
      result += styled(token)
      rest = rest[token.endIndex...]
    }
    return result
  }

  private static func token(_ rest: Substring) -> Substring {
    if rest.hasPrefix("//") { return rest }
    let first = rest.first!
    if first == "\"" {
      let end = rest.dropFirst().firstIndex(of: "\"").map { rest.index(after: $0) }
      return rest[..<(end ?? rest.endIndex)]
    }
    if first.isNumber { return rest.prefix { $0.isNumber || $0 == "." || $0 == "_" || $0 == "e" } }
    if first.isLetter || first == "_" { return rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" } }
    return rest.prefix(1)
  }

  private func styled(_ token: Substring) -> String {
    let text = String(token)
    if token.hasPrefix("//") { return terminal.styled(text, .gray) }
    if token.hasPrefix("\"") { return terminal.styled(text, .green) }
    if Self.keywords.contains(token) { return terminal.styled(text, .magenta) }
    if token.first!.isNumber { return terminal.styled(text, .cyan) }
    return text
  }
}
