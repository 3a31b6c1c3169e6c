import Autograd
import Testing

/// The examples that a reader meets first: that of the README, and that of the catalogue's landing page.
@Suite struct FirstExamples: Examples {
  @Test func readme() {
    var w = NDArray.zeros([3]).attachingGrad()
    let x = NDArray.normal([1000, 3])
    let y = matmul(x, NDArray([2, -3.4, 4.2])) + NDArray.normal([1000], std: 0.01)

    for _ in 0..<100 {
      let loss = record { square(matmul(x, w) - y).mean() }
      loss.backward()
      w -= 0.1 * w.grad
    }
    print(rint(10 * w) / 10)  // [ 2.  -3.4  4.2]
  }

  @Test func landingPage() {
    var x = NDArray.arange(4)
    x.attachGrad()
    let y = record { 2 * dot(x, x) }
    y.backward()
    print(x.grad)  // [ 0.  4.  8. 12.]
  }
}
