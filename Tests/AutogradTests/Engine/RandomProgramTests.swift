import Foundation
import Testing

@testable import Autograd

/// A program of random operations over a few shapes that broadcast against each other; its values stay bounded.
struct RandomProgram {
  let seed: UInt64
  /// What some steps convert to and back.
  var passingType = DType.float32
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
    switch Int.random(in: 0..<26, using: &generator) {
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
    case 15: return (x.astype(passingType) * 2).astype(.float64) * 0.5
    default: return rearranged(x, y, &generator)
    }
  }

  /// Indexing, joining, sorting, products, running sums, and images: the result has the shape of `x`.
  private func rearranged(_ x: NDArray, _ y: NDArray, _ generator: inout SplitMix) -> NDArray {
    guard x.rank > 0 else { return x }
    let axis = Int.random(in: 0..<x.rank, using: &generator)
    let extent = x.shape[axis]
    switch Int.random(in: 0..<10, using: &generator) {
    case 0:
      let cut = Int.random(in: 0...extent, using: &generator)
      return concatenate(x.split(at: [cut], axis: axis).reversed(), axis: axis)
    case 1:
      let picked = (0..<extent).map { _ in Int.random(in: -extent..<extent, using: &generator) }
      return x.take(NDArray(picked, shape: [extent], dtype: .int64), axis: axis)
    case 2: return stack([x, x * 0.7]).max(axis: 0) - x.flipped(axis: Axes(axis))
    case 3: return x.sorted(axis: axis) * 0.8
    case 4: return x - x.cumsum(axis: axis) / Double(2 * extent)
    case 5: return tanh(x).cumprod(axis: axis)
    case 6: return x.rolled(1, axis: axis) + x.repeated(2, axis: axis).split(2, axis: axis)[0] * 0.2
    case 7:
      var written = x
      written[.ellipsis, ..<1] = x[.ellipsis, -1, .newAxis] * 0.5
      return written
    case 8: return x.rank == 2 ? gram(x) : x.prod(axis: Axes(axis), keepDims: true) + x
    default: return x.rank == 2 ? images(x) : outer(tanh(x), x).mean(axis: 0)
    }
  }

  /// The rows mixed by their products with each other.
  private func gram(_ x: NDArray) -> NDArray {
    let columns = Double(x.shape[1])
    return matmul(matmul(x, x.T) / columns, x) / Double(x.shape[0])
  }

  /// The matrix as an image: filtered by its mean, and the largest and the mean of neighbours.
  private func images(_ x: NDArray) -> NDArray {
    let image = x.expandedDims([0, 1])
    let filter = tanh(x.mean()) * NDArray([1, 3, 3], dtype: x.dtype) { 0.1 + Double($0) / 40 }.expandedDims(0)
    let filtered = conv2d(image, filter, pad: (1, 1))
    let largest = maxPool2d(filtered, kernel: (1, 3), stride: (1, 1), pad: (0, 1))
    return (largest + avgPool2d(image, kernel: (3, 1), stride: (1, 1), pad: (1, 0))).squeezed(axis: [0, 1])
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
    print("random programs from seed \(seed &+ 1)")
    var (programs, smooth) = (0, 0)
    while Date() < end {
      seed &+= 1
      let program = RandomProgram(seed: seed)
      check(program)
      programs += 1
      smooth += checkDirection(program) ? 1 : 0
    }
    #expect(smooth > programs / 4, "only \(smooth) of \(programs) programs could be compared with differences")
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

  /// The slope of the last value along a direction is that of its differences. Where differences of two sizes disagree
  /// there is a kink between, and they say nothing.
  private func checkDirection(_ program: RandomProgram) -> Bool {
    var program = program
    program.passingType = .float64
    let inputs = program.inputs()
    let directions = inputs.map { x in NDArray(x.shape, dtype: .float64) { Foundation.cos(Double($0 * 5 + x.rank)) } }
    let variables = inputs.map { $0.attachingGrad() }
    let gradients = grad(of: record { program.run(variables).last! }, wrt: variables)
    let slope = zip(gradients, directions).map { ($0 * $1).sum().item() }.reduce(0, +)
    func value(_ step: Double) -> Double {
      program.run(zip(inputs, directions).map { $0 + step * $1 }).last!.item()
    }
    func difference(_ h: Double) -> Double { (value(h) - value(-h)) / (2 * h) }
    let (coarse, fine) = (difference(2e-6), difference(1e-6))
    guard Swift.abs(coarse - fine) <= 1e-7 * (1 + Swift.abs(fine)) else { return false }
    #expect(
      Swift.abs(slope - fine) <= 1e-5 * (1 + Swift.abs(fine)),
      "the slope \(slope) of the program with seed \(program.seed) is \(fine) by differences")
    return true
  }

  private func values(of program: RandomProgram) -> [NDArray] {
    let inputs = program.inputs().map { $0.attachingGrad() }
    let results = record { program.run(inputs) }
    let gradients = grad(of: [results.last!], wrt: inputs)
    evaluate((results + gradients).map(\.node))
    return results + gradients
  }
}
