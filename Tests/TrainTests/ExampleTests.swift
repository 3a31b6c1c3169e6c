import Foundation
import Testing

/// Each example learns: its loss falls, or it finds what made the data.
@Suite(.serialized) struct TrainExampleTests {
  @Test(arguments: [["--from-scratch"], []]) func linear(_ flags: [String]) throws {
    let text = try Program.run(["linear"] + flags)
    let last = try #require(text.split(separator: "\n").last).replacing("[", with: " ").replacing("]", with: " ")
    let found = last.split { " ,=wb".contains($0) }.compactMap { Double($0) }
    #expect(zip(found, [2, -3.4, 4.2]).allSatisfy { abs($0 - $1) < 0.01 } && found.count == 3, "\(text)")
  }

  @Test func softmax() throws {
    let accuracy = numbers(after: "test accuracy", in: try Program.run(["softmax", "--epochs", "10"]))
    #expect(accuracy.count == 10 && accuracy[9] > 0.8)
  }

  @Test func mlp() throws {
    let accuracy = numbers(after: "test accuracy", in: try Program.run(["mlp", "--epochs", "3"]))
    #expect(accuracy.count == 3 && accuracy[2] > 0.8)
  }

  @Test func digits() throws {
    let text = try Program.run(["digits", "--epochs", "2", "--examples", "400"])
    #expect(numbers(after: "right:", in: text)[0] > 50, "\(text)")
  }

  @Test(arguments: ["softmax", "mlp", "lenet", "resnet"]) func fashion(_ model: String) throws {
    guard FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist") else { return }
    let text = try Program.run([
      "fashion", "--model", model, "--examples", "300", "--epochs", "3", "--batch-size", "20",
    ])
    let losses = numbers(after: "  loss", in: text)
    #expect(losses.count == 3 && losses[2] < 0.8 * losses[0], "\(text)")
    #expect(numbers(after: "right:", in: text)[0] > 40, "\(text)")
  }

  @Test(arguments: ["lstm", "transformer"]) func text(_ model: String) throws {
    try inFolder { folder in
      let file = folder + "/text"
      try String(repeating: "the cat sat on the mat. ", count: 60).write(
        toFile: file, atomically: true, encoding: .utf8)
      let text = try Program.run([
        "text", file, "--model", model, "--length", "24", "--epochs", "6", "--batch-size", "4", "--prompt", "the ",
        "--write", "10", "--learning-rate", "0.01",
      ])
      let losses = numbers(after: "test loss", in: text)
      #expect(losses.count == 6 && losses[5] < 0.5 * losses[0], "\(text)")
      #expect(text.split(separator: "\n").last!.count == 14)
    }
  }

  @Test func vae() throws {
    try inFolder { folder in
      let text = try Program.run(["vae", "--epochs", "10", "--plot", folder])
      let losses = numbers(after: "test loss", in: text)
      #expect(losses.count == 10 && losses[9] < 0.9 * losses[0], "\(text)")
      // The hidden numbers tell pictures apart.
      #expect(numbers(after: "test distance", in: text)[9] > 1, "\(text)")
      let picture = try Data(contentsOf: URL(fileURLWithPath: folder + "/samples.png"))
      #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }
  }

  @Test func ode() throws {
    let losses = numbers(after: "  loss", in: try Program.run(["ode", "--epochs", "5"]))
    #expect(losses.count == 5 && losses[4] < 0.5 * losses[0])
  }

  @Test(arguments: [("second", 1.0), ("first", 2.0 / 3)]) func auction(_ pays: String, _ best: Double) throws {
    let text = try Program.run(["auction", "--pays", pays])
    #expect(abs(numbers(after: "bidders bid", in: text)[0] - best) < 0.03, "\(text)")
    #expect(abs(numbers(after: "no price below", in: text)[0] - 0.5) < 0.03, "\(text)")
  }
}
