import Foundation
import Testing

@testable import Autograd

@Suite struct RecordingTests {
  @Test func modesNestAndAreRestored() throws {
    struct Failure: Error {}
    #expect(!isRecording && !isTraining)
    record {
      #expect(isRecording && isTraining)
      pause { #expect(!isRecording && !isTraining) }
      predictMode { #expect(isRecording && !isTraining) }
      #expect(isRecording && isTraining)
    }
    #expect(throws: Failure.self) { try record { throw Failure() } }
    #expect(!isRecording && !isTraining)
  }

  @Test func gradientsAreOverwrittenOrAdded() {
    let x = NDArray.arange(3).attachingGrad()
    let z = NDArray.arange(3).attachingGrad(.add)
    for _ in 0..<2 { record { x * x + z * z }.backward() }
    #expect(x.grad == 2 * x)
    #expect(z.grad == 4 * z)
  }

  @Test func writesNeverChangeWhatTheGraphSaw() {
    var x = NDArray.arange(3).attachingGrad()
    let leaf = x
    let y = record { x * x }
    x *= 10
    y.backward()
    #expect(leaf.grad == NDArray([0, 2, 4]))
    #expect(x.grad == leaf.grad)
    #expect(leaf == NDArray.arange(3))
  }

  @Test func updatesKeepTheAttachment() {
    var w = NDArray.ones([2]).attachingGrad()
    record { w * w }.backward()
    #expect(!w.isGradStale)
    w -= 0.5 * w.grad
    #expect(w.hasGrad && w.isGradStale)
    #expect(w == NDArray.zeros([2]))
    record { 3 * w }.backward()
    #expect(w.grad == NDArray([3, 3]))
  }

  @Test func attachingOnAnIntermediateCutsOnlyWhatComesAfter() {
    let x = NDArray([1.0]).attachingGrad()
    let (z, u) = record { () -> (NDArray, NDArray) in
      var u = x * 2
      let w = u * 3
      u.attachGrad()
      return (w + u * 5, u)
    }
    z.backward()
    #expect(x.grad.item() == 6)
    #expect(u.grad.item() == 5)
  }

  @Test func retainGradKeepsTheHistory() {
    let x = NDArray([2.0]).attachingGrad()
    let (u, y) = record { () -> (NDArray, NDArray) in
      let u = x * x
      u.retainGrad()
      return (u, u * 3)
    }
    y.backward()
    #expect(u.grad.item() == 3)
    #expect(x.grad.item() == 12)
  }

  /// What changes nothing is an operation all the same: its result is an intermediate with a gradient of its own.
  @Test func resultsOfOperationsThatChangeNothingAreIntermediates() {
    let operations: [(NDArray) -> NDArray] = [
      { $0.rolled(0, axis: 0) }, { $0.rolled(3, axis: 0) }, { $0.astype(.float32) }, { $0.reshaped([-1]) }, \.T,
      { $0.broadcast(to: [3]) }, { $0.squeezed() }, { $0.tiled([1]) }, { $0.repeated(1) }, { $0.expandedDims([]) },
      { $0[...] }, { $0[0..<3] }, { dropout($0, p: 0) }, { $0.padded([(0, 0)]) }, { concatenate([$0]) },
      { $0.split(1)[0] }, { einsum("i->i", $0) }, { $0.sum(axis: []) }, { $0.mean(axis: []) }, { $0.max(axis: []) },
      { $0.movedAxes(from: [0], to: [0]) }, { $0.flipped(axis: []) }, { $0.diff(order: 0) }, { $0.copy() },
    ]
    for (i, operation) in operations.enumerated() {
      let x = NDArray([1, 2, 3]).attachingGrad()
      var u = x
      record {
        u = operation(x)
        u.retainGrad()
        return 2 * u + 5 * x
      }.backward()
      #expect(x.grad == NDArray([7, 7, 7]), "operation \(i)")
      #expect(u.grad == NDArray([2, 2, 2]), "operation \(i)")
      u -= 1
      #expect(!u.hasGrad, "operation \(i)")
    }
  }

  @Test func headsAndSeveralArrays() {
    let x = NDArray([1, 2]).attachingGrad()
    let (y, z) = record { (x * x, 3 * x) }
    backward([y, z], heads: [NDArray([1, 10]), nil])
    #expect(x.grad == NDArray([5, 43]))
    let w = record { x * x }
    backward([w, w])
    #expect(x.grad == 4 * x)
  }

  @Test func higherOrders() {
    let x = NDArray([0.5], dtype: .float64).attachingGrad()
    var derivative = record { sin(x) }
    for expected in [cos(0.5), -sin(0.5), -cos(0.5), sin(0.5)] {
      derivative = grad(of: derivative, wrt: x, createGraph: true)
      #expect(Swift.abs(derivative.item() - expected) < 1e-12)
    }
  }

  /// Each cause of "no graph" has a message of its own.
  @Test func reasonsForNoGraph() {
    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return ""
    }
    let x = NDArray([1.0]).attachingGrad()
    #expect(message { (x * 2).backward() }.contains("not computed inside record"))
    let constant = NDArray([1.0])
    #expect(message { record { constant * 2 }.backward() }.contains("no array with a gradient"))
    let y = record { x * 2 }
    y.backward()
    #expect(message { y.backward() }.contains("freed by the backward at AutogradTests/RecordingTests.swift"))
    #expect(message { record { y * x }.backward() }.contains("freed"))
    var late = NDArray([1.0])
    let z = record { late * 2 }
    late.attachGrad()
    #expect(message { z.backward() }.contains("after the array had been used"))
    #expect(
      message {
        var i = NDArray([1], dtype: .int32)
        i.attachGrad()
      }.contains("astype"))
    #expect(message { record { x > 0 ? x : -x }.backward(NDArray.ones([3])) }.contains("(3,)"))
  }

  @Test func masksKeepNaNOut() {
    let x = NDArray([-1, 0, 4]).attachingGrad()
    record { which(x .> 0, sqrt(x), 0) }.backward()
    #expect(x.grad == NDArray([0, 0, 0.25]))
    let zeros = NDArray.zeros([3]).attachingGrad()
    record { zeros.norm() + zeros.std() }.backward()
    #expect(zeros.grad == NDArray.zeros([3]))
    let infinite = NDArray([.infinity, 1]).attachingGrad()
    record { which(isinf(infinite), 0, infinite * infinite) }.backward()
    #expect(infinite.grad == NDArray([0, 2]))
  }

  @Test func theAuctionPaysTheSecondPrice() {
    let bids = NDArray([3, 9, 7, 1]).attachingGrad()
    record { bids.sorted()[-2] }.backward()
    #expect(bids.grad == NDArray([0, 0, 1, 0]))
    record { bids.topk(2).values[1] }.backward()
    #expect(bids.grad == NDArray([0, 0, 1, 0]))
  }

  /// A graph over a write outside `record` holds the variable twice: its gradient is the sum.
  @Test func aVariableWrittenBetweenTwoRecordings() {
    var x = NDArray([1, 2]).attachingGrad()
    let y = record { x * x }
    x[0...] = NDArray(5)
    let z = record { y + 3 * x }
    #expect(grad(of: z, wrt: x, retainGraph: true) == NDArray([5, 7]))
    z.backward(retainGraph: true)
    #expect(x.grad == NDArray([5, 7]))
    #expect(grad(of: y, wrt: x, retainGraph: true) == NDArray([2, 4]))
    let slope = grad(of: z, wrt: x, createGraph: true)
    #expect(grad(of: slope, wrt: x) == NDArray([2, 2]))
  }
}
