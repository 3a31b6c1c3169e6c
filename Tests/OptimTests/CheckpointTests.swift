import Foundation
import FuzzSupport
import NN
import Optim
import Testing

@testable import Autograd

@Suite struct CheckpointTests {
  /// A run with everything that has a state: dropout, running statistics, an optimiser with arrays, random data.
  private final class Run {
    let model = Sequential(Dense(16, activation: .relu), BatchNorm(), Dropout(0.3), Dense(1))
    let optimizer: Optimizer

    init(_ make: (Module) -> Optimizer) { optimizer = make(model) }

    func step() {
      let x = NDArray.normal([32, 4])
      record { mseLoss(model(x), x.sum(axis: 1, keepDims: true)) }.backward()
      optimizer.step()
    }

    var bits: [String: [UInt8]] {
      model.arrays.merging(optimizer.arrays) { $1 }.mapValues { $0.withUnsafeBytes { Array($0) } }
    }
  }

  private static let optimizers: [@Sendable (Module) -> Optimizer] = [
    { SGD($0, learningRate: .cosine(0.01, steps: 20), momentum: 0.9) }, { Adam($0) }, { LAMB($0) },
    { SGD($0, learningRate: 0.1) },
    { RMSProp($0, momentum: 0.5) }, { Adadelta($0) }, { Lion($0) }, { AdaGrad($0) },
  ]

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Tests beside this one draw random numbers too.
    try RandomSource.$shared.withValue(RandomSource(seed: 0)) { try body(folder.path) }
  }

  @Test func anInterruptedRunGivesTheSameBits() throws {
    try inFolder { folder in
      for (i, make) in Self.optimizers.enumerated() {
        let interruption = Int.random(in: 1..<12)
        seed(i)
        let whole = Run(make)
        for _ in 0..<interruption { whole.step() }
        try Checkpoint.save(folder + "/run", whole.model, whole.optimizer, notes: ["step": "\(interruption)"])
        for _ in interruption..<12 { whole.step() }

        seed(99)
        let resumed = Run(make)
        let notes = try Checkpoint.load(folder + "/run", resumed.model, resumed.optimizer)
        #expect(notes == ["step": "\(interruption)"])
        for _ in interruption..<12 { resumed.step() }
        #expect(resumed.bits == whole.bits, "optimiser \(i), interrupted at \(interruption)")
      }
    }
  }

  @Test func whatDoesNotFitIsAnErrorAndChangesNothing() throws {
    try inFolder { folder in
      let run = Run { Adam($0) }
      run.step()
      try Checkpoint.save(folder + "/run", run.model, run.optimizer)
      let other = Run { SGD($0, learningRate: 0.1) }
      other.step()
      let before = other.bits
      #expect(throws: FileError.self) { try Checkpoint.load(folder + "/run", other.model, other.optimizer) }
      let smaller = Dense(1)
      #expect(throws: FileError.self) { try Checkpoint.load(folder + "/run", smaller, Adam(smaller)) }
      try run.model.save(to: folder + "/weights")
      #expect(throws: FileError.self) { try Checkpoint.load(folder + "/weights", other.model, other.optimizer) }
      #expect(other.bits == before && !smaller.weight.isInitialized)
    }
  }
  @Test func damagedCheckpointsAreNoCrash() throws {
    try inFolder { folder in
      let run = Run { Adam($0) }
      run.step()
      try Checkpoint.save(folder + "/run", run.model, run.optimizer, notes: ["epoch": "1"])
      let result = try fuzz([Files.read(folder + "/run")]) { bytes in
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/damaged"))
        // As yet without shapes: all that fits into the file is taken.
        let other = Run { Adam($0) }
        try Checkpoint.load(folder + "/damaged", other.model, other.optimizer)
      }
      #expect(result.isFine, "\(result)")
    }
  }

  #if compiler(>=6.3)
    /// A process that saves all the time is killed again and again.
    @Test func aKilledSaveLeavesTheCheckpointBefore() async throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("run").path
      let numbered = NumberedRun()
      try numbered.save(path, 0)
      for _ in 0..<10 {
        let delay = Double.random(in: 0...0.1)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as Double] in
          Thread.detachNewThread {
            Thread.sleep(forTimeInterval: delay)
            kill(getpid(), SIGKILL)
          }
          let numbered = NumberedRun()
          for number in 1... { try numbered.save(path, number) }
        }
        let notes = try Checkpoint.load(path, numbered.model, numbered.optimizer)
        let number = Double(notes["number"]!)!
        #expect(numbered.model.parameters.allSatisfy { ($0.value .== number).all().item() == 1 }, "after \(delay) s")
      }
      // Drafts that were never finished tell that saves were hit.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count > 1)
    }
  #endif
}

/// A model of 2 MB whose weights are all the number of its save.
private struct NumberedRun {
  let model = Dense(512)
  let optimizer: Optimizer

  init() {
    optimizer = SGD(model, learningRate: 0.1)
    _ = model(NDArray.ones([1, 1024]))
  }

  func save(_ path: String, _ number: Int) throws {
    for parameter in model.parameters { parameter.value = .full(parameter.value.shape, Double(number)) }
    try Checkpoint.save(path, model, optimizer, notes: ["number": "\(number)"])
  }
}
