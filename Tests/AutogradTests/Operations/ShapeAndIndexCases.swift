import Testing

@testable import Autograd

private let any = -2.0...2.0
private let positive = 0.5...2.0

private func positions(_ values: [Int], _ shape: Shape? = nil) -> NDArray {
  NDArray(values, shape: shape ?? [values.count], dtype: .int64)
}

/// What is selected by brackets, and writing there.
let indexCases: [OperationCase] = [
  .init("index with integers", any) { square($0[0][1]) * $0[0][0, -1] },
  .init("index with ranges", any, shapes: [[4, 5]]) {
    square($0[0][1..<3, 2...]) + $0[0][..<2, ..<3] * $0[0][2..., 1..<4]
  },
  .init("index with steps", any, shapes: [[5, 4]]) {
    $0[0][.slice(nil, nil, step: -2), .slice(3, 0, step: -1)] * $0[0][.slice(0, nil, step: 2), 1...]
  },
  .init("index with a new axis", any) { $0[0][0..., .newAxis] * $0[0][.newAxis] },
  .init("index with an ellipsis", any, shapes: [[2, 3, 2]]) { square($0[0][.ellipsis, 1]) * $0[0][0, .ellipsis].T[0] },
  .init("index with an array", any, shapes: [[4, 2]]) { square($0[0][positions([3, 0, -1, 0])]) },
  .init("index with a matrix", any, shapes: [[4, 2]]) { square($0[0][positions([3, 1, 1, 2, 0, 1], [2, 3])]) },
  .init("index with a pair", any, shapes: [[3, 4]]) { square($0[0][positions([0, 2, 2]), positions([1, -1, 3])]) },
  .init("index with a pair that broadcasts", any, shapes: [[3, 4]]) {
    square($0[0][positions([2, 0], [2, 1]), positions([1, 1, 3])])
  },
  .init("index with arrays apart", any, shapes: [[3, 2, 4]]) {
    square($0[0][positions([0, 2]), 0..., positions([3, 3])])
  },
  .init("index with an array, a step and an integer", any, shapes: [[3, 4, 2]]) {
    square($0[0][positions([1, 1, 0]), .slice(nil, nil, step: -2), 1])
  },
  .init("index with a mask", any, shapes: [[3, 4]]) { square($0[0][$0[0] .> 0.1]) },
  .init("index with a mask of rows", any, shapes: [[3, 4]]) { square($0[0][NDArray([1, 0, 1]) .> 0, 1...]) },
  .init("write to a range", any, any, shapes: [[3, 4], [2]]) { x in
    var y = x[0] * 1
    y[1, 1..<3] = x[1] * x[0][0, ..<2]
    return square(y)
  },
  .init("write to positions", any, any, shapes: [[4, 2], [2, 2]]) { x in
    var y = square(x[0])
    y[positions([3, 1])] = x[1] * y[..<2]
    return y * x[0]
  },
  .init("write to a mask", any, shapes: [[3, 4]]) { x in
    var y = square(x[0])
    y[x[0] .> 0.1] = x[0][0, 0] * x[0][0, 1]
    return y * x[0]
  },
  .init("take", any, shapes: [[2, 3]]) { square($0[0].take(positions([5, 0, -2, 0], [2, 2]))) },
  .init("take along the last axis", any, shapes: [[2, 3]]) { square($0[0].take(positions([2, 2, 0]), axis: -1)) },
  .init("take along a middle axis", any, shapes: [[2, 3, 2]]) {
    square($0[0].take(positions([2, 0, 2, 1], [2, 2]), axis: 1))
  },
  .init("index with a pair in the middle", any, shapes: [[2, 3, 2, 2]]) {
    square($0[0][0..., positions([0, 2, 2]), positions([1, -1, 0])])
  },
  .init("write to positions of the last axis", any, any, shapes: [[2, 4], [2, 2]]) { x in
    var y = square(x[0])
    y[0..., positions([3, 1])] = x[1] * y[0..., ..<2]
    return y * x[0]
  },
  .init("takeAlongAxis", any, shapes: [[2, 3]]) {
    square($0[0].takeAlongAxis(positions([2, 0, 1, 1, -1, -1], [2, 3]), axis: 1))
  },
  .init("takeAlongAxis that broadcasts", any, shapes: [[3, 2]]) {
    square($0[0].takeAlongAxis(positions([2, 0], [1, 2]), axis: 0))
  },
  .init("embedding of a matrix of ids", any, shapes: [[4, 3]]) {
    square(embedding(positions([1, 3, 1, 0], [2, 2]), $0[0]))
  },
  .init("oneHot as weights", any, shapes: [[3, 4]]) {
    square((oneHot(positions([2, 0, 2]), depth: 4) * $0[0]).sum(axis: 1))
  },
  .init("oneHot times a table", any, shapes: [[4, 2]]) {
    square(matmul(oneHot(positions([2, 0, 2]), depth: 4), $0[0]))
  },
]

/// Joining, taking apart and moving about.
let shapeCases: [OperationCase] = [
  .init("concatenate", any, any, shapes: [[2, 3], [1, 3]]) { square(concatenate([$0[0], $0[1], $0[0] * $0[1]])) },
  .init("concatenate along the last axis", any, any, shapes: [[2, 3], [2, 1]]) {
    square(concatenate([$0[0], $0[1]], axis: -1))
  },
  .init("stack", any, any) { square(stack([$0[0], $0[1], $0[0]])) },
  .init("stack along the last axis", any, any) { square(stack([$0[0], $0[1]], axis: -1)) },
  .init("split", any, shapes: [[4, 3]]) { x in
    let parts = x[0].split(2)
    return parts[0] * parts[1]
  },
  .init("split at points", any, shapes: [[2, 5]]) { x in
    let parts = x[0].split(at: [1, 3], axis: 1)
    return parts[0] * parts[1] * parts[2]
  },
  .init("padded", any) { square($0[0].padded([(1, 0), (2, 1)])) },
  .init("padded with a value", any) { square($0[0].padded([(0, 2), (1, 0)], value: 1.5)) },
  .init("rolled", any) { $0[0].rolled(2) * $0[0] },
  .init("rolled along an axis", any) { $0[0].rolled(-1, axis: 1) * $0[0] },
  .init("tiled", any) { square($0[0].tiled([2, 1, 2])) },
  .init("repeated", any) { square($0[0].repeated(2)) },
  .init("repeated along an axis", any) { square($0[0].repeated(3, axis: 0)) },
  .init("flipped", any) { $0[0].flipped() * $0[0] },
  .init("flipped along an axis", any) { $0[0].flipped(axis: -1) * $0[0] },
  .init("tril", any, shapes: [[2, 3, 3]]) { square($0[0].tril()) * $0[0].tril(1) },
  .init("triu", any, shapes: [[3, 4]]) { square($0[0].triu(-1)) },
  .init("diag of a matrix", any, shapes: [[3, 4]]) { square($0[0].diag(1)) },
  .init("diag of a vector", any, shapes: [[3]]) { square($0[0].diag(-1)) },
  .init("trace of a matrix", any, shapes: [[3, 3]]) { square($0[0].trace()) },
  .init("transposed", any, shapes: [[2, 3, 2]]) {
    square($0[0].transposed([2, 0, 1])) * $0[0].transposed([0, 2, 1])[0]
  },
  .init("swappedAxes", any, shapes: [[2, 3, 2]]) { $0[0].swappedAxes(0, 2) * $0[0] },
  .init("movedAxis", any, shapes: [[2, 3, 4]]) { square($0[0].movedAxis(from: 0, to: -1)) },
  .init("movedAxes", any, shapes: [[2, 3, 4]]) { square($0[0].movedAxes(from: [0, 1], to: [2, 0])) },
  .init("broadcast of a column", any, shapes: [[2, 1]]) { square($0[0].broadcast(to: [4, 2, 3])) },
  .init("sorted", any, shapes: [[3, 4]]) { square($0[0].sorted()) * $0[0] },
  .init("sorted along the first axis", any, shapes: [[3, 4]]) { square($0[0].sorted(axis: 0)) },
  .init("topk", any, shapes: [[3, 4]]) { square($0[0].topk(2).values) },
  .init("topk along the first axis", any, shapes: [[3, 4]]) { square($0[0].topk(2, axis: 0).values) },
]

/// Reductions, running sums, choices and products in the forms that have no case elsewhere.
let furtherCases: [OperationCase] = [
  .init("sum over two axes", any, shapes: [[2, 3, 2]]) { square($0[0].sum(axis: [0, 2])) },
  .init("prod of the whole", any) { $0[0].prod() },
  .init("prod over two axes", any, shapes: [[2, 3, 2]]) { $0[0].prod(axis: [0, 2], keepDims: true) },
  .init("prod with zeros", any, shapes: [[3]]) {
    concatenate([$0[0], $0[0].zerosLike()[0..<1]]).prod() + $0[0].prod()
  },
  .init("max over two axes", any, shapes: [[2, 3, 2]]) { square($0[0].max(axis: [0, 2], keepDims: true)) },
  .init("variance of the whole", any) { $0[0].variance() },
  .init("logsumexp of the whole", any) { $0[0].logsumexp(keepDims: true) },
  .init("cumsum", any) { square($0[0].cumsum(axis: 0)) * $0[0].cumsum(axis: 1) },
  .init("cumsum of the whole", any) { square($0[0].cumsum()) },
  .init("diff along the first axis", any, shapes: [[3, 2]]) { square($0[0].diff(axis: 0)) },
  .init("which that broadcasts", any, any, shapes: [[3], [2, 1]]) {
    which(NDArray([[1, 0, 1], [0, 0, 1]]) .> 0, square($0[0]), $0[1] * $0[1])
  },
  .init("which of a condition of few", any, any, shapes: [[2, 3], []]) {
    which(NDArray([[1], [0]]) .> 0, $0[0] * $0[1], square($0[1]))
  },
  .init("which with a number", any) { which($0[0] .> 0.1, square($0[0]), 3) + which($0[0] .> 0.1, 2, square($0[0])) },
  .init("maximum broadcast", any, any, shapes: [[2, 1], [3]]) { square(maximum($0[0], $0[1])) },
  .init("minimum with a number", any) { square(minimum($0[0], 0.3)) * maximum(-0.4, $0[0]) },
  .init("power broadcast", positive, any, shapes: [[2, 1], [3]]) { power($0[0], $0[1]) },
  .init("power to a number's", any) { power(1.7, $0[0]) },
  .init("arctan2 broadcast", positive, positive, shapes: [[2, 1], [3]]) { arctan2($0[0], $0[1]) },
  .init("hypot with a number", positive) { hypot($0[0], 2) },
  .init("logaddexp with a number", any) { logaddexp($0[0], 0.5) },
  .init("mod with a number", 0.1...0.9) { square($0[0] % 1.5) },
  .init("number over an array", positive) { 2 / $0[0] - (1.5 - $0[0]) * (3 * $0[0]) },
  .init("tensordot of one axis", any, any, shapes: [[2, 3], [3, 2]]) { tensordot($0[0], $0[1], axes: 1) },
  .init("tensordot of no axis", any, any, shapes: [[2], [3]]) { tensordot($0[0], $0[1], axes: 0) },
  .init("einsum of a sum", any, shapes: [[2, 3]]) { square(einsum("ij->j", $0[0])) },
  .init("einsum of a transpose", any, any, shapes: [[2, 3], [3, 2]]) { einsum("ij,ji->ij", $0[0], $0[1]) },
  .init("outer of vectors", any, any, shapes: [[3], [2]]) { outer($0[0], $0[1]) },
]

/// A product of every rank with every other.
let matmulCases: [OperationCase] = {
  let left: [Shape] = [[3], [2, 3], [2, 2, 3], [2, 1, 2, 3]]
  let right: [Shape] = [[3], [3, 2], [2, 3, 1], [1, 2, 3, 2]]
  return left.flatMap { a in
    right.map { b in .init("matmul \(a) \(b)", any, any, shapes: [a, b]) { matmul($0[0], $0[1]) } }
  }
}()

@Suite struct ShapeAndIndexTests {
  @Test(arguments: indexCases) func index(_ operation: OperationCase) { operation.check() }

  @Test(arguments: shapeCases) func shape(_ operation: OperationCase) { operation.check() }

  @Test(arguments: furtherCases) func further(_ operation: OperationCase) { operation.check() }

  @Test(arguments: matmulCases) func products(_ operation: OperationCase) { operation.check() }
}
