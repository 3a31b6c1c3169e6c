import Testing

@testable import Autograd

private let any = -1.0...1.0

/// Of full rank, and with spectral values far from each other.
@Sendable private func spread(_ x: NDArray) -> NDArray {
  let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  return x + NDArray.eye(rows, columns, dtype: x.dtype) * (6 * NDArray.arange(columns, dtype: x.dtype) + 4)
}

@Sendable private func values(_ s: NDArray) -> NDArray { s.expandedDims(-2) }

private let spectra: [OperationCase] = [
  .init("q and r", any, shapes: [[3, 3]]) { x in
    let (q, r) = qr(spread(x[0]))
    return matmul(r, q) + 2 * q
  },
  .init("q of a tall matrix", any, shapes: [[4, 2]]) { qr(spread($0[0])).q },
  .init("r of a tall matrix", any, shapes: [[4, 2]]) { qr(spread($0[0])).r },
  .init("q of a wide matrix", any, shapes: [[2, 3]]) { qr(spread($0[0])).q },
  .init("r of a wide matrix", any, shapes: [[2, 3]]) { qr(spread($0[0])).r },
  .init("q and r of a batch", any, shapes: [[2, 3, 2]]) { x in
    let (q, r) = qr(spread(x[0]))
    return concatenate([q, r], axis: -2)
  },
  .init("eigenvalues", any, shapes: [[3, 3]]) { eigh(spread($0[0])).values },
  .init("eigenvectors", any, shapes: [[3, 3]]) { square(eigh(spread($0[0])).vectors) },
  .init("eigenvalues and vectors of a batch", any, shapes: [[2, 2, 2]]) { x in
    let (w, v) = eigh(spread(x[0]))
    return matmul(sin(values(w)) * v, v.swappedAxes(-1, -2)) * square(v)
  },
  .init("singular values", any, shapes: [[3, 2]]) { svdvals(spread($0[0])) },
  .init("singular vectors", any, shapes: [[3, 3]]) { x in
    let (u, _, vh) = svd(spread(x[0]))
    return square(u) + square(vh).T * vh[0, 0] * vh[0, 0]
  },
  .init("svd of a tall matrix", any, shapes: [[3, 2]]) { x in
    let (u, s, vh) = svd(spread(x[0]))
    return matmul(u * sin(values(s)), vh) + square(u)
  },
  .init("svd of a wide matrix", any, shapes: [[2, 3]]) { x in
    let (u, s, vh) = svd(spread(x[0]))
    return matmul(u * sin(values(s)), vh) + square(vh)
  },
  .init("full matrices of a tall matrix", any, shapes: [[3, 2]]) { x in
    let (u, s, vh) = svd(spread(x[0]), fullMatrices: true)
    return square(u) + matmul(vh * s, vh)[0, 1]
  },
  .init("full matrices of a wide matrix", any, shapes: [[2, 4]]) { x in
    let rest = svd(spread(x[0]), fullMatrices: true).vh[2..., 0...]
    return matmul(rest.T, rest)
  },
  .init("svd of a batch", any, shapes: [[2, 2, 2]]) { x in
    let (u, s, vh) = svd(spread(x[0]))
    return matmul(u * square(values(s)), vh)
  },
]

@Suite struct SpectrumTests {
  private let a = NDArray([[2, -1, 0.5], [1, 3, -2], [0.25, 1, 4]], dtype: .float64)

  @Test(arguments: spectra) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreNumPys() {
    let tall = a[0..., 0..<2]
    let (q, r) = qr(tall)
    let factor = [
      -0.8888888888888888, 0.456860819942782, -0.4444444444444444, -0.8419831640267801, -0.1111111111111111,
      -0.28695390343513577,
    ]
    #expect(isClose(q, NDArray(factor, shape: [3, 2]), relative: 1e-14))
    #expect(isClose(r, NDArray([[-2.25, -0.5555555555555555], [0, -3.2697642154582582]]), relative: 1e-14))
    let eigenvalues = NDArray([3.8474763509766357, 5.631449914505278, 8.521073734518087], shape: [3])
    #expect(isClose(eigvalsh(a + a.T), eigenvalues, relative: 1e-14))
    let singular = NDArray([3.3544636337295115, 2.193188028871716], shape: [2])
    #expect(isClose(svdvals(tall), singular, relative: 1e-14))
    #expect(isClose(svdvals(tall.T), singular, relative: 1e-14))
  }

  @Test(arguments: [[5, 5], [6, 3], [3, 6], [2, 3, 4, 2], [70, 50], [1, 1], [7, 1]] as [Shape])
  func factorsMultiplyToTheMatrix(_ shape: Shape) {
    for dtype in [DType.float32, .float64] {
      let x = NDArray.normal(shape, dtype: dtype)
      let tolerance = dtype == .float64 ? 1e-12 : 1e-4
      func expect(_ found: NDArray, _ expected: NDArray) {
        #expect(isClose(found, expected.broadcast(to: found.shape), relative: tolerance, absolute: tolerance))
      }
      let size = Swift.min(shape[shape.rank - 1], shape[shape.rank - 2])
      let identity = NDArray.eye(size, dtype: dtype)
      let (q, r) = qr(x)
      expect(matmul(q, r), x)
      expect(matmul(q.matrixTransposed, q), identity)
      #expect(r == r.triu())
      let (u, s, vh) = svd(x)
      expect(matmul(u * s.expandedDims(-2), vh), x)
      expect(matmul(u.matrixTransposed, u), identity)
      expect(matmul(vh, vh.matrixTransposed), identity)
      #expect(s == s.sorted().flipped(axis: -1))
      expect(svdvals(x), s)
      let full = svd(x, fullMatrices: true)
      #expect(full.u[.ellipsis, ..<size] == u && full.vh[.ellipsis, ..<size, 0...] == vh)
      expect(matmul(full.u.matrixTransposed, full.u), NDArray.eye(full.u.shape[shape.rank - 1], dtype: dtype))
      expect(matmul(full.vh, full.vh.matrixTransposed), NDArray.eye(full.vh.shape[shape.rank - 1], dtype: dtype))
      let symmetric = matmul(x, x.matrixTransposed)
      let (w, v) = eigh(symmetric)
      expect(matmul(symmetric, v) - v * w.expandedDims(-2), NDArray.zeros([], dtype: dtype))
      expect(matmul(v.matrixTransposed, v), NDArray.eye(shape[shape.rank - 2], dtype: dtype))
      #expect(w == w.sorted())
      expect(eigvalsh(symmetric) / w.max(), w / w.max())
    }
  }

  /// Where spectral values are equal, what does not depend on the choice of vectors has its true gradient.
  @Test func equalSpectralValues() {
    seed(2)
    let direction = NDArray.normal([3, 3], dtype: .float64)
    let (rotation, _) = qr(direction)
    func slope(at x: NDArray, _ f: (NDArray) -> NDArray) -> NDArray {
      let t = NDArray(0, dtype: .float64).attachingGrad()
      record { f(x + t * direction).sum() }.backward()
      return t.grad
    }
    for x in [NDArray.eye(3, dtype: .float64), rotation] {
      #expect(isClose(slope(at: x) { svdvals($0) }, (svd(x).u * matmul(direction, svd(x).vh.T)).sum(), relative: 1e-9))
      // The nearest orthogonal matrix: its derivative is the antisymmetric part, seen from there.
      let turned = matmul(x.T, direction)
      let polar = slope(at: x) { x in
        let (u, _, vh) = svd(x)
        return matmul(u, vh) * direction
      }
      #expect(isClose(polar, (matmul(x, turned - turned.T) / 2 * direction).sum(), relative: 1e-9))
      let constant = slope(at: x) { matmul(svd($0).u, svd($0).u.T) * direction }
      #expect(isClose(constant, NDArray(0, dtype: .float64), absolute: 1e-9))
    }
    let zero = NDArray.zeros([3, 3], dtype: .float64).attachingGrad()
    record { svd(zero).u.sum() + svd(zero).vh.sum() + eigh(zero).vectors.sum() }.backward()
    #expect(isfinite(zero.grad).all().item(as: Bool.self))
    let pair = NDArray([[2, 0, 0], [0, 2, 0], [0, 0, 5]], dtype: .float64)
    // The projection onto the eigenspace of 2 turns against the third axis alone.
    let projection = slope(at: pair) { x in
      let v = eigh(x).vectors[0..., 0..<2]
      return matmul(v, v.T)[0, 2]
    }
    #expect(isClose(projection, -(direction[0, 2] + direction[2, 0]) / 6, relative: 1e-9))
  }

  @Test func aZeroGradientStaysZero() {
    let x = NDArray.zeros([3, 2]).attachingGrad()
    record { svd(x).u.sum() * 0 + svd(x).s.sum() * 0 + svd(x).vh.sum() * 0 }.backward()
    #expect(x.grad == x.zerosLike())
    let y = NDArray.eye(3).attachingGrad()
    record { eigh(y).vectors.sum() * 0 + qr(y).q.sum() * 0 }.backward()
    #expect(y.grad == y.zerosLike())
  }

  @Test func emptyMatrices() {
    for shape in [[0, 3, 2], [0, 3], [3, 0], [0, 0]] as [Shape] {
      let x = NDArray.zeros(shape).attachingGrad()
      let size = Swift.min(shape[shape.rank - 1], shape[shape.rank - 2])
      let (u, s, vh) = record { svd(x) }
      #expect(u.shape == Shape(shape.dropLast() + [size]))
      #expect(s.shape == Shape(shape.dropLast(2) + [size]))
      #expect(vh.shape == Shape(shape.dropLast(2) + [size, shape[shape.rank - 1]]))
      #expect(svdvals(x.detached()).shape == s.shape)
      let full = svd(x, fullMatrices: true)
      #expect(full.u.shape == Shape(shape.dropLast() + [shape[shape.rank - 2]]))
      #expect(full.vh.shape == Shape(shape.dropLast(2) + [shape[shape.rank - 1], shape[shape.rank - 1]]))
      let (q, r) = record { qr(x) }
      #expect(q.shape == u.shape)
      #expect(r.shape == vh.shape)
      record { u.sum() + s.sum() + vh.sum() + q.sum() + r.sum() }.backward()
      #expect(x.grad == NDArray.zeros(shape))
    }
    #expect(eigh(NDArray.zeros([2, 0, 0])).values.shape == [2, 0])
    #expect(eigh(NDArray.zeros([0, 2, 2])).vectors.shape == [0, 2, 2])
  }

  @Test func mistakesAreErrors() {
    func message(_ body: () -> NDArray) -> String {
      do {
        _ = try recovering(body)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let vector = NDArray.ones([3])
    #expect(message { qr(vector).q }.hasPrefix("qr: an array of shape (3,) is no matrix"))
    #expect(message { svd(vector).u }.hasPrefix("svd: an array of shape (3,) is no matrix"))
    #expect(message { eigh(NDArray.ones([2, 3])).vectors }.hasPrefix("eigh: an array of shape (2, 3)"))
    for bad in [Double.nan, .infinity] {
      #expect(message { svdvals(NDArray.full([2, 2], bad)) }.hasPrefix("svd: an element is infinite or NaN"))
      #expect(message { eigvalsh(NDArray.full([2, 2], bad)) }.hasPrefix("eigh: an element is infinite or NaN"))
    }
    let x = NDArray([[1, 0], [0, 0]]).attachingGrad()
    let q = record { qr(x).q }
    #expect(message { grad(of: q, wrt: x, head: NDArray([[1, 2], [3, 4]])) }.hasPrefix("derivative of qr: "))
    #expect(qr(NDArray([[3, 0], [4, 0]], dtype: .int32)).q.dtype == .float32)
  }
}
