import Testing

@testable import Autograd

/// Expected values are NumPy's.
@Suite struct SearchingTests {
  @Test(arguments: DType.allCases) func positionsAmongSortedElements(_ dtype: DType) {
    let sorted = NDArray([0, 0, 1, 1], dtype: dtype)
    let values = NDArray([[0, 1], [1, 0]], dtype: dtype)
    #expect(searchsorted(sorted, values) == NDArray([[0, 2], [2, 0]]))
    #expect(searchsorted(sorted, values.T, side: .right) == NDArray([[2, 4], [4, 2]]))
    #expect(searchsorted(.zeros([0], dtype: dtype), values) == NDArray.zeros([2, 2]))
    #expect(searchsorted(sorted, .zeros([0, 3], dtype: dtype)).shape == [0, 3])
    #expect(searchsorted(sorted, NDArray(1, as: dtype)).item(as: Int.self) == 2)
  }

  @Test func positionsOfSpecialElements() {
    let sorted = NDArray([-.infinity, -1, 0, .infinity, .nan, .nan])
    let values = NDArray([.nan, .infinity, -.infinity, -0.0, 5])
    #expect(searchsorted(sorted, values) == NDArray([4, 3, 0, 2, 3]))
    #expect(searchsorted(sorted, values, side: .right) == NDArray([6, 4, 1, 3, 3]))
    #expect(
      searchsorted(NDArray([0, 1, 2.5, 4, 10]), NDArray([0.2, 6.4, 3.0, 1.6]), side: .right)
        == NDArray([1, 4, 3, 2]))
    // Positions between integers that float32 does not tell apart.
    let large = NDArray([16_777_216, 16_777_217, 16_777_218], shape: [3])
    #expect(searchsorted(large, NDArray([16_777_218.0], shape: [1], dtype: .float32)).item(as: Int.self) == 2)
    #expect(searchsorted(sorted[..<4].flipped().flipped(), NDArray([0.5])).item(as: Int.self) == 3)
    let (edges, many) = (NDArray.linspace(0, 1, count: 13), NDArray.uniform([40_000]))
    #expect(searchsorted(edges, many) == (edges .< many.expandedDims(1)).sum(axis: 1))
  }

  @Test func membership() {
    let x = NDArray([[1, 2, .nan], [3, -0.0, 7]])
    #expect(isin(x, NDArray([3, 1, .nan, 0])) == NDArray([[true, false, false], [true, true, false]]))
    #expect(isin(x, .zeros([0])) == NDArray.zeros([2, 3], dtype: .bool))
    #expect(isin(NDArray([1, 2], dtype: .int32), NDArray([[2, 5]], dtype: .int64)) == NDArray([false, true]))
    #expect(isin(.zeros([0, 2]), x).shape == [0, 2])
  }

  @Test func differentElements() {
    let x = NDArray([3, 1, .nan, 3, .nan, -0.0, 0.0])
    let (values, indices, inverse, counts) = x.unique()
    #expect(isClose(values, NDArray([0, 1, 3, .nan])))
    #expect(indices == NDArray([5, 1, 0, 2]))
    #expect(inverse == NDArray([2, 1, 3, 2, 3, 0, 0]))
    #expect(counts == NDArray([2, 1, 2, 2]))
    let matrix = NDArray([[2, 1], [1, 2]], dtype: .uint8).unique()
    #expect(matrix.values == NDArray([1, 2]) && matrix.values.dtype == .uint8)
    #expect(matrix.inverse == NDArray([[1, 0], [0, 1]]) && matrix.counts.dtype == .int64)
    let empty = NDArray.zeros([2, 0]).unique()
    #expect(empty.values.shape == [0] && empty.inverse.shape == [2, 0] && empty.counts.shape == [0])
    #expect(NDArray(5.0).unique().values == NDArray([5]))
    #expect(NDArray([true, false, true]).unique().counts == NDArray([1, 2]))
    let v = NDArray([3, 1, 3]).attachingGrad()
    record { v.unique().values }.backward(NDArray([5, 7]))
    #expect(v.grad == NDArray([7, 5, 0]))
  }

  @Test func differentElementsOfMany() {
    let x = NDArray.randint(-50, 50, [200, 70])
    let (values, indices, inverse, counts) = x.unique()
    #expect(values.take(inverse) == x)
    #expect(x.reshaped([14_000]).take(indices) == values)
    #expect(counts.sum().item(as: Int.self) == 14_000 && counts.min() > 0)
    #expect((values.diff() .> 0).all().item(as: Bool.self))
  }

  @Test func elementsThatAreNotZero() {
    let x = NDArray([[0, 5, 0], [7, 0, .nan]])
    #expect(x.nonzero() == [NDArray([0, 1, 1]), NDArray([1, 0, 2])])
    #expect(x.T.nonzero() == [NDArray([0, 1, 2]), NDArray([1, 0, 1])])
    #expect(x.argwhere() == NDArray([[0, 1], [1, 0], [1, 2]]))
    #expect(x.countNonzero().item(as: Int.self) == 3)
    #expect(x.countNonzero(axis: 0, keepDims: true) == NDArray([[1, 1, 1]]))
    #expect(NDArray.zeros([0, 2]).argwhere().shape == [0, 2])
    #expect(NDArray([true, false]).nonzero()[0].dtype == .int64)
  }

  @Test func countsOfIntegers() {
    let x = NDArray([0, 3, 3, 1], dtype: .int32)
    #expect(bincount(x) == NDArray([1, 1, 0, 2]) && bincount(x).dtype == .int64)
    #expect(bincount(x, minLength: 6) == NDArray([1, 1, 0, 2, 0, 0]))
    #expect(bincount(.zeros([0], dtype: .int64), minLength: 2) == NDArray([0, 0]))
    #expect(bincount(.zeros([0], dtype: .int64)).shape == [0])
    let w = NDArray([1, 2, 3, 4]).attachingGrad()
    let sums = record { bincount(x, weights: w) }
    #expect(sums == NDArray([1, 4, 0, 5]) && sums.dtype == .float32)
    sums.backward(NDArray([1, 10, 100, 1000]))
    #expect(w.grad == NDArray([1, 1000, 1000, 10]))
    // In double precision.
    let ones = NDArray.full([20_000], 0.1)
    #expect(Swift.abs(bincount(.zeros([20_000], dtype: .int64), weights: ones).item() - 2000) < 1e-3)
  }

  @Test func histograms() {
    let x = NDArray([[3, 1, 2.5, -1], [0, 7, 2, 2], [5, -2, 1, 4]])
    let (counts, edges) = histogram(x, bins: 4)
    #expect(counts == NDArray([3, 4, 3, 2]) && counts.dtype == .int64)
    #expect(edges == NDArray([-2, 0.25, 2.5, 4.75, 7]) && edges.dtype == .float32)
    let density = histogram(x.T, bins: 3, range: 0...6, density: true)
    #expect(isClose(density.counts, NDArray([0.16666667, 0.22222222, 0.11111111])))
    let weights = NDArray.arange(12).reshaped([3, 4]).attachingGrad()
    let weighted = record { histogram(x, edges: NDArray([-2, 0, 2, 7]), weights: weights).counts }
    #expect(weighted == NDArray([12, 15, 39]))
    weighted.backward(NDArray([1, 2, 3]))
    #expect(weights.grad == NDArray([[3, 2, 3, 1], [2, 3, 3, 3], [3, 1, 2, 3]]))
    #expect(histogram(NDArray([2, 2]), bins: 2).edges == NDArray([1.5, 2, 2.5]))
    #expect(histogram(.zeros([0]), bins: 2).edges == NDArray([0, 0.5, 1]))
    #expect(histogram(NDArray([.nan, 1, 9]), bins: 2, range: 0...2).counts == NDArray([0, 1]))
    #expect(histogram(NDArray([1, 2, 3], dtype: .int64), bins: 2).counts == NDArray([1, 2]))
  }

  @Test func interpolation() {
    let (xp, fp) = (NDArray([0, 1, 2]), NDArray([3, 5, -1]))
    let x = NDArray([-1, 0, 0.25, 1, 1.5, 2, 3, .nan])
    #expect(isClose(interp(x, xp, fp), NDArray([3, 3, 3.5, 5, 2, -1, -1, .nan])))
    #expect(interp(x[..<7], xp, fp, left: -9, right: 9) == NDArray([-9, 3, 3.5, 5, 2, -1, 9]))
    #expect(interp(NDArray([-1, 0, 1]), NDArray([0]), NDArray([4])) == NDArray([4, 4, 4]))
    #expect(interp(NDArray([0, 1, 2]), NDArray([0, 1, 1]), NDArray([4, 6, 8])) == NDArray([4, 8, 8]))
    #expect(
      interp(NDArray([0.0, 0.5, 1]), NDArray([0, 1]), NDArray([1, .infinity])) == NDArray([1, .infinity, .infinity]))
    let v = NDArray([-1, 0.5, 1.5, 3]).attachingGrad()
    record { interp(v, xp, fp) }.backward()
    #expect(v.grad == NDArray([0, 2, -6, 0]))
  }

  @Test func mistakesAreErrors() {
    let (x, i) = (NDArray.ones([2, 3]), NDArray([1, 2], dtype: .int64))
    #expect(errorKind { searchsorted(x, x) } == .rank)
    #expect(errorKind { NDArray(2.0).argwhere() } == .rank)
    #expect(errorKind { x.countNonzero(axis: 2) } == .axis)
    #expect(errorKind { bincount(x) } == .shape)
    #expect(errorKind { bincount(x[0]) } == .dtype)
    #expect(errorKind { bincount(-i) } == .index)
    #expect(errorKind { bincount(i, weights: x[0]) } == .shape)
    #expect(errorKind { bincount(i, minLength: -1) } == .shape)
    #expect(errorKind { histogram(x, bins: 0).counts } == .value)
    #expect(errorKind { histogram(NDArray([1, .nan])).counts } == .value)
    #expect(errorKind { histogram(x, edges: NDArray([1, 0])).counts } == .value)
    #expect(errorKind { histogram(x, edges: NDArray([1])).counts } == .shape)
    #expect(errorKind { histogram(x, weights: x[0]).counts } == .shape)
    #expect(errorKind { interp(x, x[0], i) } == .shape)
    #expect(errorKind { interp(x, .zeros([0]), .zeros([0])) } == .shape)
  }
}
