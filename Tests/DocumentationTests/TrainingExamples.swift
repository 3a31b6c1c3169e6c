import Autograd
import Data
import Foundation
import NN
import Optim
import Testing
import Training

/// The examples of the comments in Training, and of its page.
@Suite struct TrainingExamples: Examples {
  @Test func progressBar() {
    var progress = ProgressBar("epoch 1", total: 100)
    for done in 1...100 { progress.update(done, "loss 0.25") }
    progress.finish("loss 0.25")
  }

  @Test func chart() throws {
    let chart = Chart([Curve("loss", [2.3, 1.1, 0.7, 0.6])], x: "epoch")
    try chart.svg().write(to: "/tmp/autograd-example.svg")
  }

  @Test func runningMean() {
    var loss = RunningMean()
    loss.add(0.5, count: 30)
    loss.add(0.25, count: 10)
    show(loss.value)  // 0.4375
  }

  @Test func accuracyOfScores() {
    show(accuracy(NDArray([[0.1, 0.9], [0.8, 0.2]]), NDArray([1, 1], dtype: .int64)))  // 0.5
  }

  @Test func confusionMatrix() {
    var confusion = ConfusionMatrix(classes: 2)
    confusion.add(predicted: NDArray([1, 0, 1], dtype: .int64), labels: NDArray([1, 0, 0], dtype: .int64))
    show(confusion.counts)  // [[1, 1], [0, 1]]
    show(confusion.accuracy)  // 0.6666666666666666
    show(confusion.f1(1))  // 0.6666666666666666
  }

  @Test func eventFile() throws {
    let events = try EventFile(in: "/tmp/autograd-example-events")
    try events.add("loss", 0.25, step: 100)
    try FileManager.default.removeItem(atPath: "/tmp/autograd-example-events")
  }

  @Test func grid() throws {
    let grid = imageGrid(NDArray.uniform([12, 1, 8, 8]), columns: 6)
    show(grid.shape)  // (19, 55, 1)
    try grid.write(png: "/tmp/autograd-example-grid.png")
  }

  @Test func run() throws {
    let model = Dense(1)
    let optimizer = SGD(model, learningRate: 0.1)
    let loader = DataLoader(ArrayDataset(NDArray.ones([64, 3]), NDArray.zeros([64, 1])), batchSize: 16, seed: 1)
    let run = try TrainingRun(model, optimizer, epochs: 2, save: "/tmp/autograd-example.run")
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { mseLoss(model(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch()
    }
    show(run.history["loss"].count)  // 2
  }

  @Test func pageOfTraining() throws {
    let digits = try Digits()
    let model = Sequential(Flatten(), Dense(32, activation: .relu), Dense(10))
    let optimizer = Adam(model, learningRate: 0.01)
    let loader = DataLoader(digits.training, batchSize: 64, shuffle: true, seed: 1)
    let run = try TrainingRun(model, optimizer, epochs: 4)
    for _ in run.epochs {
      for (x, y) in run.steps(loader) {
        let loss = record { softmaxCrossEntropy(model(x), y) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch(["test accuracy": accuracy(model(digits.test.inputs), digits.test.labels)])
    }
    show(run.history["test accuracy"].last! > 0.8)  // true

    try run.history.svg().write(to: "/tmp/autograd-example-learning.svg")
    var confusion = ConfusionMatrix(classes: 10)
    confusion.add(scores: model(digits.test.inputs), labels: digits.test.labels)
    show(confusion.total)  // 360
    try confusion.svg(title: "Digits").write(to: "/tmp/autograd-example-confusion.svg")
  }

  @Test func pageOfCharts() {
    let wave = (0...60).map { Double($0) / 10 }
    let chart = Chart([Curve("sine", x: wave, y: wave.map(sin)), Curve("cosine", x: wave, y: wave.map(cos), .dashes)])
    show(chart.svg(width: 640, height: 240).width)  // 640.0
    show(chart.lines(terminal: .standardOutput, rows: 10).count)  // 13
  }
}
