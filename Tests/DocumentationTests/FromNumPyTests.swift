import Foundation
import Testing

/// `FromNumPy.md` is compiled, and nothing is missing in it.
@Suite struct FromNumPyTests {
  private let rows = Package.text("Sources/Autograd/Autograd.docc/FromNumPy.md").trimmedLines
    .filter { $0.hasPrefix("| `") }.map { $0.components(separatedBy: " | ") }

  /// What no other library has under any name, or what is written differently in a table.
  private static let unlisted: Set = [
    ".|", "Convolution", "explain", "isGradStale", "indexItem", "parameter", "Recurrent",
    "TransformerLayer", "TransformerStack",
  ]

  /// Each line of a table stands in a suite of examples as it is there, perhaps in `show( )`.
  @Test func theTablesAreCompiled() {
    let examples = ["FromNumPyExamples", "FromTorchExamples"].map {
      Package.text("Tests/DocumentationTests/\($0).swift").trimmedLines
    }
    let lines = Set(examples.joined())
    #expect(rows.count > 350)
    for row in rows {
      let code = String(row[1].dropFirst().dropLast())
      #expect(lines.contains(code) || lines.contains("show(\(code))"), "not compiled: \(code)")
    }
  }

  /// Every public function of arrays, and every layer, loss and optimiser, has a row.
  @Test func thePageIsComplete() {
    let listed = rows.flatMap { $0[1].matches(of: #/(\w+)(?![\w:])|[^\w\s()`,\[\]]+/#).map { String($0.0) } }
    let names = Package.files(in: "Sources", extension: "swift").flatMap { publicNames(Package.text($0)) }
    #expect(names.count > 300)
    let missing = Set(names).subtracting(listed).subtracting(Self.unlisted).sorted()
    #expect(missing.isEmpty, "add rows to FromNumPy.md, or these names to those that have no equivalent")
    #expect(Self.unlisted.isSubset(of: names) && Self.unlisted.isDisjoint(with: listed))
  }

  /// Every operation of the conformance cases is found under its own name.
  @Test func theOperationsOfTheCasesAreFound() {
    let files = Package.files(in: "Tests/ConformanceTests", extension: "swift").filter { $0.contains("OperationTable") }
    let operations = files.flatMap { Package.text($0).matches(of: #/"([a-z][a-z0-9_]*)": /#).map { String($0.1) } }
    let found = Set(rows.flatMap { $0[0].matches(of: #/\w+/#).map { String($0.0) } })
    #expect(operations.count > 120)
    #expect(Set(operations).subtracting(found).subtracting(["index"]).sorted() == [])
  }

  /// The names of public functions, of public members of `NDArray`, and of the public types of layers and optimisers.
  private func publicNames(_ source: String) -> [String] {
    var isArray = false
    return source.split(separator: "\n").compactMap { line in
      if !" }/".contains(line.first!), let scope = line.firstMatch(of: #/(?:extension|struct|class|enum) (\w+)/#) {
        isArray = scope.1 == "NDArray"
      }
      guard line.hasPrefix("public ") || (isArray && line.hasPrefix("  public ")) else { return nil }
      let function = line.firstMatch(of: #/(?:func|  public.* var) ([^\s(<:]+)/#)?.1
      let type = line.firstMatch(of: #/^public (?:final )?class (\w+)|^public struct (\w+): Layer/#)
      return (function ?? type?.1 ?? type?.2).map(String.init)
    }
  }
}
