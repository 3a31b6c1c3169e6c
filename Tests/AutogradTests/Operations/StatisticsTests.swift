import Testing

@testable import Autograd

/// Expected values are NumPy's.
@Suite struct StatisticsTests {
  let x = NDArray([[3, 1, 2.5, -1], [0, 7, 2, 2], [5, -2, 1, 4]])

  @Test func quantiles() {
    let expected: [(Double, NDArray, Double)] = [
      (0, NDArray([-1, 0, -2]), -2), (0.1, NDArray([-0.4, 0.6, -1.1]), -0.9), (0.5, NDArray([1.75, 2, 2.5]), 2),
      (0.9, NDArray([2.85, 5.5, 4.7]), 4.9), (1, NDArray([3, 7, 5]), 7),
    ]
    for (q, rows, all) in expected {
      #expect(isClose(x.quantile(q, axis: 1), rows))
      #expect(isClose(x.percentile(100 * q, axis: 1, keepDims: true), rows.reshaped([3, 1])))
      #expect(isClose(x.quantile(q), NDArray(all, as: .float32)))
    }
    let several = x.quantile(NDArray([0.25, 0.6]), axis: 0)
    #expect(isClose(several, NDArray([[1.5, -0.5, 1.5, 0.5], [3.4, 2.2, 2.1, 2.4]])))
    #expect(isClose(x.percentile(NDArray([[5], [95]])), NDArray([[-1.45], [5.9]])))
    #expect(x.quantile(NDArray.ones([2, 1]), axis: [0, 1], keepDims: true).shape == [2, 1, 1, 1])
    #expect(x.median().item() == 2 && x.median(axis: -1) == NDArray([1.75, 2, 2.5]))
    #expect(NDArray([1, 2], dtype: .int64).median().dtype == .float32)
    #expect(NDArray(3.0).median().item() == 3)
    #expect(NDArray.zeros([0, 2]).median(axis: 1).shape == [0])
    #expect(x.quantile(.zeros([0]), axis: 0).shape == [0, 4])
  }

  @Test func quantilesOfSpecialElements() {
    #expect(isClose(NDArray([[1, .nan], [2, 4]]).median(axis: 1), NDArray([.nan, 3])))
    let infinite = NDArray([-.infinity, 0, 1, .infinity])
    #expect(
      infinite.quantile(NDArray([0, 0.1, 0.5, 0.9, 1])) == NDArray([-.infinity, -.infinity, 0.5, .infinity, .infinity]))
    #expect(NDArray([.infinity, .infinity]).median().item() == .infinity)
    // Equal elements are their own quantiles, exactly.
    let equal = NDArray.full([7], 0.1)
    #expect(equal.quantile(NDArray.linspace(0, 1, count: 101)) == NDArray.full([101], 0.1))
    let v = NDArray([1, 3, 2, 4]).attachingGrad()
    record { v.median() }.backward()
    #expect(v.grad == NDArray([0, 0.5, 0.5, 0]))
    let q = NDArray([0.1, 0.5]).attachingGrad()
    record { NDArray([0, 1, 4]).quantile(q) }.backward()
    #expect(q.grad[0].item() == 2)
  }

  @Test func averages() {
    let w = NDArray([1, 2, 1, 0])
    #expect(x.average(weights: w, axis: 1) == NDArray([1.875, 4, 0.5]) * NDArray([1, 1, 1]))
    #expect(
      isClose(x.average(weights: NDArray([1, 2, 1]), axis: 0, keepDims: true), NDArray([[2, 3.25, 1.875, 1.75]])))
    #expect(isClose(x.average(weights: x.onesLike()), x.mean()))
    #expect(isClose(x.average(weights: x.onesLike(), axis: 1), x.mean(axis: 1)))
    #expect(NDArray([1, 2], dtype: .int64).average(weights: NDArray([1, 3], dtype: .int64)).item() == 1.75)
    #expect(x.average(weights: NDArray([0, 0, 0]), axis: 0).item(at: 0).isNaN)
    #expect(x.ptp().item() == 9 && x.ptp(axis: 1) == NDArray([4, 7, 7]))
    #expect(x.ptp(axis: 0, keepDims: true).shape == [1, 4])
  }

  @Test func covariances() {
    let rows = NDArray([
      [3.22916667, -1.70833333, 0.16666667], [-1.70833333, 8.91666667, -8.66666667], [0.16666667, -8.66666667, 10],
    ])
    #expect(isClose(cov(x), rows))
    #expect(isClose(cov(x[0], x[1]), rows[..<2, ..<2]))
    #expect(isClose(cov(x[..<2], x[2]), rows))
    #expect(isClose(cov(x.T, rowVariables: false), rows))
    #expect(isClose(cov(x, ddof: 0), rows * 0.75))
    #expect(cov(x[0]).shape == [] && isClose(cov(x[0]), rows[0, 0]))
    let correlations = NDArray([
      [1, -0.31836559, 0.02932942], [-0.31836559, 1, -0.91780586], [0.02932942, -0.91780586, 1],
    ])
    #expect(isClose(corrcoef(x), correlations))
    #expect(isClose(corrcoef(x[0], x[2])[0, 1], correlations[0, 2]))
    #expect(corrcoef(x[0]).shape == [] && isClose(corrcoef(x[0]), NDArray(1.0)))
    #expect(cov(NDArray([1, 2], dtype: .int64)).item() == 0.5)
    let z = NDArray([[1, 2, 4, 3], [0, 1, -1, 3]])
    let (f, a) = (NDArray([1, 3, 0, 2], dtype: .int64), NDArray([0.5, 1, 2, 0.25]))
    #expect(isClose(cov(z, fweights: f), NDArray([[0.5666666667, 0.9], [0.9, 1.5]])))
    #expect(isClose(cov(z, aweights: a), NDArray([[2.1428571429, -1.2857142857], [-1.2857142857, 2.2428571429]])))
    #expect(
      isClose(
        cov(z, fweights: f, aweights: a), NDArray([[0.3168316832, 0.4752475248], [0.4752475248, 0.7722772277]])))
    #expect(
      isClose(
        cov(z[0], z[1], ddof: 0, fweights: f, aweights: a),
        NDArray([[0.25, 0.375], [0.375, 0.609375]])))
    #expect(isClose(cov(z, fweights: f), cov(z[0..., NDArray([0, 1, 1, 1, 3, 3], dtype: .int64)])))
    let v = NDArray([[1, 1], [1, 2]]).attachingGrad()
    let y = record { corrcoef(v) }
    #expect(isClose(y, NDArray([[.nan, .nan], [.nan, 1]])))
    y.backward()
    #expect(v.grad == v.zerosLike())
  }

  @Test func runningProducts() {
    let y = NDArray([[2, 3, 4], [1, 0, 5]])
    #expect(y.cumprod(axis: 1) == NDArray([[2, 6, 24], [1, 0, 0]]))
    #expect(y.cumprod() == NDArray([2, 6, 24, 24, 0, 0]))
    #expect(y.astype(.int32).cumprod(axis: 0).dtype == .int64)
    #expect(NDArray.zeros([0, 2]).cumprod(axis: 0).shape == [0, 2] && NDArray(3.0).cumprod() == NDArray([3]))
    let v = NDArray([2, 0, 3, 4]).attachingGrad()
    #expect(record { v.cumprod() } == NDArray([2, 0, 0, 0]))
    record { v.cumprod() }.backward()
    #expect(v.grad == NDArray([1, 2 + 6 + 24, 0, 0]))
    let two = NDArray([0, 0, 3]).attachingGrad()
    let slopes = grad(of: record { two.cumprod() }, wrt: two, createGraph: true)
    #expect(slopes == NDArray([1, 0, 0]))
    // The third of the products is x y z, its mixed derivatives z, y, x; the second is x y.
    #expect(grad(of: record { slopes[0] }, wrt: two, retainGraph: true) == NDArray([0, 1 + 3, 0]))
    #expect(grad(of: record { slopes[1] }, wrt: two) == NDArray([1 + 3, 0, 0]))
  }

  @Test func productsWithZeros() {
    let v = NDArray([0, 2, 3]).attachingGrad()
    let slopes = grad(of: record { v.prod() }, wrt: v, createGraph: true)
    #expect(slopes == NDArray([6, 0, 0]))
    #expect(grad(of: record { slopes[0] }, wrt: v, retainGraph: true) == NDArray([0, 3, 2]))
    #expect(grad(of: record { slopes[2] }, wrt: v) == NDArray([2, 0, 0]))
  }

  @Test func runningExtremes() {
    let y = NDArray([[3, 1, 4, 4, 2], [1, .nan, 0, 7, .infinity]])
    #expect(isClose(y.cummax(axis: 1), NDArray([[3, 3, 4, 4, 4], [1, .nan, .nan, .nan, .nan]])))
    #expect(isClose(y.cummin(axis: -1), NDArray([[3, 1, 1, 1, 1], [1, .nan, .nan, .nan, .nan]])))
    #expect(isClose(y.cummin(axis: 0), NDArray([[3, 1, 4, 4, 2], [1, .nan, 0, 4, 2]])))
    #expect(NDArray([[2, 1], [3, 0]], dtype: .uint8).cummax() == NDArray([2, 2, 3, 3]))
    #expect(NDArray([2, 5], dtype: .int32).cummin().dtype == .int32)
    #expect(NDArray.zeros([2, 0]).cummax(axis: 1).shape == [2, 0])
    let v = NDArray([1, 3, 3, 2]).attachingGrad()
    record { v.cummax() }.backward()
    #expect(v.grad == NDArray([1, 3, 0, 0]))
  }

  @Test func mistakesAreErrors() {
    #expect(errorKind { x.quantile(1.1) } == .value)
    #expect(errorKind { x.quantile(Double.nan) } == .value)
    #expect(errorKind { x.percentile(-1) } == .value)
    #expect(errorKind { x.median(axis: 2) } == .axis)
    #expect(errorKind { NDArray.zeros([0, 2]).median(axis: 0) } == .shape)
    #expect(errorKind { x.average(weights: NDArray([1, 2])) } == .shape)
    #expect(errorKind { x.average(weights: NDArray([1, 2]), axis: 0) } == .shape)
    #expect(errorKind { cov(.zeros([2, 2, 2])) } == .rank)
    #expect(errorKind { cov(x, NDArray([1, 2])) } == .shape)
    #expect(errorKind { x.cumprod(axis: 2) } == .axis)
    #expect(errorKind { x.cummax(axis: -3) } == .axis)
    #expect(errorKind { NDArray.zeros([0]).ptp() } == .shape)
  }
}

extension NDArray {
  /// An element of the flattened array.
  fileprivate func item(at position: Int) -> Double { scalars(as: Double.self)[position] }
}
