import Autograd

/// The exercises at the end of the chapter, but for the plot.
enum Exercises {
  static func run(_ page: Page) {
    backwardTwice(page)
    secondDerivative(page)
    anotherControlFlow(page)
    secondPriceAuction(page)
    mask(page)
  }

  private static func backwardTwice(_ page: Page) {
    page.subheading("Run backward twice")
    page.say("A backward frees the history that it used. A second one has nothing to go through, and says why.")
    let x = NDArray.arange(4).attachingGrad()
    let y = record { x * x }
    y.backward()
    page.show(
      """
      let x = NDArray.arange(4).attachingGrad()
      let y = record { x * x }
      y.backward()
      x.grad
      """, x.grad, is: "array([0., 2., 4., 6.])")
    page.show(
      "try recovering { y.backward() }", throws: try recovering { y.backward() },
      containing: "freed by the backward at tour/Exercises.swift", "retainGraph: true")
    page.say(
      "Without `recovering { }` the message would end the program, as an index out of range does. Told to, it is kept:")
    let z = record { x * x }
    z.backward(retainGraph: true)
    z.backward()
    page.show(
      """
      let z = record { x * x }
      z.backward(retainGraph: true)
      z.backward()
      x.grad
      """, x.grad, is: "array([0., 2., 4., 6.])")
  }

  private static func secondDerivative(_ page: Page) {
    page.subheading("The second derivative")
    page.say(
      """
      `grad(of:wrt:)` returns a gradient instead of storing it. With `createGraph: true` the gradient is itself \
      recorded, so that it can be differentiated again, to any order.
      """)
    let x = NDArray([1, 2, 3]).attachingGrad()
    let y = record { x * x * x }
    let slope = grad(of: y, wrt: x, createGraph: true)
    page.show(
      """
      let x = NDArray([1, 2, 3]).attachingGrad()
      let y = record { x * x * x }
      let slope = grad(of: y, wrt: x, createGraph: true)
      """, slope, is: "array([ 3., 12., 27.])")
    let curvature = grad(of: slope, wrt: x, createGraph: true)
    page.show("let curvature = grad(of: slope, wrt: x, createGraph: true)", curvature, is: "array([ 6., 12., 18.])")
    page.show("grad(of: curvature, wrt: x)", grad(of: curvature, wrt: x), is: "array([6., 6., 6.])")
    page.say(
      """
      Why does it cost so much more than the first? Every step of the first derivative is a step to differentiate: a \
      product has two inputs, so each order multiplies the work. `explain` lists what is still to be computed:
      """)
    costOfAnOrder(page)
  }

  /// Arrays this large are computed when they are needed, so that `explain` sees the operations.
  private static func costOfAnOrder(_ page: Page) {
    let t = NDArray.linspace(0, 1, count: 100_000).attachingGrad()
    let s = record { sin(t) * exp(-t * t) }
    page.show(
      """
      let t = NDArray.linspace(0, 1, count: 100_000).attachingGrad()
      let s = record { sin(t) * exp(-t * t) }
      explain(s)
      """, explain(s), containing: "1 kernel")
    let first = grad(of: s, wrt: t, createGraph: true)
    page.show(
      """
      let first = grad(of: s, wrt: t, createGraph: true)
      explain(first)
      """, explain(first), containing: "1 kernel")
    let second = grad(of: first, wrt: t)
    page.show(
      """
      let second = grad(of: first, wrt: t)
      explain(second)
      """, explain(second), containing: "1 kernel")
    page.say("The operations multiply; what stays is that all of them together are one pass over the memory.")
  }

  private static func anotherControlFlow(_ page: Page) {
    page.subheading("Another control flow")
    page.say(
      """
      Newton's method for a square root stops when it is close enough: how many rounds depends on a. Differentiating \
      the loop must give what calculus says, 1 / (2√a).
      """)
    func root(_ a: NDArray) -> NDArray {
      var r = a
      while abs(r * r - a) > 1e-12 { r = (r + a / r) / 2 }
      return r
    }
    let a = NDArray(2, dtype: .float64).attachingGrad()
    let r = record { root(a) }
    r.backward()
    page.show(
      """
      func root(_ a: NDArray) -> NDArray {
        var r = a
        while abs(r * r - a) > 1e-12 { r = (r + a / r) / 2 }
        return r
      }
      let a = NDArray(2, dtype: .float64).attachingGrad()
      let r = record { root(a) }
      r.backward()
      r
      """, r, is: "array(1.41421356, dtype=float64)")
    page.show("a.grad", a.grad, is: "array(0.35355339, dtype=float64)")
    page.show("abs(a.grad - 0.5 / sqrt(a)) < 1e-12", abs(a.grad - 0.5 / sqrt(a)) < 1e-12, is: "true")
  }

  private static func secondPriceAuction(_ page: Page) {
    page.subheading("A second-price auction")
    page.say("The highest bidder wins, and pays what the second-highest bid. What can each bidder do to that price?")
    let bids = NDArray([3, 9, 7, 1]).attachingGrad()
    let price = record { bids.sorted()[-2] }
    page.show(
      """
      let bids = NDArray([3, 9, 7, 1]).attachingGrad()
      let price = record { bids.sorted()[-2] }
      """, price, is: "array(7.)")
    price.backward()
    page.show(
      """
      price.backward()
      bids.grad
      """, bids.grad, is: "array([0., 0., 1., 0.])")
    record { bids.topk(2).values[1] }.backward()
    page.show(
      """
      record { bids.topk(2).values[1] }.backward()
      bids.grad
      """, bids.grad, is: "array([0., 0., 1., 0.])")
    page.say(
      """
      The winner's entry is 0: nothing that the winner bids changes what the winner pays. So there is no reason to bid \
      less than what the thing is worth, which is why such auctions are held.
      """)
  }

  private static func mask(_ page: Page) {
    page.subheading("And one that the chapter does not have")
    page.say(
      """
      The square root of a negative number is not a number, and neither is its derivative. Where a mask keeps it out \
      of the result, it stays out of the gradient as well:
      """)
    let x = NDArray([-1, 0, 4]).attachingGrad()
    let y = record { which(x .> 0, sqrt(x), 0) }
    y.backward()
    page.show(
      """
      let x = NDArray([-1, 0, 4]).attachingGrad()
      let y = record { which(x .> 0, sqrt(x), 0) }
      y.backward()
      x.grad
      """, x.grad, is: "array([0.  , 0.  , 0.25])")
  }
}
