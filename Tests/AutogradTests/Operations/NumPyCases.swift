import Testing

@testable import Autograd

private let any = -2.0...2.0
private let positive = 0.5...2.0

/// NumPy's further operations.
let numPyCases: [OperationCase] = [
  .init("meshgrid", any, any, shapes: [[3], [2]]) { x in
    let grid = meshgrid(x)
    return grid[0] * grid[1]
  },
  .init("rotated90", any) { $0[0].rotated90() * $0[0].T },
  .init("diff", any, shapes: [[2, 4]]) { square($0[0].diff(order: 2)) },
  .init("kron", any, any, shapes: [[2, 3], [3]]) { kron($0[0], $0[1]) },
  .init("cross", any, any) { cross($0[0], $0[1]) },
  .init("cross of another axis", any, any, shapes: [[3, 2], [3, 1]]) { cross($0[0], $0[1], axis: 0) },
  .init("nanToNum", any) { square(nanToNum($0[0])) },
  .init("interp", 0.1...2.9, any, shapes: [[2, 3], [4]]) { square(interp($0[0], NDArray.arange(4), $0[1])) },
  .init("interp of moving points", 0.1...0.4, positive, any, shapes: [[2], [3], [3]]) {
    interp($0[0], $0[1].cumsum() - 1, $0[2])
  },
  .init("unique", any) { square($0[0].unique().values) },
  .init("bincount", any, shapes: [[4]]) {
    square(bincount(NDArray([1, 0, 3, 1], dtype: .int64), weights: $0[0]))
  },
  .init("histogram", positive, shapes: [[4]]) {
    histogram(NDArray([0.5, 2.5, 1, 2]), bins: 3, range: 0...3, weights: $0[0], density: true).counts
  },
  .init("median", any) { square($0[0].median(axis: 0)) * $0[0].median() },
  .init("quantile", any) { square($0[0].quantile(0.3, axis: 1)) },
  .init("quantile for moving fractions", any, 0.05...0.45, shapes: [[2, 3], [2]]) {
    $0[0].quantile($0[1], axis: 1, keepDims: true)
  },
  .init("percentile", any) { square($0[0].percentile(NDArray([20, 70]))) },
  .init("average", any, positive) { $0[0].average(weights: $0[1], axis: 0) },
  .init("average with a vector", any, positive, shapes: [[2, 3], [3]]) { $0[0].average(weights: $0[1], axis: -1) },
  .init("ptp", any) { square($0[0].ptp(axis: 1)) },
  .init("cov", any) { cov($0[0]) },
  .init("cov of two", any, any, shapes: [[3], [3]]) { cov($0[0], $0[1], ddof: 0) },
  .init("cov with weights", any, 0.5...1.5, shapes: [[2, 4], [4]]) {
    cov($0[0], fweights: NDArray([1, 3, 0, 2], dtype: .int64), aweights: $0[1])
  },
  .init("corrcoef", any, shapes: [[2, 4]]) { corrcoef($0[0]) },
  .init("cumprod", any) { $0[0].cumprod(axis: 0) * $0[0].cumprod(axis: 1) },
  .init("cumprod of the whole", any) { $0[0].cumprod() },
  .init("cumprod with zeros", any, shapes: [[3]]) { x in
    concatenate([x[0], NDArray.zeros([1], dtype: x[0].dtype), x[0]]).cumprod()
  },
  .init("cummax", any) { square($0[0].cummax(axis: 1)) },
  .init("cummin", any) { square($0[0].cummin()) },
]

@Suite struct NumPyOperationTests {
  @Test(arguments: numPyCases) func operations(_ operation: OperationCase) { operation.check() }
}
