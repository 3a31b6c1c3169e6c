import Testing

@testable import Autograd

/// Expected values are NumPy's.
@Suite struct GridTests {
  @Test func sequences() {
    #expect(isClose(NDArray.logspace(0, 2, count: 5, base: 2), NDArray([1, 1.41421356, 2, 2.82842712, 4])))
    #expect(NDArray.logspace(0, 2, count: 3, dtype: .int64) == NDArray([1, 10, 100]))
    #expect(NDArray.logspace(3, 9, count: 1).scalars(as: Int.self) == [1000])
    #expect(NDArray.logspace(3, 9, count: 0).shape == [0])
    #expect(isClose(NDArray.geomspace(-1, -1000, count: 4), NDArray([-1, -10, -100, -1000])))
    let fine = NDArray.geomspace(0.3, 7.7, count: 9, dtype: .float64).scalars(as: Double.self)
    #expect(fine.first == 0.3 && fine.last == 7.7)
    #expect(NDArray.geomspace(1e-200, 1e-200, count: 1, dtype: .float64).item() == 1e-200)
    #expect(NDArray.ones([2], dtype: .int32).fullLike(7.9) == NDArray([7, 7]))
    #expect(NDArray.ones([2, 0], dtype: .int32).fullLike(1).dtype == .int32)
  }

  @Test func grids() {
    let (x, y, z) = (NDArray.arange(3), NDArray.arange(2), NDArray.arange(4))
    let xy = meshgrid([x, y, z])
    #expect(xy.allSatisfy { $0.shape == [2, 3, 4] })
    #expect(xy[0][1, 0..., 2] == x && xy[1][0..., 0, 3] == y && xy[2][1, 2] == z)
    let ij = meshgrid([x, y], indexing: .ij)
    #expect(ij[0] == NDArray([[0, 0], [1, 1], [2, 2]]) && ij[1] == NDArray([[0, 1], [0, 1], [0, 1]]))
    #expect(meshgrid([x])[0] == x)
    #expect(meshgrid([]).isEmpty)
    #expect(meshgrid([NDArray(2.0), .zeros([0])])[0].shape == [0, 1])
  }

  @Test func rotations() {
    let x = NDArray([[3, 1, 2.5, -1], [0, 7, 2, 2], [5, -2, 1, 4]])
    #expect(x.rotated90() == NDArray([[-1, 2, 4], [2.5, 2, 1], [1, 7, -2], [3, 0, 5]]))
    #expect(x.rotated90(3) == NDArray([[5, 0, 3], [-2, 7, 1], [1, 2, 2.5], [4, 2, -1]]))
    #expect(x.rotated90(-1) == x.rotated90(3) && x.rotated90(4) == x && x.rotated90(2) == x.flipped())
    #expect(x.rotated90(1, axes: (1, 0)) == x.rotated90(-1))
    #expect(NDArray.zeros([2, 3, 4]).rotated90(axes: (-1, 0)).shape == [4, 3, 2])
  }

  @Test func differences() {
    let x = NDArray([[1, 2, 4], [7, 11, 16]])
    #expect(x.diff() == NDArray([[1, 2], [4, 5]]))
    #expect(x.diff(axis: 0) == NDArray([[6, 9, 12]]))
    #expect(x.diff(order: 2) == NDArray([[1], [1]]))
    #expect(x.diff(order: 0) == x)
    #expect(x.diff(order: 5).shape == [2, 0])
    #expect(NDArray([true, false, false]).diff() == NDArray([true, false]))
    #expect(NDArray([1, 5], dtype: .int32).diff().dtype == .int32)
  }

  @Test func products() {
    let x = NDArray([[1, 2], [3, 4]])
    #expect(
      kron(x, NDArray([[0, 1], [1, 0]])) == NDArray([[0, 1, 0, 2], [1, 0, 2, 0], [0, 3, 0, 4], [3, 0, 4, 0]]))
    #expect(kron(NDArray([1, 2]), NDArray([[1], [3]])) == NDArray([[1, 2], [3, 6]]))
    #expect(kron(NDArray(2.0), NDArray(3.0)).item() == 6)
    #expect(kron(NDArray.ones([1, 2, 1, 1, 1, 3, 1, 2]), .ones([2, 2])).shape == [1, 2, 1, 1, 1, 3, 2, 4])
    #expect(kron(x, .zeros([0, 2])).shape == [0, 4])
    #expect(cross(NDArray([[1, 2, 3], [4, 5, 6]]), NDArray([7, 8, 9])) == NDArray([[-6, 12, -6], [-3, 6, -3]]))
    #expect(
      cross(NDArray([[1, 4], [2, 5], [3, 6]]), NDArray([[7], [8], [9]]), axis: 0).T
        == NDArray([[-6, 12, -6], [-3, 6, -3]]))
  }

  @Test func closeness() {
    let x = NDArray([1, .infinity, -.infinity, .nan, .infinity, 1])
    let y = NDArray([1.000001, .infinity, .infinity, .nan, 1, .infinity])
    #expect(isClose(x, y) as NDArray == NDArray([true, true, false, false, false, false]))
    #expect(isClose(x, y, relative: 0, equalNaN: true) as NDArray == NDArray([false, true, false, true, false, false]))
    #expect(isClose(NDArray([3], dtype: .uint8), NDArray([5], dtype: .uint8), absolute: 2).item(as: Bool.self))
    #expect(allClose(NDArray.ones([2, 3]), NDArray.ones([3])) && !allClose(x, x) && allClose(x, x, equalNaN: true))
    #expect(allClose(.zeros([0]), .zeros([0])))
  }

  @Test func replacedNumbers() {
    let x = NDArray([.nan, .infinity, -.infinity, 2], dtype: .float64)
    #expect(
      nanToNum(x).scalars(as: Double.self) == [0, Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude, 2])
    #expect(nanToNum(x, nan: 1, positiveInfinity: 2, negativeInfinity: 3) == NDArray([1, 2, 3, 2]))
    #expect(nanToNum(x.astype(.float32)).max().item() == Double(Float.greatestFiniteMagnitude))
    #expect(nanToNum(NDArray([1], dtype: .int32)).dtype == .int32)
    let v = x.attachingGrad()
    record { square(nanToNum(v)) * 3 }.backward()
    #expect(v.grad == NDArray([0, 0, 0, 12]))
  }

  @Test func mistakesAreErrors() {
    let x = NDArray.ones([2, 3])
    #expect(errorKind { NDArray.logspace(0, 1, count: -1) } == .value)
    #expect(errorKind { NDArray.geomspace(-1, 1, count: 3) } == .value)
    #expect(errorKind { NDArray.geomspace(0, 1, count: 3) } == .value)
    #expect(errorKind { meshgrid(Array(repeating: x, count: 9))[0] } == .rank)
    #expect(errorKind { x.rotated90(axes: (0, 0)) } == .axis)
    #expect(errorKind { x.rotated90(axes: (0, 2)) } == .axis)
    #expect(errorKind { x.diff(axis: 2) } == .axis)
    #expect(errorKind { x.diff(order: -1) } == .value)
    #expect(errorKind { cross(x, x, axis: 0) } == .shape)
    #expect(errorKind { cross(x, x, axis: 3) } == .axis)
    #expect(errorKind { isClose(x, NDArray.ones([4])) } == .shape)
    #expect(errorKind { NDArray(allClose(x, .ones([4]))) } == .shape)
  }
}

/// What the library says against `body`; `nil` if nothing.
func errorKind(_ body: () -> NDArray) -> NDArrayError.Kind? {
  do {
    _ = try recovering(body)
    return nil
  } catch {
    return (error as? NDArrayError)?.kind
  }
}
