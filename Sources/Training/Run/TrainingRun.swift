import Autograd
import Data
import Foundation
import NN
import Optim

/// What surrounds the loop of a training: progress, measurements, checkpoints, and an end that can be continued.
///
/// The loop itself stays a plain one:
///
/// ```swift
/// let model = Dense(1)
/// let optimizer = SGD(model, learningRate: 0.1)
/// let loader = DataLoader(ArrayDataset(NDArray.ones([64, 3]), NDArray.zeros([64, 1])), batchSize: 16, seed: 1)
/// let run = try TrainingRun(model, optimizer, epochs: 2, save: "/tmp/autograd-example.run")
/// for _ in run.epochs {
///   for (x, y) in run.steps(loader) {
///     let loss = record { mseLoss(model(x), y) }
///     loss.backward()
///     optimizer.step()
///     run.add(loss)
///   }
///   try run.endEpoch()
/// }
/// run.history["loss"].count  // 2
/// ```
///
/// With `save` a checkpoint is written after each epoch, and where the run is when it is interrupted from the keyboard:
/// the step is finished first. A run that goes on from there with `resume` gives the same bits as one that was never
/// interrupted, if all of its random numbers come from the loader and the program's `seed`.
public final class TrainingRun {
  /// What was measured at the end of each epoch.
  public private(set) var history = History()

  private let model: Module
  private let optimizer: Optimizer
  private let epochCount: Int
  private let path: String?
  private let events: EventFile?
  private let terminal: Terminal
  /// How many steps may still be done before the run stops.
  private var stepsLeft: Int?
  private var isStopped = false

  private var epoch = 1
  private var loss = RunningMean()
  /// Where the loader is, which is saved, and where it is to go on.
  private var position: (() -> DataLoaderState)?
  private var resumed: DataLoaderState?
  private var bar: ProgressBar?
  private var examples = (done: 0, inBatch: 0)

  /// - Parameters:
  ///   - model: What learns.
  ///   - optimizer: The optimiser of its parameters.
  ///   - epochs: How many epochs there are in all, those of a resumed run included.
  ///   - save: Where checkpoints are written; if missing, where the run was resumed from, else nowhere.
  ///   - resume: A checkpoint to go on from, of a model and an optimiser made as these.
  ///   - stopAfter: How many steps are done at most, as if the run was interrupted then.
  ///   - events: A folder for a file that TensorBoard shows.
  ///   - terminal: Where progress is shown.
  public init(
    _ model: Module, _ optimizer: Optimizer, epochs: Int, save: String? = nil, resume: String? = nil,
    stopAfter: Int? = nil, events: String? = nil, terminal: Terminal = .standardOutput
  ) throws {
    (self.model, self.optimizer, epochCount, self.terminal) = (model, optimizer, epochs, terminal)
    (path, stepsLeft) = (save ?? resume, stopAfter)
    self.events = try events.map { try EventFile(in: $0) }
    if let resume { try load(resume) }
    if path != nil { Interruption.watch() }
  }
}

// MARK: The loops

extension TrainingRun {
  /// The numbers of the epochs to do, from 1: all of them, or those that are left of a resumed run.
  public var epochs: Range<Int> { epoch..<max(epoch, epochCount + 1) }

  /// The batches of this epoch, or those that are left of it.
  public func steps<Source>(_ loader: DataLoader<Source>) -> Steps<Source> {
    if let resumed { loader.state = resumed }
    resumed = nil
    position = { loader.state }
    return Steps(self, loader)
  }

  /// Steps that need no data, by their number, from 0.
  public func steps(_ count: Int) -> Steps<Numbers> {
    steps(DataLoader(Numbers(count: count), batchSize: 1, seed: 0, prefetch: 0))
  }

  /// Tells the mean loss of the batch; in a loop without `steps`, that of a step.
  public func add(_ loss: NDArray) {
    self.loss.add(loss.item(), count: max(1, examples.inBatch))
    bar?.update(examples.done, String(format: "loss %.4f", self.loss.value))
  }

  /// Ends an epoch: writes its line, keeps what was measured, saves. Measures are computed only if the epoch is whole.
  public func endEpoch(_ measures: @autoclosure () -> KeyValuePairs<String, Double> = [:]) throws {
    if isStopped { throw try stop() }
    let measured = [("loss", loss.value)] + pause { measures().map { ($0.key, $0.value) } }
    bar?.finish(measured.map { String(format: "\($0) %.4f", $1) }.joined(separator: "  "))
    for (name, value) in measured {
      history.append(value, to: name)
      try events?.add(name, value, step: optimizer.stepCount)
    }
    (epoch, loss) = (epoch + 1, RunningMean())
    try save()
    if Interruption.isRequested { throw try stop() }
  }

  /// The batches of an epoch.
  public struct Steps<Source: Dataset>: Sequence, IteratorProtocol {
    private let run: TrainingRun
    private let loader: DataLoader<Source>
    private var batches: DataLoader<Source>.Iterator

    fileprivate init(_ run: TrainingRun, _ loader: DataLoader<Source>) {
      (self.run, self.loader, batches) = (run, loader, loader.makeIterator())
      run.begin(total: loader.dataset.count, done: loader.state.batch * loader.batchSize)
    }

    public mutating func next() -> Source.Sample? {
      if run.mustStop { return nil }
      let before = loader.state.batch
      guard let batch = batches.next() else { return nil }
      let end = Swift.min((before + 1) * loader.batchSize, loader.dataset.count)
      run.advance(to: end, examples: end - before * loader.batchSize)
      return batch
    }
  }

  /// The numbers 0 ..< count as a dataset.
  public struct Numbers: Dataset {
    public let count: Int
    public subscript(index: Int) -> Int { index }
    public func batch(_ indices: [Int]) -> Int { indices[0] }
  }

  private func begin(total: Int, done: Int) {
    bar = ProgressBar("epoch \(epoch)/\(epochCount)", total: total, before: done, terminal: terminal)
  }

  private func advance(to done: Int, examples count: Int) {
    examples = (done, count)
    stepsLeft = stepsLeft.map { $0 - 1 }
  }

  private var mustStop: Bool {
    isStopped = Interruption.isRequested || stepsLeft.map { $0 <= 0 } ?? false
    return isStopped
  }
}

// MARK: Files

/// A run that stopped before its end, because it was told to.
public struct TrainingStopped: Error, CustomStringConvertible {
  public let description: String
}

extension TrainingRun {
  private func stop() throws -> TrainingStopped {
    bar?.finish(String(format: "loss %.4f", loss.value))
    if isStopped { try save() }
    let place = path.map { "; the run can be resumed from \($0)" } ?? ""
    return TrainingStopped(description: "stopped in epoch \(epoch), after \(optimizer.stepCount) steps" + place)
  }

  private func save() throws {
    guard let path else { return }
    let notes = [
      "epoch": "\(epoch)", "loss": loss.text, "history": history.text, "loader": position.map { "\($0())" } ?? "",
    ]
    try Checkpoint.save(path, model, optimizer, notes: notes)
  }

  private func load(_ path: String) throws {
    let notes = try Checkpoint.load(path, model, optimizer)
    guard let epoch = notes["epoch"].flatMap({ Int($0) }), let loss = notes["loss"].flatMap(RunningMean.init(text:)),
      let history = notes["history"].flatMap(History.init(text:)),
      let resumed = notes["loader"].flatMap(DataLoaderState.init)
    else { throw FileError("\(path): the notes of a training run are missing") }
    (self.epoch, self.loss, self.history, self.resumed) = (epoch, loss, history, resumed)
  }
}
