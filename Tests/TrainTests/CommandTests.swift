import Foundation
import Testing

/// What the program says about itself, and about mistakes in its options.
@Suite struct CommandTests {
  private static let commands = ["linear", "softmax", "mlp", "digits", "fashion", "text", "vae", "ode", "auction"]

  @Test func helpListsTheExamples() throws {
    let text = try Program.run(["--help"])
    for command in Self.commands { #expect(text.contains("\n  \(command) "), "\(command) is missing") }
  }

  @Test(arguments: commands) func eachHasTheSameOptions(_ command: String) throws {
    let text = try Program.run([command, "--help"])
    for option in ["epochs", "batch-size", "learning-rate", "seed", "threads", "save", "resume", "plot"]
    where command != "ode" || option != "batch-size" {
      #expect(text.contains("--\(option) "), "\(command) has no --\(option)")
    }
  }

  @Test(arguments: [
    ["mlp", "--epochs", "0"], ["mlp", "--batch-size", "0"], ["digits", "--threads", "0"], ["mlp", "--dropout", "1"],
    ["mlp", "--resume", "/missing"], ["text", "/missing"], ["fashion", "--folder", "/missing"],
    ["auction", "--bidders", "1"], ["vae", "--sharpness", "0"],
    ["linear", "--from-scratch", "--save", "run"],
  ]) func mistakesAreErrors(_ arguments: [String]) throws {
    let program = Program(arguments)
    try program.start()
    let text = try program.end()
    #expect(program.failed)
    #expect(text.hasPrefix("Error: "), "\(text)")
  }
}
