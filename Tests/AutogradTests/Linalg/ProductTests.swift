import Testing

@testable import Autograd

private let any = -2.0...2.0

private let products: [OperationCase] = [
  .init("matmul", any, any, shapes: [[2, 3], [3, 4]]) { matmul($0[0], $0[1]) },
  .init("matmul of vectors", any, any, shapes: [[3], [3]]) { matmul($0[0], $0[1]) },
  .init("matmul with a vector", any, any, shapes: [[2, 2, 3], [3]]) { matmul($0[0], $0[1]) },
  .init("matmul of a vector", any, any, shapes: [[3], [2, 3, 2]]) { matmul($0[0], $0[1]) },
  .init("matmul broadcast", any, any, shapes: [[2, 1, 2, 3], [3, 3, 2]]) { matmul($0[0], $0[1]) },
  .init("matmul with itself", any, shapes: [[3, 2]]) { matmul($0[0].T, $0[0]) },
  .init("dot of vectors", any, any, shapes: [[4], [4]]) { dot($0[0], $0[1]) },
  .init("dot with a scalar", any, any, shapes: [[], [2, 3]]) { dot($0[0], $0[1]) },
  .init("dot of three axes", any, any, shapes: [[2, 2, 3], [2, 3, 2]]) { dot($0[0], $0[1]) },
  .init("tensordot", any, any, shapes: [[2, 3, 2], [3, 2, 2]]) { tensordot($0[0], $0[1], axes: [[1, 0], [0, -1]]) },
  .init("tensordot of two axes", any, any, shapes: [[2, 3, 2], [3, 2, 2]]) { tensordot($0[0], $0[1], axes: 2) },
  .init("outer", any, any, shapes: [[2, 2], [3]]) { outer($0[0], $0[1]) },
  .init("trace", any, shapes: [[3, 4, 2]]) { square($0[0].trace(offset: 1)) },
]

@Suite struct ProductTests {
  @Test(arguments: products) func operations(_ operation: OperationCase) { operation.check() }

  @Test func valuesAreNumPys() {
    let x = NDArray.arange(24, dtype: .float64).reshaped([2, 3, 4]) / 7 - 1
    let y = NDArray.arange(20, dtype: .float64).reshaped([4, 5]) / 3 - 2
    let product = matmul(x, y)
    #expect(product.shape == [2, 3, 5])
    #expect(isClose(product.sum(), NDArray(125.71428571428571, dtype: .float64), relative: 1e-14))
    let row = NDArray([3.047619047619048, 4.285714285714285, 5.523809523809524, 6.761904761904761, 8.0])
    #expect(isClose(product[1, 0], row, relative: 1e-14))
    #expect(dot(x, y) == product)
  }

  /// Several tiles and panels with parts of them at the borders, and more than one depth; whole numbers are exact.
  @Test(arguments: [DType.float32, .float64]) func productsOfManyTiles(_ dtype: DType) {
    let sizes = [
      (16, 16, 64), (21, 40, 97), (64, 33, 65), (130, 50, 128), (200, 17, 131), (37, 1100, 70), (150, 2100, 90),
      (600, 24, 70),
    ]
    for (rows, inner, columns) in sizes {
      let a = NDArray.randint(-4, 5, [rows, inner])
      let b = NDArray.randint(-4, 5, [inner, columns])
      let expected = matmul(a.astype(.int64), b.astype(.int64)).astype(dtype)
      let (x, y) = (a.astype(dtype), b.astype(dtype))
      let (xt, yt) = (x.T.copy().T, y.T.copy().T)
      for product in [matmul(x, y), matmul(xt, y), matmul(x, yt), matmul(xt, yt)] {
        #expect(product == expected, "(\(rows), \(inner), \(columns)) of \(dtype)")
      }
    }
  }

  /// What a matrix gets back from several uses is one product of them all.
  @Test func sumsOfProductsOfManyTiles() {
    let w = NDArray.randint(-4, 5, [70, 100]).astype(.float32).attachingGrad()
    let inputs = [300, 40, 290].map { NDArray.randint(-4, 5, [$0, 70]).astype(.float32) }
    let heads = inputs.map { NDArray.randint(-4, 5, [$0.shape[0], 100]).astype(.float32) }
    record {
      var sum = NDArray(0)
      for (x, head) in zip(inputs, heads) { sum += (matmul(x, w) * head).sum() }
      return sum
    }.backward()
    var expected = NDArray.zeros([70, 100], dtype: .int64)
    for (x, head) in zip(inputs, heads) { expected += matmul(x.T.astype(.int64), head.astype(.int64)) }
    #expect(w.grad == expected.astype(.float32))
  }

  /// Transposed, with gaps, and repeated along the batch: what reaches the library by strides, and what is copied.
  @Test(arguments: [DType.float32, .float64, .int32, .int64, .uint8]) func productsOfAllLayouts(_ dtype: DType) {
    let sizes = [(1, 1, 1), (1, 5, 4), (3, 1, 2), (4, 3, 1), (5, 4, 3), (17, 9, 33)]
    for (rows, inner, columns) in sizes {
      let a = NDArray.randint(0, 5, [2, rows, inner]).astype(dtype)
      let b = NDArray.randint(0, 5, [2, inner, columns]).astype(dtype)
      let expected = naive(a, b)
      for (first, x) in Layouts.all(of: a) {
        for (second, y) in Layouts.all(of: b) { #expect(matmul(x, y) == expected, "\(first) and \(second)") }
      }
      #expect(matmul(a.swappedAxes(1, 2).copy().swappedAxes(1, 2), b) == expected)
      let repeated = a[0].broadcast(to: [2, rows, inner])
      #expect(matmul(repeated, b) == naive(repeated, b))
    }
  }

  /// The definition, exact for small integers.
  private func naive(_ a: NDArray, _ b: NDArray) -> NDArray {
    (a.expandedDims(3) * b.expandedDims(1)).sum(axis: 2).astype(a.dtype)
  }

  @Test func theBitsDoNotDependOnTheThreads() {
    let threads = Execution.threads
    defer { Execution.threads = threads }
    for (batches, rows, inner, columns) in [(1, 300, 200, 700), (1, 700, 64, 96), (5, 90, 200, 100), (40, 70, 60, 50)] {
      let a = NDArray.normal([batches, rows, inner])
      let b = NDArray.normal([batches, inner, columns])
      Execution.threads = 1
      let one = matmul(a, b).scalars(as: Float.self)
      let transposed = matmul(b.swappedAxes(1, 2), a.swappedAxes(1, 2)).scalars(as: Float.self)
      Execution.threads = 3
      #expect(matmul(a, b).scalars(as: Float.self) == one)
      #expect(matmul(b.swappedAxes(1, 2), a.swappedAxes(1, 2)).scalars(as: Float.self) == transposed)
    }
  }

  @Test func emptyMatrices() {
    #expect(matmul(NDArray.ones([2, 0]), NDArray.ones([0, 3])) == NDArray.zeros([2, 3]))
    #expect(matmul(NDArray.ones([0, 2]), NDArray.ones([2, 3])).shape == [0, 3])
    #expect(matmul(NDArray.ones([0, 2, 2]), NDArray.ones([2, 3])).shape == [0, 2, 3])
    let x = NDArray.ones([0, 3]).attachingGrad()
    let w = NDArray.ones([3, 2]).attachingGrad()
    record { matmul(x, w) }.backward()
    #expect(x.grad.shape == [0, 3])
    #expect(w.grad == NDArray.zeros([3, 2]))
  }

  @Test func typesArePromoted() {
    #expect(matmul(NDArray.ones([2, 2]), NDArray.ones([2, 2], dtype: .float64)).dtype == .float64)
    #expect(matmul(NDArray.ones([2, 2], dtype: .int32), NDArray.ones([2], dtype: .int64)).dtype == .int64)
    #expect(matmul(NDArray.ones([2, 2], dtype: .int64), NDArray.ones([2])).dtype == .float32)
    let large = NDArray([9_007_199_254_740_993], shape: [1, 1])
    #expect(matmul(large, large.onesLike()).item(as: Int.self) == 9_007_199_254_740_993)
  }

  @Test func errorsNameTheShapes() {
    func message(_ body: () -> NDArray) -> String {
      do {
        _ = try recovering(body)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let x = NDArray.ones([2, 3])
    #expect(message { matmul(x, x) }.hasPrefix("matmul: the shapes (2, 3) and (2, 3) do not match"))
    #expect(message { matmul(x, NDArray(1)) }.contains("a scalar is no matrix"))
    #expect(message { dot(x, x) }.hasPrefix("dot: "))
    #expect(message { tensordot(x, x, axes: [[0], [1]]) }.hasPrefix("tensordot: "))
    #expect(message { tensordot(x, x, axes: 3) }.hasPrefix("tensordot: "))
  }
}
