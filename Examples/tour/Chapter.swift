import Autograd

// The chapter in order. Each function is a section; the text beside a result is the code that made it.

func gradientsOfAFunction(_ page: Page) {
  page.section("A simple function")
  page.prose("The derivative of y = 2 x·x. First x, and a place for the gradient:")
  var x = NDArray.arange(4)
  page.show("var x = NDArray.arange(4)", x, expect: "array([0., 1., 2., 3.])")
  x.attachGrad()
  page.show("x.attachGrad(); x.grad", x.grad, expect: "array([0., 0., 0., 0.])")
  page.prose("Inside record { } the graph is built while the code runs:")
  let y = record { 2 * dot(x, x) }
  page.show("let y = record { 2 * dot(x, x) }", y, expect: "array(28.)")
  y.backward()
  page.show("y.backward(); x.grad", x.grad, expect: "array([ 0.,  4.,  8., 12.])")
  page.show("x.grad - 4 * x", x.grad - 4 * x, expect: "array([0., 0., 0., 0.])")
  page.prose("Another function of x: its gradient replaces the old one.")
  record { x.sum() }.backward()
  page.show("record { x.sum() }.backward(); x.grad", x.grad, expect: "array([1., 1., 1., 1.])")
}

func vectorsAndModes(_ page: Page) {
  page.section("Backward of a vector, and modes")
  let x = NDArray.arange(4).attachingGrad()
  let y = record { x * x }
  y.backward()
  page.show("record { x * x }.backward(); x.grad   // as of the sum", x.grad, expect: "array([0., 2., 4., 6.])")
  let u = x.copy().attachingGrad()
  record { (u * u).sum() }.backward()
  page.show(
    "let u = x.copy().attachingGrad()\nrecord { (u * u).sum() }.backward(); x.grad - u.grad", x.grad - u.grad,
    expect: "array([0., 0., 0., 0.])")
  page.show("isTraining", text: "\(isTraining)", expect: "false")
  page.show("record { isTraining }", text: "\(record { isTraining })", expect: "true")
  page.show(
    "predictMode { dropout(x, p: 0.5) }", predictMode { dropout(x, p: 0.5) }, expect: "array([0., 1., 2., 3.])")
}

func detaching(_ page: Page) {
  page.section("Detaching, attaching on the way, head gradients")
  let x = NDArray.arange(4).attachingGrad()
  let (y, u, z) = record { () -> (NDArray, NDArray, NDArray) in
    let y = x * x
    let u = y.detached()
    return (y, u, u * x)
  }
  z.backward()
  page.show(
    "y = x * x; u = y.detached(); z = u * x\nz.backward(); x.grad - u", x.grad - u, expect: "array([0., 0., 0., 0.])")
  y.backward()
  page.show("y.backward(); x.grad - 2 * x   // y kept its history", x.grad - 2 * x, expect: "array([0., 0., 0., 0.])")
  attachingOnTheWay(page, x)
  headGradients(page, x)
  page.prose("A graph is freed by its backward, unless it is told to stay:")
  let w = record { x * x }
  w.backward(retainGraph: true)
  w.backward()
  page.show("w.backward(retainGraph: true); w.backward(); x.grad", x.grad, expect: "array([0., 2., 4., 6.])")
  var message = "no error"
  do { try recovering { w.backward() } } catch { message = "\(error)" }
  page.show("w.backward()   // a third time", text: message, holds: message.contains("was freed"), "says it was freed")
}

private func attachingOnTheWay(_ page: Page, _ x: NDArray) {
  let y = (NDArray.ones([4]) * 2).attachingGrad()
  let (u, z) = record { () -> (NDArray, NDArray) in
    var u = x * y
    u.attachGrad()
    return (u, u + x)
  }
  z.backward()
  page.code("let y = (NDArray.ones([4]) * 2).attachingGrad()\nu = x * y; u.attachGrad(); z = u + x; z.backward()")
  page.show("x.grad", x.grad, expect: "array([1., 1., 1., 1.])")
  page.show("u.grad", u.grad, expect: "array([1., 1., 1., 1.])")
  page.show("y.grad", y.grad, expect: "array([0., 0., 0., 0.])")
}

private func headGradients(_ page: Page, _ x: NDArray) {
  let y = (NDArray.ones([4]) * 2).attachingGrad()
  let (u, v, z) = record { () -> (NDArray, NDArray, NDArray) in
    let u = x * y
    let v = u.detached().attachingGrad()
    return (u, v, v + x)
  }
  z.backward()
  page.code("u = x * y; v = u.detached().attachingGrad(); z = v + x; z.backward()")
  page.show("x.grad", x.grad, expect: "array([1., 1., 1., 1.])")
  page.show("y.grad", y.grad, expect: "array([0., 0., 0., 0.])")
  u.backward(v.grad)
  page.show("u.backward(v.grad); x.grad", x.grad, expect: "array([2., 2., 2., 2.])")
  page.show("y.grad", y.grad, expect: "array([0., 1., 2., 3.])")
}

/// Loops and branches whose course depends on values.
func f(_ a: NDArray) -> NDArray {
  var b = a * 2
  while abs(b).sum() < 1000 { b = b * 2 }
  return b.sum() > 0 ? b : 100 * b
}

func controlFlow(_ page: Page) {
  page.section("Control flow")
  page.prose("Whatever loops and branches ran, the function is linear in a: the gradient is d / a.")
  page.code(
    """
    func f(_ a: NDArray) -> NDArray {
      var b = a * 2
      while abs(b).sum() < 1000 { b = b * 2 }
      return b.sum() > 0 ? b : 100 * b
    }
    """)
  let a = NDArray.normal([]).attachingGrad()
  let d = record { f(a) }
  d.backward()
  page.show(
    "let a = NDArray.normal([]).attachingGrad()\nlet d = record { f(a) }; d.backward(); a.grad == d / a",
    text: "\(a.grad == d / a)", expect: "true")
  for shape in [[5], [2, 3]] as [Shape] {
    let a = NDArray.normal(shape).attachingGrad()
    let d = record { f(a) }
    d.backward()
    page.show(
      "the same with a of shape \(shape); a.grad.min() == a.grad.max()", text: "\(a.grad.min() == a.grad.max())",
      expect: "true")
    let ratio = abs(a.grad - d / a).max() / a.grad.max()
    page.show("abs(a.grad - d / a).max() / a.grad.max() < 1e-6", text: "\(ratio < 1e-6)", expect: "true")
  }
}

func exercises(_ page: Page) {
  page.section("Exercises")
  page.prose("The price in a second-price auction: only the second bidder moves it.")
  let bids = NDArray([3, 9, 7, 1]).attachingGrad()
  record { bids.sorted()[-2] }.backward()
  page.show(
    "let bids = NDArray([3, 9, 7, 1]).attachingGrad()\nrecord { bids.sorted()[-2] }.backward(); bids.grad", bids.grad,
    expect: "array([0., 0., 1., 0.])")
  record { bids.topk(2).values[1] }.backward()
  page.show("record { bids.topk(2).values[1] }.backward(); bids.grad", bids.grad, expect: "array([0., 0., 1., 0.])")
  page.prose("A second derivative: the gradient is recorded, and differentiated again.")
  let x = NDArray([1, 2, 3]).attachingGrad()
  let slope = grad(of: record { x * x * x }, wrt: x, createGraph: true)
  page.show(
    "let slope = grad(of: record { x * x * x }, wrt: x, createGraph: true)", slope, expect: "array([ 3., 12., 27.])")
  page.show("grad(of: slope, wrt: x)", grad(of: slope, wrt: x), expect: "array([ 6., 12., 18.])")
  page.prose("Where other libraries give NaN: the branch that was not taken has gradient 0.")
  let s = NDArray([-1, 0, 4]).attachingGrad()
  record { which(s .> 0, sqrt(s), 0) }.backward()
  page.show("record { which(s .> 0, sqrt(s), 0) }.backward(); s.grad", s.grad, expect: "array([0.  , 0.  , 0.25])")
}
