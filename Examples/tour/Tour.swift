import ArgumentParser
import Autograd
import Foundation

@main
struct Tour: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Automatic differentiation, shown by running it.",
    discussion: """
      Walks through the chapter on automatic differentiation and its exercises: each snippet with its live result, \
      checked against the value that it must have. Ends with a network that learns to read handwritten digits. \
      The exit code is not 0 if a result is wrong.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the plot and the graph are written.", valueName: "dir"))
  var output = "."

  @Option(help: ArgumentHelp("How often the network sees the training digits.", valueName: "n"))
  var epochs = 100

  @Option(help: ArgumentHelp("The seed of the network's random numbers.", valueName: "n"))
  var seed = 1

  @Option(help: ArgumentHelp("How many threads compute; all processors if missing.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .customLong("section"),
    help: ArgumentHelp("Only this section; may be given several times.", valueName: "name"))
  var sections: [Section] = []

  func validate() throws {
    guard epochs > 0 else { throw ValidationError("--epochs must be at least 1.") }
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be at least 1.") }
  }

  func run() throws {
    if let threads { Execution.threads = threads }
    let page = Page()
    page.title("Automatic differentiation", "the chapter and its exercises, run")
    for section in Section.allCases where sections.isEmpty || sections.contains(section) {
      page.heading(section.number, section.title)
      try run(section, page)
    }
    page.summary()
    guard page.mismatches.isEmpty else { throw ExitCode.failure }
  }

  private func run(_ section: Section, _ page: Page) throws {
    switch section {
    case .simple: Gradients.simpleExample(page)
    case .vectors: Gradients.vectors(page)
    case .detaching: Gradients.detaching(page)
    case .attaching: Intermediates.attaching(page)
    case .heads: Intermediates.headGradients(page)
    case .graph: try Graphs.run(page, writingTo: URL(fileURLWithPath: output, isDirectory: true))
    case .controlFlow: Intermediates.controlFlow(page)
    case .modes: Intermediates.modes(page)
    case .exercises: Exercises.run(page)
    case .sine: try Sine.run(page, writingTo: URL(fileURLWithPath: output, isDirectory: true))
    case .digits: try Reading.run(page, epochs: epochs, seed: seed)
    }
  }
}

/// The parts of the tour, in order.
enum Section: String, CaseIterable, ExpressibleByArgument {
  case simple, vectors, detaching, attaching, heads, graph
  case controlFlow = "control-flow"
  case modes, exercises, sine, digits

  var number: Int { Self.allCases.firstIndex(of: self)! + 1 }

  var title: String {
    switch self {
    case .simple: "A simple example"
    case .vectors: "Backward from a vector"
    case .detaching: "Detaching"
    case .attaching: "A gradient in the middle"
    case .heads: "Head gradients"
    case .graph: "The graph"
    case .controlFlow: "Control flow"
    case .modes: "Training and prediction"
    case .exercises: "Exercises"
    case .sine: "The sine and its derivative"
    case .digits: "Real input: reading digits"
    }
  }
}
