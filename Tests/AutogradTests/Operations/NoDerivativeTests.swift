import Testing

@testable import Autograd

private typealias Named = (name: String, function: @Sendable (NDArray) -> NDArray)

/// Steps: floating-point, but constant almost everywhere, so that their gradient is zero, as the head too.
private let steps: [Named] = [
  ("floor", floor), ("ceil", ceil), ("rint", rint), ("trunc", trunc), ("sign", sign),
  ("floorDivide", { floorDivide($0, 2) }), ("floorDivide by", { floorDivide(NDArray(5.0), $0) }),
  ("norm of order 0", { $0.norm(0, axis: 0) }), ("oneHot", { oneHot($0.astype(.int64), depth: 5) }),
  ("sign of a determinant", { slogdet($0.reshaped([2, 2])).sign }),
]

/// What gives truths, positions, counts and integers: without any derivative, an error as the head.
private let choices: [Named] = [
  (".==", { $0 .== 1 }), (".!=", { $0 .!= 1 }), (".<", { $0 .< 1 }), (".<=", { $0 .<= 1 }), (".>", { $0 .> 1 }),
  (".>=", { $0 .>= $0 }), (".&", { $0 .& $0 }), (".|", { $0 .| $0 }), (".^", { $0 .^ $0 }), (".!", { .!$0 }),
  ("isnan", isnan), ("isinf", isinf), ("isfinite", isfinite), ("isClose", { isClose($0, $0 + 1) }),
  ("any", { $0.any() }), ("all", { $0.all(axis: 0) }),
  ("argmax", { $0.argmax() }), ("argmin", { $0.argmin(axis: 0) }), ("argsorted", { $0.argsorted() }),
  ("indices of topk", { $0.topk(2).indices }), ("nonzero", { $0.nonzero()[0] }), ("argwhere", { $0.argwhere() }),
  ("countNonzero", { $0.countNonzero() }),
  ("searchsorted", { searchsorted($0.sorted(), $0) }), ("isin", { isin($0, $0) }),
  ("indices of unique", { $0.unique().indices }), ("counts of unique", { $0.unique().counts }),
  ("counts of a histogram", { histogram($0, bins: 3).counts }),
  ("astype int32", { $0.astype(.int32) }), ("astype int64", { $0.astype(.int64) }),
  ("astype uint8", { $0.astype(.uint8) }), ("astype bool", { $0.astype(.bool) }),
  ("rank of a matrix", { matrixRank($0.reshaped([2, 2])) }),
]

@Suite struct NoDerivativeTests {
  private let point = NDArray([2, 0.5, 3.25, 1.5], dtype: .float64)

  @Test func theGradientThroughIsZero() {
    for (name, function) in steps + choices {
      let x = point.attachingGrad()
      // Beside a path that has a gradient; through the operation comes nothing more.
      let y = record { x.sum() * 3 + function(x).astype(.float64).sum() }
      #expect(grad(of: y, wrt: x) == NDArray.full([4], 3, dtype: .float64), "\(name)")
      let z = record { x * function(x).astype(.float64).sum() }
      #expect(grad(of: z, wrt: x) == function(point).astype(.float64).sum().broadcast(to: [4]), "\(name)")
    }
  }

  @Test func stepsHaveTheGradientZero() {
    for (name, function) in steps {
      let x = point.attachingGrad()
      record { function(x) }.backward()
      #expect(x.grad == x.zerosLike(), "\(name)")
    }
  }

  /// What was computed from truths and integers stays usable when a backward has freed the rest.
  @Test func choicesAreConstantsAfterABackward() {
    for (name, function) in choices {
      let x = point.attachingGrad()
      let (choice, y) = record {
        let choice = function(x).astype(.float64).sum()
        return (choice, x * choice)
      }
      y.backward()
      let first = x.grad
      record { x * choice }.backward()
      #expect(x.grad == first, "\(name)")
      #expect(throws: NDArrayError.self, "\(name)") { try recovering { record { y * choice }.backward() } }
    }
  }

  @Test func choicesAreErrorsAsTheHead() {
    for (name, function) in choices {
      let x = point.attachingGrad()
      let y = record { function(x) }
      #expect(throws: NDArrayError.self, "\(name)") { try recovering { y.backward() } }
      #expect(throws: NDArrayError.self, "\(name)") { try recovering { _ = grad(of: y, wrt: x) } }
      #expect(x.grad == x.zerosLike(), "\(name)")
    }
  }
}
