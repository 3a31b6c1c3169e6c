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
    Memory.limit = 8 << 30
    Memory.limit = nil

    let x = NDArray.ones([1000, 1000])
    evaluate([x + 1, x * 2])
  }

  @Test func foreignCode() {
    let x = NDArray([1, 2, 3])
    let doubled = NDArray.computed([3], from: [x], as: Float.self) { inputs, output in
      for i in output.indices { output[i] = 2 * inputs[0][i] }
    }
    print(doubled)  // [2. 4. 6.]
  }

  @Test func checkingGradients() {
    let check = checkGradients(of: { sin($0) * $0 }, at: NDArray([0.5, 2]), order: 2)
    show(check.passes)  // true
    show(checkGradients(of: { $0[0] * exp($0[1]) }, at: [NDArray([1, 2]), NDArray(3)]).passes)  // true
  }

  @Test func tracingAndProfiling() {
    do {
      let x = NDArray([0, 1, 4]).attachingGrad()
      tracingNaN {
        record(label: "loss") { sqrt(x).sum() }.backward()
      }
    }
    let x = NDArray.normal([100, 100])
    profile { matmul(x, x).sum() }
  }

  @Test func graphs() throws {
    let x = NDArray([1, 2]).attachingGrad()
    let y = record { (x * x).sum() }
    print(graph(y, names: ["x": x]))
    // 3 operations keep 12 B; a gradient goes to x
    // #3 reshape () of float32, reads the memory of #2
    //   #2 sum (1,) of float32, keeps 4 B
    //     #1 multiply (2,) of float32, keeps 8 B
    //       #0 x (2,) of float32, receives a gradient
    //       #0 x
    func draw(_ folder: String) throws {
      try graph(y).write(svg: folder + "/y.svg")
    }
  }

  @Test func hooks() {
    let x = NDArray([1, 2]).attachingGrad()
    x.onGradient { clip($0, -3, 3) }
    record { x * x }.backward()
    show(x.grad)  // array([2., 3.])
    x.onGradient { g in print("norm", g.norm()) }
  }

  @Test func reportsOnGradients() {
    let (w, b) = (NDArray([3, 4]).attachingGrad(), NDArray(1).attachingGrad())
    record { (w * w).sum() }.backward()
    print(gradientReport(of: ["w": w, "b": b]))
    // gradients: 1 of 2 reached by the last backward
    //   name  shape  state          norm  largest  zeros  NaN  infinite
    //   b     ()     never reached
    //   w     (2,)   reached          10        8      0    0         0
  }

  @Test func randomStates() {
    let before = randomState
    let first = NDArray.normal([3])
    randomState = before
    show(NDArray.normal([3]) == first)  // true
    show(withSeed(7) { NDArray.normal([3]) } == withSeed(7) { NDArray.normal([3]) })  // true
  }

  @Test func files() throws {
    let file = SafeTensors(["w": NDArray.ones([2, 3])], metadata: ["epoch": "3"])
    let copy = try SafeTensors(bytes: file.bytes)
    show(copy.arrays["w"]!.shape)  // (2, 3)
    show(copy.metadata["epoch"]!)  // "3"

    let path = "/tmp/autograd-example.npy"
    try NDArray.arange(3).write(npy: path)
    show(try NDArray(npy: path))  // array([0., 1., 2.])
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
    show(einsum("ii", NDArray([[1, 2], [3, 4]])))  // array(5.)
  }

  @Test func grids() {
    show(NDArray.logspace(0, 3, count: 4))  // array([   1.,   10.,  100., 1000.])
    show(NDArray.geomspace(1, 8, count: 4))  // array([1., 2., 4., 8.])

    let grid = meshgrid([NDArray.arange(3), NDArray.arange(2)])
    show(grid[0])  // array([[0., 1., 2.], [0., 1., 2.]])
    show(grid[1])  // array([[0., 0., 0.], [1., 1., 1.]])

    show(NDArray([[1, 2], [3, 4]]).rotated90())  // array([[2., 4.], [1., 3.]])
    show(kron(NDArray([1, 10]), NDArray([1, 2])))  // array([ 1.,  2., 10., 20.])
    show(cross(NDArray([1, 0, 0]), NDArray([0, 1, 0])))  // array([0., 0., 1.])
  }

  @Test func closeness() {
    show(isClose(NDArray([1, 1.5]), NDArray([1.000001, 2])))  // array([ True, False])
    show(allClose(NDArray([1, 2]), NDArray([1.000001, 2])))  // true
    show(nanToNum(NDArray([1, .nan, .infinity]), positiveInfinity: 9))  // array([1., 0., 9.])
  }

  @Test func special() {
    show(lgamma(NDArray([1, 3, 5])))  // array([0.       , 0.6931472, 3.1780539])
    show(polygamma(1, NDArray([1, 2])))  // array([1.644934  , 0.64493406])
    show(sinc(NDArray([0, 0.5])))  // array([1.        , 0.63661975])
    show(xlogy(NDArray([0, 2]), NDArray([0, 1])))  // array([0., 0.])
  }

  @Test func running() {
    show(NDArray([2, 3, 4]).cumprod())  // array([ 2.,  6., 24.])
    show(NDArray([1, 3, 2, 5]).cummax())  // array([1., 3., 3., 5.])

    show(NDArray([1, 4, 9, 16]).diff())  // array([3., 5., 7.])
    show(NDArray([1, 4, 9, 16]).diff(order: 2))  // array([2., 2.])
  }

  @Test func searching() {
    show(searchsorted(NDArray([1, 2, 2, 3]), NDArray([2, 5])))  // array([1, 4], dtype=int64)
    show(searchsorted(NDArray([1, 2, 2, 3]), NDArray([2, 5]), side: .right))  // array([3, 4], dtype=int64)
    show(isin(NDArray([1, 2, 3]), NDArray([3, 1])))  // array([ True, False,  True])
    show(interp(NDArray([0.5, 1.5, 9]), NDArray([0, 1, 2]), NDArray([0, 10, 30])))  // array([ 5., 20., 30.])
    let (values, indices, inverse, counts) = NDArray([3, 1, 3]).unique()
    show(values)  // array([1., 3.])
    show(indices)  // array([1, 0], dtype=int64)
    show(inverse)  // array([1, 0, 1], dtype=int64)
    show(counts)  // array([1, 2], dtype=int64)
  }

  @Test func counting() {
    show(NDArray([[0, 5], [7, 0]]).nonzero()[1])  // array([1, 0], dtype=int64)
    show(NDArray([[0, 5], [7, 0]]).argwhere())  // array([[0, 1], [1, 0]], dtype=int64)
    show(NDArray([[0, 5], [7, 1]]).countNonzero(axis: 1))  // array([1, 2], dtype=int64)
    show(bincount(NDArray([0, 2, 2], dtype: .int64)))  // array([1, 0, 2], dtype=int64)

    let (counts, edges) = histogram(NDArray([0, 1, 1, 4]), bins: 2)
    show(counts)  // array([3, 1], dtype=int64)
    show(edges)  // array([0., 2., 4.])
  }

  @Test func statistics() {
    show(NDArray([4, 1, 3, 2]).quantile(0.25))  // array(1.75)
    show(NDArray([4, 1, 3, 2]).percentile(75))  // array(3.25)
    show(NDArray([4, 1, 3, 2]).median())  // array(2.5)
    show(NDArray([[4, 9], [2, 5]]).ptp(axis: 0))  // array([2., 4.])
    show(NDArray([1, 2, 3]).average(weights: NDArray([2, 1, 1])))  // array(1.75)
    show(cov(NDArray([[0, 1, 2], [2, 1, 0]])))  // array([[ 1., -1.], [-1.,  1.]])
    show(cov(NDArray([0, 2]), fweights: NDArray([3, 1], dtype: .int64)))  // array(1.)
    show(corrcoef(NDArray([0, 1, 2]), NDArray([2, 1, 0])))  // array([[ 1., -1.], [-1.,  1.]])
  }

  @Test func randomNumbers() {
    let rates = NDArray([1, 10]).attachingGrad()
    let waiting = record { NDArray.exponential(scale: 1 / rates) }
    #expect(waiting.shape == [2])

    let points = NDArray.multivariateNormal([100], mean: NDArray([1, 2]), covariance: NDArray([[2, 1], [1, 2]]))
    show(points.shape)  // (100, 2)

    let sizes = NDArray.gamma([1000], alpha: 2, scale: 3)  // with a mean of 6
    #expect(Swift.abs(sizes.mean().item() - 6) < 1)

    show(NDArray.bernoulli([3], p: 1))  // array([1., 1., 1.])
    show(NDArray.poisson([2], rate: 0))  // array([0, 0], dtype=int64)
    show(NDArray.binomial(trials: NDArray([3, 7]), p: 1))  // array([3, 7], dtype=int64)
    show(NDArray.multinomial([2], trials: 5, probabilities: NDArray([0, 1])))  // array([[0, 5], [0, 5]], dtype=int64)
    show(NDArray.permutation(5).sorted())  // array([0, 1, 2, 3, 4], dtype=int64)
    show(NDArray.arange(5).shuffled().sum())  // array(10.)

    show(NDArray([7, 8]).choice([3], probabilities: NDArray([0, 1])))  // array([8., 8., 8.])
    show(NDArray([3, 1, 2]).choice([3], replace: false).sorted())  // array([1., 2., 3.])
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
    show(solveTriangular(NDArray([[2, 0], [1, 4]]), NDArray([2, 9])))  // array([1., 2.])
    show(choleskySolve(cholesky(NDArray([[4, 2], [2, 5]])), NDArray([8, 12])))  // array([1., 2.])
    show(matrixPower(NDArray([[1, 1], [1, 0]]), 10))  // array([[89., 55.], [55., 34.]])
    show(cond(NDArray([[2, 0], [0, 8]])))  // array(4.)
    show(expm(NDArray([[0, 1], [0, 0]])))  // array([[1., 1.], [0., 1.]])

    show(NDArray([3, -4]).norm())  // array(5.)
    show(NDArray([3, -4]).norm(.one))  // array(7.)
    show(NDArray([[3, 0], [0, -4]]).norm(.nuclear))  // array(7.)
  }

  @Test func factorizations() {
    let (q, r) = qr(NDArray([[0, 2], [-1, 3]]))
    show(q)  // array([[0., 1.], [1., 0.]])
    show(r)  // array([[-1.,  3.], [ 0.,  2.]])
    show(eigh(NDArray([[2, 1], [1, 2]])).values)  // array([1., 3.])
    show(svd(NDArray([[0, 2], [3, 0], [0, 0]])).s)  // array([3., 2.])
    show(svd(NDArray([[0, 2], [3, 0], [0, 0]]), fullMatrices: true).u.shape)  // (3, 3)
    let line = lstsq(NDArray([[0, 1], [1, 1], [2, 1]]), NDArray([1, 3, 5]))
    show(line.solution.shape)  // (2,)
    show(line.rank)  // array(2, dtype=int64)
    show(pinv(NDArray([[2, 0], [0, 4]])))  // array([[0.5 , 0.  ], [0.  , 0.25]])
    show(matrixRank(NDArray([[1, 2], [2, 4]])))  // array(1, dtype=int64)
  }

  @Test func convolution() {
    show(conv2d(NDArray.ones([1, 1, 4, 4]), NDArray.ones([2, 1, 3, 3])).shape)  // (1, 2, 2, 2)
    show(conv1d(NDArray([[[1, 2, 4, 8]]]), NDArray([[[-1, 1]]])))  // array([[[1., 2., 4.]]])
    show(convTranspose2d(NDArray.ones([1, 2, 4, 4]), NDArray.ones([2, 3, 2, 2]), stride: (2, 2)).shape)  // (1, 3, 8, 8)
    show(adaptiveAvgPool2d(NDArray.ones([2, 8, 7, 5]), size: (3, 3)).shape)  // (2, 8, 3, 3)
    show(rmsNorm(NDArray([3, -3]), NDArray([1, 2]), eps: 0))  // array([ 1., -2.])
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
