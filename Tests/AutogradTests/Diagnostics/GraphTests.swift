import Foundation
import Testing

@testable import Autograd

@Suite struct GraphTests {
  private func lines(_ graph: RecordedGraph) -> [String] { graph.description.components(separatedBy: "\n") }

  @Test func textNamesWhatIsSharedAndKept() {
    let w = NDArray([[1, 2], [3, 4]]).attachingGrad()
    let y = record { () -> NDArray in
      let h = exp(w.T) * 2
      return (h * h).sum()
    }
    let expected = """
      6 operations keep 52 B; a gradient goes to w
      #7 reshape () of float32, reads the memory of #6
        #6 sum (1, 1) of float32, keeps 4 B
          #5 multiply (2, 2) of float32, keeps 16 B
            #4 multiply (2, 2) of float32, keeps 16 B
              #2 exp (2, 2) of float32, keeps 16 B
                #1 transpose (2, 2) of float32, reads the memory of #0
                  #0 w (2, 2) of float32, receives a gradient
              #3 2.0
            #4 multiply
      """
    #expect(graph(y, names: ["w": w]).description == expected)
  }

  @Test func constantsPendingWorkAndKeptGradients() {
    let x = NDArray.ones([100, 100]).attachingGrad()
    let c = NDArray.arange(100)
    let y = record { x + c }
    y.retainGrad()
    let found = lines(graph(y))
    #expect(found[0] == "1 operation keeps 0 B; a gradient goes to variable")
    #expect(found[1] == "#2 add (100, 100) of float32, keeps nothing yet, its gradient is kept")
    #expect(found[3] == "  #1 array (100,) of float32, a constant, keeps 400 B")
    #expect(graph(c).description.contains("no array receives a gradient"))
  }

  @Test func freedGraphsNameTheBackward() {
    let x = NDArray([1, 2]).attachingGrad()
    let h = record { x * x }
    record { h * 3 }.backward()
    #expect(lines(graph(h))[1].hasSuffix("freed by the backward at AutogradTests/GraphTests.swift:\(#line - 1)"))
    let z = record { h + x }
    #expect(lines(graph(z))[2].contains("freed by the backward at"))
    #expect(graph(z).dot.contains("dashed"))
  }

  @Test func largeGraphsAreCut() {
    var y = NDArray([1.0]).attachingGrad()
    record { for _ in 0..<100_000 { y = y * 1.0001 } }
    #expect(lines(graph(y)).count == 202 && lines(graph(y)).last == "...")
    #expect(graph(y).text(lines: 3).components(separatedBy: "\n").count == 5)
  }

  @Test func drawings() throws {
    let x = NDArray([1, 2]).attachingGrad()
    let g = graph(record { which(x .> 1, x, 0).sum() }, names: ["a<b": x])
    #expect(g.dot.hasPrefix("digraph {") && g.dot.contains("a&lt;b") && g.dot.contains("[color=gray75]"))
    let path = NSTemporaryDirectory() + "graph-\(UUID()).svg"
    do {
      try g.write(svg: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8).contains("</svg>"))
      try FileManager.default.removeItem(atPath: path)
    } catch let error as FileError {
      #expect("\(error)".contains("Install Graphviz"))
    }
    #expect(throws: FileError.self) { try g.write(svg: "/nowhere/x.svg") }
  }

  @Test func severalHeads() {
    let x = NDArray([1, 2]).attachingGrad()
    let (a, b) = record { (x * 2, x * 3) }
    let found = lines(graph(a, b, names: ["x": x]))
    #expect(found.filter { $0.hasPrefix("#") }.count == 2 && found.contains("  #0 x"))
  }
}
