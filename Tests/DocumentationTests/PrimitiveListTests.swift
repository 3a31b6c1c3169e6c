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
    #expect(rows.count == 7 && page.contains("There are \(total) types of operations"))
  }

  /// What could not be composed of others; each other type says at its declaration what a composition would cost.
  private static let basis: Set = [
    "Add", "Multiply", "Exp", "Log", "Sin", "Arctan2", "Erf", "Erfinv", "Lgamma", "Polygamma", "Comparison", "Which",
    "Rounding", "Sum", "Max", "Alias", "Broadcast", "Checkpoint", "CustomFunction", "Derivative", "Reshape", "Slice",
    "Transpose",
    "Cholesky", "Determinant", "Eigenvectors", "SingularVectors", "SpectralValues", "Argsort", "Convolution",
    "CumulativeExtreme", "GatherRows", "MatrixProduct", "Place", "PoolReturn", "PoolSpread", "RandomNumbers",
    "ScatterAddRows", "Unknown", "Cast", "Leaf",
  ]

  @Test func eachSaysWhyItIsOne() {
    let sources = Package.files(in: "Sources", extension: "swift").map(Package.text).joined(separator: "\n")
    let kinds = ["Elementwise", "Reducing", "View", "ComputedAtCall", "Custom", "ElementKernel", "Operation"]
    let types = sources.matches(of: #/((?:\n\/\/\/.*)*)\n(?:private )?struct (\w+): (\w+) {/#)
      .filter { kinds.contains(String($0.3)) }
    for type in types {
      let isBasic = Self.basis.contains(String(type.2))
      #expect(type.1.contains("/// Not ") != isBasic, "\(type.2): say what it is not composed of, and what that costs")
    }
    #expect(Self.basis.isSubset(of: types.map { String($0.2) }))
  }
}
