#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RecordedGraph {
  /// The graph in Graphviz's language: values flow down, and gradients back along the dark edges, to the green
  /// variables.
  public var dot: String {
    let nodes = vertices.indices.map { "  n\($0) [\(vertices[$0].style), label=<\(label($0))>]" }
    let edges = vertices.indices.flatMap { to in
      vertices[to].inputs.map { "  n\($0) -> n\(to)\(hasGradient(from: to, to: $0) ? "" : " [color=gray75]")" }
    }
    return """
      digraph {
        label=<\(summary.escaped)>
        labelloc=t
        fontname="Helvetica"
        fontsize=11
        nodesep=0.3
        ranksep=0.35
        node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", color=gray40, fillcolor=white, \
      margin="0.12,0.06", height=0.3]
        edge [color=gray20, arrowsize=0.6]
      \((nodes + edges).joined(separator: "\n"))
      }

      """
  }

  /// Whether a gradient goes back along this edge.
  private func hasGradient(from user: Int, to input: Int) -> Bool {
    vertices[user].role == .operation && vertices[input].role != .constant && vertices[input].dtype.isFloatingPoint
  }

  private func label(_ k: Int) -> String {
    let vertex = vertices[k]
    let title = heads.contains(k) ? "<b><u>\(vertex.name.escaped)</u></b>" : "<b>\(vertex.name.escaped)</b>"
    let small = ["\(vertex.shape) \(vertex.dtype)"] + vertex.notes
    let rows = small.map { "<br/><font point-size=\"8.5\" color=\"gray35\">\($0.escaped)</font>" }
    let number = "<font point-size=\"8.5\" color=\"gray60\">#\(k) </font>"
    return vertex.isNumber ? title : number + title + rows.joined()
  }

  /// Draws the graph into a file, by the program `dot` of Graphviz, which must be installed.
  ///
  /// ```swift
  /// try graph(y).write(svg: folder + "/y.svg")
  /// ```
  public func write(svg path: String) throws {
    let draft = path + ".\(getpid()).dot"
    try Files.writeAtomically(Array(dot.utf8), to: draft)
    defer { unlink(draft) }
    guard run("dot", ["-Tsvg", draft, "-o", path]) else {
      throw FileError("cannot draw a graph: the program dot did not run. Install Graphviz, or use the text in `dot`.")
    }
  }
}

extension RecordedGraph.Vertex {
  fileprivate var style: String {
    switch role {
    case .variable: "fillcolor=\"#d5f0d0\", color=\"#3a7d2c\""
    case .operation:
      keepsGradient ? "fillcolor=\"#e4f4e0\"" : memory == .pending ? "style=\"rounded,filled,dashed\"" : "penwidth=1"
    case .constant: "fillcolor=gray94, color=gray75"
    case .freed: "fillcolor=\"#f8e0dc\", color=\"#b03020\", style=\"rounded,filled,dashed\""
    }
  }
}

extension String {
  /// For labels like HTML.
  fileprivate var escaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

/// Runs a program that is found in the path; whether it ended well.
private func run(_ program: String, _ arguments: [String]) -> Bool {
  #if os(Linux) || os(macOS)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    guard posix_spawnp(&process, program, nil, nil, &words, environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return false } }
    return status == 0
  #else
    return false
  #endif
}
