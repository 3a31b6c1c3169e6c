import Autograd
import Testing

/// The examples of the library's own comments. A line `x  // value` of a comment is `show(x)  // value` here.
@Suite struct CommentExamples: Examples {
  @Test func creation() {
    show(NDArray.full([2, 2], 7))  // array([[7., 7.], [7., 7.]])
    show(NDArray.arange(4))  // array([0., 1., 2., 3.])
    show(NDArray([[1, 2], [3, 4]]))  // array([[1., 2.], [3., 4.]])

    let rows: [[Double]] = [[1, 2], [3, 4]]
    show(NDArray(rows).dtype)  // float64

    seed(42)
    let noise = NDArray.normal([2, 3], std: 0.1)
    #expect(noise.shape == [2, 3])
  }

  @Test func reading() {
    show(NDArray([3.5]).item())  // 3.5
    show(NDArray([[1, 2], [3, 4]]).scalars(as: Int.self))  // [1, 2, 3, 4]
    show(NDArray.ones([2]).withUnsafeBytes { $0.count })  // 8
    show(NDArray([1.5, -1.5]).astype(.int32))  // array([ 1, -1], dtype=int32)
    print(Memory.statistics.peak)

    let x = NDArray.ones([1000, 1000])
    evaluate([x + 1, x * 2])
  }

  @Test func shapesAndIndices() {
    show(NDArray.arange(6).reshaped([2, -1]))  // shape (2, 3)
    show(NDArray.zeros([2, 3, 4]).transposed([2, 0, 1]).shape)  // (4, 2, 3)
    show(NDArray([5, 6, 7]).take(NDArray([2, 0], dtype: .int64)))  // array([7., 5.])

    var x = NDArray.arange(6).reshaped([2, 3])
    show(x[0, 1...])  // array([1., 2.])
    x[.ellipsis, -1] = NDArray([7, 8])
    #expect(x[1, 2].item() == 8)
  }

  @Test func operations() {
    show(NDArray([[1, 2], [3, 4]]).sum(axis: 0))  // array([4., 6.])
    show(NDArray([3, 9, 7]).topk(2).values)  // array([9., 7.])
    show(matmul(NDArray([[1, 2], [3, 4]]), NDArray([1, 1])))  // array([3., 7.])
    show(dot(NDArray.arange(4), NDArray.arange(4)))  // array(14.)
    show(einsum("ij,jk->ik", NDArray.ones([2, 3]), NDArray.ones([3, 4])).shape)  // (2, 4)
  }

  @Test func gradients() {
    var x = NDArray.arange(4)
    x.attachGrad()
    show(x.grad)  // array([0., 0., 0., 0.])

    let y = record { 2 * dot(x, x) }
    #expect(y.item() == 28)
  }

  @Test func firstGradient() {
    var x = NDArray.arange(4)
    x.attachGrad()
    let y = record { 2 * dot(x, x) }
    y.backward()
    print(x.grad)  // [ 0.  4.  8. 12.]
  }

  @Test func backward() {
    let x = NDArray.arange(3).attachingGrad()
    record { x * x }.backward()
    show(x.grad)  // array([0., 2., 4.])

    let y = record { x * x * x }
    let slope = grad(of: y, wrt: x, createGraph: true)
    let curvature = grad(of: slope, wrt: x)
    #expect(curvature == 6 * x)
  }

  @Test func customFunctions() {
    func clippedExp(_ x: NDArray) -> NDArray {
      customGradient([x], { exp($0[0]) }, backward: { g, _, y in [g * minimum(y, 10)] })
    }
    let x = NDArray([0, 5]).attachingGrad()
    record { clippedExp(x) }.backward()
    #expect(x.grad == NDArray([1, 10]))
  }

  @Test func errors() throws {
    let x = NDArray.ones([2, 3])
    do {
      try recovering { _ = matmul(x, x) }
    } catch let error as NDArrayError {
      print(error)  // matmul: ...
    }
  }

  @Test func linearAlgebra() {
    show(cholesky(NDArray([[4, 2], [2, 5]])))  // array([[2., 0.], [1., 2.]])
    show(det(NDArray([[1, 2], [3, 4]])))  // array(-2.)
    show(inverse(NDArray([[2, 0], [0, 4]])))  // array([[0.5 , 0.  ], [0.  , 0.25]])
    show(solve(NDArray([[2, 0], [0, 4]]), NDArray([2, 2])))  // array([1. , 0.5])
  }

  @Test func convolution() {
    show(conv2d(NDArray.ones([1, 1, 4, 4]), NDArray.ones([2, 1, 3, 3])).shape)  // (1, 2, 2, 2)
  }

  @Test func explaining() {
    let x = NDArray.normal([1000, 1000])
    print(explain((sin(x) * exp(-x)).sum()))
    // 1 kernel, reads 4.0 MB, writes 4 B
    //   1. loop over (1000, 1000): sin, negative, exp, multiply, sum
    //      writes float32 (1, 1)
    //   2. view, no copy: reshape to ()
  }
}
