import Testing

@testable import Autograd

/// Reductions and maps of every rank, and of lengths around those of tiles and vectors, against plain loops.
@Suite struct SizeTests {
  @Test(arguments: 0...8) func everyRank(_ rank: Int) {
    check(Shape((0..<rank).map { [2, 3, 1, 2, 1, 2, 3, 2][$0] }))
  }

  @Test(arguments: [0, 1, 2, 7, 8, 9, 1023, 1024, 1025, 4095, 4096, 4097]) func everyLength(_ length: Int) {
    for shape in [[length], [length, 3], [3, length], [2, length, 2]] as [Shape] { check(shape) }
  }

  /// Real elements, not one that is read again and again.
  @Test func largeSumsAreAccurate() {
    let count = 20_000_000
    for shape in [[count], [2, count / 2], [count / 2, 2], [4000, 5000]] as [Shape] {
      for (value, tolerance) in [(1, 0), (0.1, 1)] as [(Double, Double)] {
        let x = NDArray.full(shape, value).copy()
        let expected = value * Double(count)
        #expect(Swift.abs(x.sum().item() - expected) <= tolerance)
        #expect(Swift.abs(x.mean().item() - value) <= 1e-7 * tolerance)
        for axis in 0..<shape.rank {
          let part = Double(shape[axis]) * value
          let (low, high) = (x.sum(axis: Axes(axis)).min().item(), x.sum(axis: Axes(axis)).max().item())
          #expect(Swift.max(part - low, high - part) <= tolerance, "\(shape), axis \(axis): \(low) to \(high)")
          #expect(Swift.abs(x.mean(axis: Axes(axis)).max().item() - value) <= 1e-7 * tolerance)
        }
      }
    }
  }

  private func check(_ shape: Shape) {
    let values = (0..<shape.elementCount).map { Double(($0 &* 7919) % 1009) / 256 - 2 }
    for dtype in [DType.float32, .float64] {
      let x = NDArray(values, shape: shape, dtype: dtype)
      expect(x.sum(), [values.reduce(0, +)], "sum of \(shape)")
      expect(square(x) + 1, values.map { $0 * $0 + 1 }, "map of \(shape)")
      for axis in 0..<shape.rank { check(x, values, axis) }
    }
  }

  private func check(_ x: NDArray, _ values: [Double], _ axis: Int) {
    let length = x.shape[axis]
    let lines = lines(values, x.shape, axis)
    let what = "of \(x.shape) along axis \(axis)"
    expect(x.sum(axis: Axes(axis)), lines.map { $0.reduce(0, +) }, "sum \(what)")
    if length > 0 {
      expect(x.mean(axis: Axes(axis)), lines.map { $0.reduce(0, +) / Double(length) }, "mean \(what)")
      expect(x.max(axis: Axes(axis)), lines.map { $0.max()! }, "max \(what)")
    }
    let weights = (0..<length).map { 1 + Double($0 % 5) }
    let row = NDArray(weights, shape: Shape((0..<x.rank).map { $0 == axis ? length : 1 }), dtype: x.dtype)
    let mapped = fused { (x * row + 0.5).movedAxis(from: axis, to: -1).copy() }
    expect(mapped, lines.flatMap { zip($0, weights).map { $0 * $1 + 0.5 } }, "map \(what)")
  }

  /// The lines of an array along an axis, in row-major order of the other axes.
  private func lines(_ values: [Double], _ shape: Shape, _ axis: Int) -> [[Double]] {
    let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    let outer = shape[..<axis].reduce(1, *)
    return (0..<outer).flatMap { i in
      (0..<inner).map { k in (0..<length).map { values[(i * length + $0) * inner + k] } }
    }
  }

  private func expect(_ found: NDArray, _ expected: [Double], _ what: String) {
    let found = found.scalars(as: Double.self)
    #expect(found.count == expected.count, "\(what)")
    #expect(zip(found, expected).allSatisfy { Swift.abs($0 - $1) <= 1e-6 * (1 + Swift.abs($1)) }, "\(what)")
  }
}
