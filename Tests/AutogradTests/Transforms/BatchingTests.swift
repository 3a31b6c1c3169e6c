import Testing

@testable import Autograd

/// `vmap` against a loop over the examples, for every operation.
@Suite struct BatchingTests {
  private func batches(_ operation: OperationCase) -> [NDArray] {
    zip(operation.domains, operation.shapes).map {
      NDArray.uniform($1.after(3), low: $0.lowerBound, high: $0.upperBound, dtype: .float64)
    }
  }

  private func check(_ function: @escaping ([NDArray]) -> NDArray, _ inputs: [NDArray], _ axes: [Int?], _ name: String)
  {
    let all = vmap(inAxes: axes) { [function($0)] }(inputs)[0]
    for k in 0..<3 {
      let example = zip(inputs, axes).map { $1 == nil ? $0 : $0[k] }
      #expect(isClose(all[k], function(example), relative: 1e-10, absolute: 1e-12), "\(name), axes \(axes)")
    }
  }

  @Test(arguments: operationCases) func isALoop(_ operation: OperationCase) {
    seed(21)
    let inputs = batches(operation)
    for limit in [1, Int.max] {
      Execution.withImmediateLimit(limit) {
        check(operation.function, inputs, inputs.map { _ in 0 }, operation.name)
        check(
          operation.function, [inputs[0]] + inputs.dropFirst().map { $0[1] }, [0] + inputs.dropFirst().map { _ in nil },
          operation.name)
        if inputs.count > 1 {
          check(
            operation.function, [inputs[0][2]] + inputs.dropFirst(), [nil] + inputs.dropFirst().map { _ in 0 },
            operation.name)
        }
      }
    }
  }

  /// Gradients inside, and outside.
  @Test(arguments: operationCases) func composesWithGradients(_ operation: OperationCase) {
    seed(22)
    let inputs = batches(operation)
    func loss(_ x: [NDArray]) -> NDArray { square(operation.function(x)).sum() }
    let inside = vmap { grad(loss)($0) }(inputs)
    let outside = grad { x in vmap { [loss($0)] }(x)[0].sum() }(inputs)
    for (i, (a, b)) in zip(inside, outside).enumerated() {
      #expect(isClose(a, b, relative: 1e-9, absolute: 1e-11), "\(operation.name), input \(i)")
      let last = grad(loss)(inputs.map { $0[2] })[i]
      #expect(isClose(a[2], last, relative: 1e-9, absolute: 1e-11), "\(operation.name), input \(i)")
    }
  }

  /// What searches, counts and sorts by composition, against a loop.
  @Test func searchingAndStatistics() {
    let x = withSeed(4) { NDArray.normal([3, 4, 5], dtype: .float64) }
    let points = NDArray([-1, 0, 0.5, 2], dtype: .float64)
    let functions: [(NDArray) -> NDArray] = [
      { $0.quantile(0.3, axis: 1) }, { $0.percentile(NDArray([20, 70]), axis: 0) }, { $0.median() },
      { $0.median(axis: [0, 1], keepDims: true) }, { ($0 .> 0).countNonzero(axis: 1) }, { $0.countNonzero() },
      { searchsorted(points, $0) }, { searchsorted($0.reshaped([-1]).sorted(), points) },
      { interp($0, points, points * 2) }, { $0.average(weights: NDArray([1, 2, 3, 4]), axis: 0) }, { cov($0) },
    ]
    for (k, function) in functions.enumerated() {
      let all = vmap(function)(x)
      for i in 0..<3 { #expect(isClose(all[i], function(x[i]), relative: 1e-12, absolute: 1e-13), "function \(k)") }
    }
  }

  @Test func axes() {
    let x = NDArray.arange(24).reshaped([2, 3, 4])
    let sums = vmap(inAxis: 1) { $0.sum(axis: 0) }(x)
    #expect(sums == x.sum(axis: 0))
    #expect(vmap(inAxis: -1, outAxis: 1) { $0 * 2 }(x) == (x * 2).movedAxis(from: 2, to: 1))
    #expect(vmap { _ in NDArray([1, 2]) }(x) == NDArray([[1, 2], [1, 2]]))
    #expect(vmap(vmap(vmap { $0 + 1 }))(x) == x + 1)
  }

  @Test func constantsOfOneExampleAreConstantsOfEach() {
    let x = NDArray([[1, 700, 3], [800, 2, 1]])
    #expect(vmap { softmax($0) }(x) == softmax(x))
    #expect(vmap { $0.argmax() }(x) == x.argmax(axis: 1))
    #expect(vmap { x in pause { x.max() } * x }(x) == x.max(axis: 1, keepDims: true) * x)
    let y = vmap { grad { ($0.detached() * $0).sum() }($0) }(x)
    #expect(y == x)
  }

  @Test func indicesOfAllExamplesAreChecked() {
    let table = NDArray.arange(6).reshaped([3, 2])
    let ids = NDArray([[0, 2], [1, -1]], dtype: .int64)
    #expect(vmap { table.take($0, axis: 0) }(ids) == table.take(ids, axis: 0))
    for wrong in [[[0, 1], [1, 3]], [[0, 1], [-4, 0]]] {
      #expect(throws: NDArrayError.self) { try recovering { _ = vmap { table.take($0, axis: 0) }(NDArray(wrong)) } }
    }
    let logits = NDArray.uniform([4, 5])
    let labels = NDArray([0, 4, 2, 1], dtype: .int64)
    let losses = vmap { [crossEntropy($0[0].expandedDims(0), $0[1].expandedDims(0))] }([logits, labels])[0]
    #expect(isClose(losses.mean(), crossEntropy(logits, labels)))
    #expect(throws: NDArrayError.self) {
      try recovering { _ = vmap { oneHot($0, depth: 4) }(labels) }
    }
  }

  /// Each example has indices of its own, along the first or the last axis.
  @Test func indicesThatDifferFromExampleToExample() {
    let x = withSeed(5) { NDArray.normal([3, 4, 4], dtype: .float64) }
    let ids = NDArray([[0, 2], [3, 1], [2, 2]], dtype: .int64)
    for axis in [0, 1] {
      let functions: [([NDArray]) -> NDArray] = [
        { $0[0].take($0[1], axis: axis) }, { x in grad { square($0.take(x[1], axis: axis)).sum() }(x[0]) },
      ]
      for (k, function) in functions.enumerated() {
        check(function, [x, ids], [0, 0], "function \(k), axis \(axis)")
        check(function, [x[1], ids], [nil, 0], "function \(k), axis \(axis)")
        check(function, [x, ids[1]], [0, nil], "function \(k), axis \(axis)")
      }
    }
  }

  @Test func readingAnExampleIsAnError() {
    func message(_ body: @escaping (NDArray) -> NDArray) -> String {
      do { _ = try recovering { vmap(body)([1, -2]) } } catch { return "\(error)" }
      return ""
    }
    #expect(message { x in x > 0 ? x : -x }.contains("which("))
    #expect(message { x in x * x.item() }.contains("which("))
    #expect(message { x in "\(x)".isEmpty ? x : x }.contains("which("))
    #expect(message { _ in NDArray([1, 2]) + NDArray([1, 2, 3]) }.contains("broadcast"))
    #expect(!isTracing)
  }

  @Test func argumentsMustAgree() {
    func fails(_ axes: [Int?], _ x: [NDArray]) -> Bool {
      (try? recovering { _ = vmap(inAxes: axes) { [$0[0]] }(x) }) == nil
    }
    #expect(fails([0, 0], [NDArray.ones([2]), NDArray.ones([3])]))
    #expect(fails([nil], [NDArray.ones([2])]))
    #expect(fails([0], [NDArray.ones([])]))
    #expect(fails([0, 0], [NDArray.ones([2])]))
    #expect(fails([0], [NDArray.ones([1, 1, 1, 1, 1, 1, 1, 1])]) == false)
    let deep = NDArray.ones([2, 1, 1, 1, 1, 1, 1, 1])
    #expect((try? recovering { _ = vmap { $0.expandedDims(0) }(deep) }) == nil)
  }

  @Test func noExamples() {
    #expect(vmap { sin($0).sum() }(NDArray.zeros([0, 3])) == NDArray.zeros([0]))
  }

  @Test func linearAlgebra() {
    seed(3)
    let a = NDArray.uniform([3, 4, 4], dtype: .float64) + 4 * NDArray.eye(4, dtype: .float64)
    let b = NDArray.uniform([3, 4], dtype: .float64)
    let shared = NDArray.uniform([4], dtype: .float64)
    let spd = matmul(a, a.swappedAxes(-1, -2))
    check({ inverse($0[0]) }, [a], [0], "inverse")
    check({ det($0[0]) }, [a], [0], "det")
    check({ slogdet($0[0]).sign * slogdet($0[0]).logdet }, [a], [0], "slogdet")
    check({ cholesky($0[0]) }, [spd], [0], "cholesky")
    check({ solve($0[0], $0[1]) }, [a, b], [0, 0], "solve")
    check({ solve($0[0], $0[1]) }, [a, shared], [0, nil], "solve")
    check({ solve($0[0], $0[1]) }, [a[0], b], [nil, 0], "solve")
    check({ eigh($0[0]).values }, [spd], [0], "eigh")
    check({ abs(svd($0[0]).u) }, [a], [0], "svd")
    check({ abs(qr($0[0]).r) }, [a], [0], "qr")
    check({ lstsq($0[0], $0[1]).solution }, [a, b], [0, 0], "lstsq")
    check({ solveTriangular($0[0], $0[1], isUpper: true) }, [a, b], [0, 0], "solveTriangular")
    check({ expm($0[0]) }, [a], [0], "expm")
    check({ x in grad { eigh($0[0]).values[0] + svd($0[0]).s.sum() }(x)[0] }, [spd], [0], "gradient of eigh")
    check({ x in grad { solve($0[0], $0[1]).sum() }(x)[0] }, [a, b], [0, 0], "gradient of solve")
    check({ x in grad { slogdet($0[0]).logdet }(x)[0] }, [a], [0], "gradient of slogdet")
  }

  @Test func customFunctionsHaveTheirOwnRule() {
    func wrong(_ x: NDArray) -> NDArray {
      customGradient([x], { $0[0] * $0[0] }, backward: { g, x, _ in [10 * g * x[0]] })
    }
    let x = NDArray([[1, 2], [3, 4]])
    #expect(vmap(wrong)(x) == x * x)
    #expect(vmap(grad(wrong))(x) == 10 * x)
    #expect(grad { vmap(wrong)($0) }(x) == 10 * x)
    #expect(grad { vmap(grad(wrong))($0) }(x) == NDArray([[10, 10], [10, 10]]))
    #expect(jvp(at: x, along: x, wrong).tangent == 10 * x * x)
  }
}
