import Autograd
import Testing

/// The examples of `TheChapter.md`.
@Suite struct TheChapterExamples: Examples {
  @Test func theChapter() {
    var x = NDArray.arange(4)
    print(x)  // [0. 1. 2. 3.]

    x.attachGrad()
    print(x.grad)  // [0. 0. 0. 0.]

    var y = record { 2 * dot(x, x) }
    print(y)  // 28.0
    y.backward()
    print(x.grad)  // [ 0.  4.  8. 12.]
    print(x.grad - 4 * x)  // [0. 0. 0. 0.]

    y = record { x.sum() }
    y.backward()
    print(x.grad)  // [1. 1. 1. 1.]

    y = record { x * x }
    y.backward()
    print(x.grad)  // [0. 2. 4. 6.]

    let copied = x.copy().attachingGrad()
    record { (copied * copied).sum() }.backward()
    print(x.grad - copied.grad)  // [0. 0. 0. 0.]

    y = record { x * x }
    let u = y.detached()
    let z = record { u * x }
    z.backward()
    print(x.grad - u)  // [0. 0. 0. 0.]

    y.backward()
    print(x.grad - 2 * x)  // [0. 0. 0. 0.]

    let w = (NDArray.ones([4]) * 2).attachingGrad()
    let (middle, total) = record {
      var middle = x * w
      middle.attachGrad()
      return (middle, middle + x)
    }
    total.backward()
    print(x.grad, middle.grad, w.grad)  // [1. 1. 1. 1.] [1. 1. 1. 1.] [0. 0. 0. 0.]

    let (product, copy, sum) = record {
      let product = x * w
      let copy = product.detached().attachingGrad()
      return (product, copy, copy + x)
    }
    sum.backward()
    print(x.grad, w.grad)  // [1. 1. 1. 1.] [0. 0. 0. 0.]
    product.backward(copy.grad)
    print(x.grad, w.grad)  // [2. 2. 2. 2.] [0. 1. 2. 3.]

    func f(_ a: NDArray) -> NDArray {
      var b = a * 2
      while abs(b).sum() < 1000 { b = b * 2 }
      return b.sum() > 0 ? b : 100 * b
    }

    seed(14)
    let a = NDArray.normal().attachingGrad()
    let d = record { f(a) }
    d.backward()

    print(a.grad == d / a)  // true

    let matrix = NDArray.normal([2, 3]).attachingGrad()
    record { f(matrix) }.backward()
    print(matrix.grad.min() == matrix.grad.max())  // true

    print(isRecording, isTraining)  // false false
    print(record { isRecording }, record { isTraining })  // true true
    print(dropout(x, p: 0.5))  // [0. 1. 2. 3.]
    print(record { predictMode { dropout(x, p: 0.5) } })  // [0. 1. 2. 3.]

    let once = record { x * x }
    once.backward(retainGraph: true)
    once.backward()
    print(x.grad)  // [0. 2. 4. 6.]

    let slope = grad(of: record { x * x * x }, wrt: x, createGraph: true)
    print(slope)  // [ 0.  3. 12. 27.]
    let curvature = grad(of: slope, wrt: x)
    print(curvature)  // [ 0.  6. 12. 18.]

    let t = NDArray.linspace(-2 * .pi, 2 * .pi, count: 401).attachingGrad()
    let derivative = grad(of: record { sin(t) }, wrt: t)
    print(abs(derivative - cos(t)).max() < 1e-6)  // true

    let bids = NDArray([3, 9, 7, 1]).attachingGrad()
    record { bids.sorted()[-2] }.backward()
    print(bids.grad)  // [0. 0. 1. 0.]
    record { bids.topk(2).values[1] }.backward()
    print(bids.grad)  // [0. 0. 1. 0.]

    var weights = NDArray.zeros([3]).attachingGrad()
    let inputs = NDArray.normal([1000, 3])
    let targets = matmul(inputs, NDArray([2, -3.4, 4.2])) + NDArray.normal([1000], std: 0.01)

    for _ in 0..<100 {
      let loss = record { square(matmul(inputs, weights) - targets).mean() }
      loss.backward()
      weights -= 0.1 * weights.grad
    }
    print(rint(10 * weights) / 10)  // [ 2.  -3.4  4.2]
  }
}
