import Autograd

/// The first half of the chapter: scalars, vectors, and what is constant to a gradient.
enum Gradients {
  static func simpleExample(_ page: Page) {
    page.say(
      """
      Take y = 2·xᵀx, a function of a vector x. Its gradient, 4x, is easy to find by hand, so that the machine can be \
      checked. First x itself:
      """)
    var x = NDArray.arange(4)
    page.show("var x = NDArray.arange(4)", x, is: "array([0., 1., 2., 3.])")
    page.say(
      """
      The gradient with respect to x has the shape of x, and needs a place. `attachGrad()` makes one, filled \
      with zeros, and every backward writes there.
      """)
    x.attachGrad()
    page.show(
      """
      x.attachGrad()
      x.grad
      """, x.grad, is: "array([0., 0., 0., 0.])")
    page.say("Code inside `record { }` runs as usual, and the library remembers what was done.")
    var y = record { 2 * dot(x, x) }
    page.show("var y = record { 2 * dot(x, x) }", y, is: "array(28.)")
    page.show("y.shape", y.shape, is: "()")
    page.say("`backward()` goes through that memory from the end to the beginning and fills `x.grad`.")
    y.backward()
    page.show(
      """
      y.backward()
      x.grad
      """, x.grad, is: "array([ 0.,  4.,  8., 12.])")
    page.show("x.grad - 4 * x", x.grad - 4 * x, is: "array([0., 0., 0., 0.])")
    page.say("Another function of the same x: its gradient takes the place of the old one, and is not added to it.")
    y = record { x.sum() }
    y.backward()
    page.show(
      """
      y = record { x.sum() }
      y.backward()
      x.grad
      """, x.grad, is: "array([1., 1., 1., 1.])")
  }

  static func vectors(_ page: Page) {
    page.say(
      """
      When y is a vector, its derivative is a matrix. Training rarely wants that matrix: it wants the sum of the \
      gradients of all elements, and this is what `backward()` gives, as if y.sum() had been differentiated.
      """)
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
    page.say("The same with the sum written out, on a copy. A copy is a variable of its own: it has its own gradient.")
    let u = x.copy().attachingGrad()
    let v = record { (u * u).sum() }
    v.backward()
    page.show(
      """
      let u = x.copy().attachingGrad()
      let v = record { (u * u).sum() }
      v.backward()
      x.grad - u.grad
      """, x.grad - u.grad, is: "array([0., 0., 0., 0.])")
  }

  static func detaching(_ page: Page) {
    page.say(
      """
      Let y depend on x, and z on both. To see only what x does to z directly, y must count as a constant: \
      `detached()` gives the value of y without its history.
      """)
    let x = NDArray.arange(4).attachingGrad()
    let y = record { x * x }
    let u = y.detached()
    let z = record { u * x }
    z.backward()
    page.show(
      """
      let x = NDArray.arange(4).attachingGrad()
      let y = record { x * x }
      let u = y.detached()
      let z = record { u * x }
      z.backward()
      x.grad - u
      """, x.grad - u, is: "array([0., 0., 0., 0.])")
    page.say("The derivative of u·x is u, not 3x². The history of y itself is still there, and gives 2x.")
    y.backward()
    page.show(
      """
      y.backward()
      x.grad - 2 * x
      """, x.grad - 2 * x, is: "array([0., 0., 0., 0.])")
  }
}
