import Foundation
import Testing

@testable import Autograd

/// A program of random operations over a few shapes that broadcast against each other; its values stay bounded.
struct RandomProgram {
  let seed: UInt64
  private let rows: Int
  private let columns: Int

  init(seed: UInt64) {
    self.seed = seed
    var generator = SplitMix(state: seed)
    rows = [1, 2, 3, 40].randomElement(using: &generator)!
    columns = [1, 2, 17, 600, 1100].randomElement(using: &generator)!
  }

  func inputs() -> [NDArray] {
    let shapes: [Shape] = [[rows, columns], [rows, 1], [columns], [1, columns], [rows, columns]]
    return shapes.enumerated().map { i, shape in
      NDArray(shape, dtype: .float64) { Foundation.sin(Double($0 * 7 + i * 13 + 1)) }
    }
  }

  /// The values of some of the steps.
  func run(_ inputs: [NDArray]) -> [NDArray] {
    var generator = SplitMix(state: seed &+ 1)
    var values = inputs
    for _ in 0..<Int.random(in: 5...30, using: &generator) {
      values.append(step(values, &generator))
    }
    return values.suffix(4) + [values.reduce(NDArray(0.0, dtype: .float64)) { $0 + $1.mean() }]
  }

  private func step(_ values: [NDArray], _ generator: inout SplitMix) -> NDArray {
    let x = values.randomElement(using: &generator)!
    let y = values.randomElement(using: &generator)!
    switch Int.random(in: 0..<16, using: &generator) {
    case 0: return sin(x)
    case 1: return tanh(x * 1.5)
    case 2: return exp(-square(x))
    case 3: return (x + y) * 0.5
    case 4: return x * y
    case 5: return x - y * 0.3
    case 6: return x / (1 + square(y))
    case 7: return which(x .> y + 0.0123, x, tanh(y))  // no tie of equal values that were rounded differently
    case 8: return maximum(x, y * 0.9)
    case 9: return x.rank > 0 ? x.mean(axis: -1, keepDims: true) : x
    case 10: return x.rank > 0 ? x.mean(axis: 0, keepDims: true) : x
    case 11: return x.max() * 0.5 + y
    case 12: return x.rank > 0 ? rowSoftmax(x) + y : y
    case 13: return x.rank == 2 ? (x.T * 1.5).T : -x
    case 14: return x.reshaped([x.elementCount]).reshaped(Array(x.shape)) + 0.1
    default: return (x.astype(.float32) * 2).astype(.float64) * 0.5
    }
  }

  private func rowSoftmax(_ x: NDArray) -> NDArray {
    let e = exp(x - x.max(axis: -1, keepDims: true))
    return e / e.sum(axis: -1, keepDims: true)
  }
}

@Suite struct RandomProgramTests {
  /// For a bounded time, `RANDOM_PROGRAM_SECONDS` or 10; another seed each day, printed with every failure.
  @Test func fusedEqualsUnfusedAndThreadsGiveTheSameBits() {
    let day = UInt64(Date().timeIntervalSince1970 / 86_400)
    let seconds = ProcessInfo.processInfo.environment["RANDOM_PROGRAM_SECONDS"].flatMap(Double.init) ?? 10
    let end = Date().addingTimeInterval(seconds)
    var seed = day &* 1_000_003
    while Date() < end {
      seed &+= 1
      check(RandomProgram(seed: seed))
    }
  }

  private func check(_ program: RandomProgram) {
    let expected = unfused { values(of: program) }
    let found = fused { values(of: program) }
    for (i, (a, b)) in zip(found, expected).enumerated() {
      #expect(isClose(a, b, relative: 1e-6, absolute: 1e-7), "value \(i) of the program with seed \(program.seed)")
    }
    let threads = Execution.threads
    Execution.threads = threads == 1 ? 3 : 1
    defer { Execution.threads = threads }
    let others = fused { values(of: program) }
    for (a, b) in zip(found, others) {
      #expect(a.scalars(as: Double.self).map(\.bitPattern) == b.scalars(as: Double.self).map(\.bitPattern))
    }
  }

  private func values(of program: RandomProgram) -> [NDArray] {
    let inputs = program.inputs().map { $0.attachingGrad() }
    let results = record { program.run(inputs) }
    let gradients = grad(of: [results.last!], wrt: inputs)
    evaluate((results + gradients).map(\.node))
    return results + gradients
  }
}
