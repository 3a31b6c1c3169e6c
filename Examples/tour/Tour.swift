import ArgumentParser
import Autograd

/// The autograd chapter of "Dive into Deep Learning", run: each snippet with its result, checked.
@main
struct Tour: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Walks through automatic differentiation: snippets, their results, a plot, and a network that learns.")

  @Option(help: "Where the plot is written.") var output = "."
  @Option(help: "Passes over the training digits.") var epochs = 200
  @Option(help: "Seed of the random numbers.") var seed = 2
  @Option(help: "Threads to compute with; all by default.") var threads: Int?

  func validate() throws {
    guard epochs > 0 else { throw ValidationError("--epochs must be at least 1") }
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    if let threads { Execution.threads = threads }
    Autograd.seed(seed)
    let page = Page()
    page.title("Automatic differentiation, by running it")
    gradientsOfAFunction(page)
    vectorsAndModes(page)
    detaching(page)
    controlFlow(page)
    exercises(page)
    try sineAndItsDerivative(page, directory: output)
    try readingDigits(page, epochs: epochs)
    page.summary()
    if page.mismatches > 0 { throw ExitCode.failure }
  }
}
