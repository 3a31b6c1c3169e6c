import Foundation
import Testing

@testable import Autograd

/// Arrays cross tasks; tasks record and evaluate at the same time. The thread sanitizer sees these too.
@Suite struct ThreadTests {
  private func loss(_ x: NDArray, _ w: NDArray) -> NDArray { square(tanh(matmul(x, w)).sum(axis: 1) - 1).mean() }

  /// Runs `body` for each index at the same time, and returns what it gives.
  private func together<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    let results = Guarded<[Int: Result]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { i in
      let result = body(i)
      results.withLock { $0[i] = result }
    }
    return results.withLock { results in (0..<count).map { results[$0]! } }
  }

  @Test(arguments: [3, 60]) func tasksRecordTheirOwnGraphs(_ size: Int) {
    let inputs = (0..<8).map { withSeed($0) { NDArray.normal([size, size]) } }
    @Sendable func train(_ i: Int) -> NDArray {
      var w = NDArray.eye(size).attachingGrad()
      for _ in 0..<5 {
        record { loss(inputs[i], w) }.backward()
        w -= 0.1 * w.grad
      }
      return w.detached()
    }
    #expect(together(8, train) == (0..<8).map(train))
  }

  @Test func recordingIsOfOneThread() {
    let elsewhere = Guarded<Bool?>(nil)
    let done = DispatchSemaphore(value: 0)
    record {
      Thread {
        elsewhere.withLock { $0 = isRecording || isTraining }
        done.signal()
      }.start()
      done.wait()
      #expect(isRecording && isTraining)
    }
    #expect(elsewhere.withLock { $0 } == false)
  }

  /// One pending array, needed by all at once.
  @Test func pendingWorkIsSharedByTasks() {
    for _ in 0..<20 {
      let x = NDArray.arange(10_000)
      let y = sin(x * 0.001) + 1
      let z = y * y
      @Sendable func value(_ i: Int) -> Double { i % 2 == 0 ? (z + Double(i)).sum().item() : z[i * 100].item() }
      let found = together(6, value)
      #expect(found == (0..<6).map(value))
    }
  }

  /// A kernel that ends when as many threads as `count` are in it.
  private struct Meeting: Custom {
    let count: Int
    let arrived = DispatchSemaphore(value: 0)
    let met = Met()
    final class Met: Sendable { let value = Guarded(0) }

    static func == (a: Self, b: Self) -> Bool { a.met === b.met }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(met)) }

    func execute(_ inputs: [ArrayView], into output: ArrayView) {
      let isLast = met.value.withLock {
        $0 += 1
        return $0 == count
      }
      if isLast { for _ in 0..<count { arrived.signal() } }
      let outcome = arrived.wait(timeout: .now() + 20)
      output.base.storeBytes(of: outcome == .success ? 1 : 0, as: Float.self)
    }
  }

  /// Nor does one that computes keep others from recording.
  @Test func tasksComputeAtTheSameTime() {
    let meeting = Meeting(count: 2)
    let values = together(2) { _ -> Float in
      let x = record { (NDArray.ones([3000]).attachingGrad() * 2).sum() }
      let y = apply(meeting, Inputs(x.node), shape: [], dtype: .float32)
      return y.item(as: Float.self)
    }
    #expect(values == [1, 1])
  }

  /// A variable of all tasks, each with a graph of its own.
  @Test(arguments: [4, 100]) func tasksDifferentiateTheSameVariables(_ size: Int) {
    let w = NDArray.eye(size).attachingGrad()
    let inputs = (0..<6).map { withSeed($0) { NDArray.normal([size, size]) } }
    @Sendable func slope(_ i: Int) -> NDArray { grad(of: record { loss(inputs[i], w) }, wrt: w) }
    let found = together(6, slope)
    #expect(found == (0..<6).map(slope))
    let total = NDArray.zeros([size]).attachingGrad(.add)
    _ = together(8) { _ in record { (total * 2).sum() }.backward() }
    #expect(total.grad == NDArray.full([size], 16))
  }

  /// A common part that was recorded before; each task keeps the graph.
  @Test func tasksDifferentiateTheSameGraph() {
    let x = NDArray([1, 2, 3]).attachingGrad()
    let y = record { exp(x) * x }
    @Sendable func slope(_ i: Int) -> NDArray {
      grad(of: record { (y * Double(i)).sum() }, wrt: x, retainGraph: true)
    }
    let found = together(6, slope)
    #expect(found == (0..<6).map(slope))
  }

  /// A graph that some of them free under the others: each gets the gradient, or is told that it was freed.
  @Test(arguments: [3, 5000]) func tasksFreeTheSameGraph(_ size: Int) {
    for _ in 0..<20 {
      let x = (NDArray.arange(size) / Double(size)).attachingGrad()
      let y = record { (0..<10).reduce(x) { y, k in sin(y * x) + maximum(y, 0.1 * Double(k)) } }
      @Sendable func slope(_ i: Int, retainGraph: Bool) throws -> NDArray {
        try recovering { grad(of: record { (y * Double(i)).sum() }, wrt: x, retainGraph: retainGraph) }
      }
      let expected = (0..<6).map { try! slope($0, retainGraph: true) }
      let outcomes = together(6) { i in Result { try slope(i, retainGraph: i % 3 != 2) } }
      for (outcome, expected) in zip(outcomes, expected) {
        switch outcome {
        case .success(let found): #expect(found == expected)
        case .failure(let error): #expect("\(error)".contains("was freed by the backward at"))
        }
      }
      #expect(outcomes.contains { (try? $0.get()) != nil })
      #expect(throws: NDArrayError.self) { try slope(1, retainGraph: true) }
    }
  }

  /// A copy that is written to is an array of its own.
  @Test func writesStayInTheirTask() {
    let x = NDArray.zeros([1000]).copy()
    let sums = together(8) { i in
      var mine = x
      for k in 0..<20 { mine[k] = NDArray(Double(i)) }
      mine += 1
      return mine.sum().item()
    }
    for (i, sum) in sums.enumerated() { #expect(sum == Double(1000 + 20 * i)) }
    #expect(x.sum().item() == 0)
  }

  @Test func arraysCrossTasks() async {
    let x = NDArray.arange(5000).attachingGrad()
    let y = await Task.detached { record { (x * x).sum() } }.value
    await Task.detached { y.backward() }.value
    #expect(x.grad == 2 * x)
    let sums = await withTaskGroup(of: Double.self) { group in
      for i in 0..<8 { group.addTask { (x + Double(i)).sum().item() } }
      return await group.reduce(0, +)
    }
    #expect(sums == 8 * x.sum().item() + 28 * 5000)
  }

  /// Errors and random sources, too, are those of a task.
  @Test func errorsStayInTheirTask() {
    let messages = together(8) { i -> String in
      do {
        try recovering { _ = NDArray.ones([i + 2]) + NDArray.ones([20]) }
        return "none"
      } catch { return "\(error)" }
    }
    for (i, message) in messages.enumerated() { #expect(message.contains("(\(i + 2),)")) }
    #expect(Set(together(4) { _ in withSeed(1) { NDArray.normal([100]).sum().item() } }).count == 1)
    seed(3)
    let drawn = (NDArray.normal([4]), NDArray.normal([4]))
    seed(3)
    #expect(NDArray.normal([4]) == drawn.0)
    #expect(withSeed(3) { NDArray.normal([4]) } == drawn.0)
    #expect(NDArray.normal([4]) == drawn.1)
  }
}
