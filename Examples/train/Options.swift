import ArgumentParser
import Autograd
import Data
import Foundation
import NN
import Optim
import Training

/// What all examples can be told.
struct Options: ParsableArguments {
  @Option(help: ArgumentHelp("The seed of all random numbers.", valueName: "n"))
  var seed = 1

  @Option(help: ArgumentHelp("How many threads compute; all processors if missing.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Save the run here after each epoch, and when it is interrupted.", valueName: "file"))
  var save: String?

  @Option(help: ArgumentHelp("Go on with a saved run; it is saved here again without --save.", valueName: "file"))
  var resume: String?

  @Option(help: ArgumentHelp("Draw pictures of what was learned into this folder.", valueName: "dir"))
  var plot: String?

  @Option(help: ArgumentHelp("Write measurements for TensorBoard into this folder.", valueName: "dir"))
  var events: String?

  @Option(help: ArgumentHelp("Stop after so many steps, as if interrupted.", valueName: "n"))
  var steps: Int?

  func validate() throws {
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be at least 1.") }
    guard steps ?? 1 > 0 else { throw ValidationError("--steps must be at least 1.") }
  }

  /// Comes first in each example: what follows draws the same random numbers in every run.
  func begin() {
    Autograd.seed(seed)
    if let threads { Execution.threads = threads }
  }

  /// The run of a model, perhaps resumed.
  func run(_ model: Module, _ optimizer: Optimizer, epochs: Int) throws -> TrainingRun {
    let run = try TrainingRun(
      model, optimizer, epochs: epochs, save: save, resume: resume, stopAfter: steps, events: events)
    if resume != nil { print("resumed in epoch \(run.epochs.lowerBound)") }
    return run
  }

  /// Draws a picture, if pictures are wanted.
  func draw(_ name: String, _ picture: @autoclosure () -> SVG) throws {
    try inPlotFolder { try picture().write(to: "\($0)/\(name).svg") }
  }

  /// The same for an image of pixels.
  func draw(_ name: String, _ image: @autoclosure () -> NDArray) throws {
    try inPlotFolder { try image().write(png: "\($0)/\(name).png") }
  }

  private func inPlotFolder(_ body: (String) throws -> Void) throws {
    guard let plot else { return }
    try FileManager.default.createDirectory(atPath: plot, withIntermediateDirectories: true)
    try body(plot)
  }
}

/// What the examples that go through data in batches can be told.
func validate(epochs: Int, batchSize: Int, learningRate: Double) throws {
  guard epochs > 0 else { throw ValidationError("--epochs must be at least 1.") }
  guard batchSize > 0 else { throw ValidationError("--batch-size must be at least 1.") }
  guard learningRate > 0 else { throw ValidationError("--learning-rate must be positive.") }
}

func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }
