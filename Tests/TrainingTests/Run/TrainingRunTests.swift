import Autograd
import Data
import Foundation
import NN
import Optim
import Testing

@testable import Training

/// One at a time: they draw from the random numbers of the program.
@Suite(.serialized) struct TrainingRunTests {
  /// A run of three epochs of four steps with everything that has a state: the order of the data, random transforms,
  /// dropout, running statistics, an optimiser with arrays.
  private struct Session {
    let model = Sequential(Dense(8, activation: .relu), BatchNorm(), Dropout(0.3), Dense(1))
    let written = Written()
    private(set) var steps = 0

    /// Learns, and returns the run.
    mutating func learn(
      save: String? = nil, resume: String? = nil, stopAfter: Int? = nil, events: String? = nil
    ) throws -> TrainingRun {
      seed(1)
      let x = NDArray.normal([30, 4])
      let data = ArrayDataset(x, x.sum(axis: 1, keepDims: true))
      let loader = DataLoader(data, batchSize: 8, shuffle: true, seed: 5) { x, y in
        (x + 0.1 * NDArray.normal(x.shape), y)
      }
      let optimizer = Adam(model, learningRate: 0.05)
      let run = try TrainingRun(
        model, optimizer, epochs: 3, save: save, resume: resume, stopAfter: stopAfter, events: events,
        terminal: written.terminal())
      for _ in run.epochs {
        for (x, y) in run.steps(loader) {
          let loss = record { mseLoss(model(x), y) }
          loss.backward()
          optimizer.step()
          run.add(loss)
          steps += 1
        }
        try run.endEpoch(["test loss": mseLoss(model(data.inputs), data.labels).item()])
      }
      return run
    }
  }

  @Test func theLoopGoesThroughAllAndMeasures() throws {
    var session = Session()
    let run = try session.learn()
    #expect(session.steps == 12)
    #expect(run.history.names == ["loss", "test loss"])
    #expect(run.history["loss"].count == 3 && run.history["test loss"].count == 3)
    #expect(run.history["test loss"][2] < run.history["test loss"][0])
    let lines = session.written.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains("epoch 2/3 30/30  loss ") && lines[1].contains("  test loss "))
  }

  @Test func aLoopWithoutStepsIsMeasuredToo() throws {
    let model = Sequential(Dense(1))
    _ = model(.ones([1, 1]))
    let run = try TrainingRun(model, SGD(model, learningRate: 0.1), epochs: 1, terminal: Written().terminal())
    for _ in run.epochs {
      for loss in [1.0, 3] { run.add(NDArray(loss)) }
      try run.endEpoch(["k": 2])
    }
    #expect(run.history["loss"] == [2])
    #expect(run.history.charts.map(\.title) == ["Loss", "k"])
  }

  /// Stopped after each number of steps, and resumed: the files are the same, byte for byte.
  @Test func aRunThatIsStoppedAnywhereGivesTheSameBits() throws {
    try inFolder { folder in
      var whole = Session()
      let history = try whole.learn(save: folder + "/whole").history
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/whole"))
      for stop in 1..<12 {
        var (first, second) = (Session(), Session())
        let file = folder + "/\(stop)"
        #expect(throws: TrainingStopped.self) { try first.learn(save: file, stopAfter: stop) }
        #expect(first.steps == stop)
        let resumed = try second.learn(resume: file)
        #expect(second.steps == 12 - stop)
        #expect(resumed.history == history)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes, "stopped after \(stop) steps")
      }
    }
  }

  @Test func aFinishedRunHasNothingLeft() throws {
    try inFolder { folder in
      var (first, second) = (Session(), Session())
      _ = try first.learn(save: folder + "/run")
      #expect(try second.learn(resume: folder + "/run").history["loss"].count == 3)
      #expect(second.steps == 0)
    }
  }

  @Test func aFileOfSomethingElseIsAnError() throws {
    try inFolder { folder in
      let model = Dense(1)
      _ = model(NDArray.ones([1, 2]))
      try Checkpoint.save(folder + "/checkpoint", model, SGD(model, learningRate: 1))
      #expect(throws: FileError.self) {
        try TrainingRun(model, SGD(model, learningRate: 1), epochs: 1, resume: folder + "/checkpoint")
      }
      #expect(throws: FileError.self) {
        try TrainingRun(model, SGD(model, learningRate: 1), epochs: 1, resume: folder + "/missing")
      }
    }
  }

  @Test func stepsWithoutDataAreCounted() throws {
    let model = Sequential(Dense(1))
    let run = try TrainingRun(model, SGD(model, learningRate: 1), epochs: 2, terminal: Written().terminal())
    var seen: [Int] = []
    for _ in run.epochs {
      for step in run.steps(3) {
        run.add(NDArray(Float(step)))
        seen.append(step)
      }
      try run.endEpoch()
    }
    #expect(seen == [0, 1, 2, 0, 1, 2] && run.history["loss"] == [1, 1])
  }

  @Test func measurementsAreWrittenForTensorBoard() throws {
    try inFolder { folder in
      var session = Session()
      _ = try session.learn(events: folder + "/events")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/events")
      #expect(files.count == 1)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/events/" + files[0]))
      #expect(bytes.ranges(of: Data("test loss".utf8)).count == 3)
    }
  }
}

@Suite struct HistoryTests {
  @Test func aTextKeepsEveryBit() {
    var history = History()
    for value in [0.1, 1 / 3.0, .infinity] { history.append(value, to: "loss") }
    history.append(1e-300, to: "test loss")
    #expect(History(text: history.text) == history)
    #expect(History(text: "") == History())
    #expect(History(text: "loss 1") == nil && History(text: "loss: x") == nil)
  }

  @Test func whatIsOfOneKindSharesAChart() {
    var history = History()
    for name in ["loss", "test accuracy", "test loss"] { history.append(1, to: name) }
    #expect(history.charts.map(\.title) == ["Loss", "Accuracy"])
    #expect(history.svg().width == 800)
  }
}
