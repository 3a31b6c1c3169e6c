import Autograd

/// The second half of the chapter: gradients in the middle of a computation, control flow and modes.
enum Intermediates {
  static func attaching(_ page: Page) {
    page.say(
      """
      A gradient can also be attached to a value in the middle of a computation. From there on the value is a variable \
      of its own, as after `detached()`: nothing flows on to what it was made of, so that y gets nothing here.
      """)
    let x = NDArray.arange(4).attachingGrad()
    let y = (NDArray.ones([4]) * 2).attachingGrad()
    let (u, z) = record {
      var u = x * y
      u.attachGrad()
      return (u, u + x)
    }
    z.backward()
    page.show(
      """
      let x = NDArray.arange(4).attachingGrad()
      let y = (NDArray.ones([4]) * 2).attachingGrad()
      let (u, z) = record {
        var u = x * y
        u.attachGrad()
        return (u, u + x)
      }
      z.backward()
      x.grad
      """, x.grad, is: "array([1., 1., 1., 1.])")
    page.show("u.grad", u.grad, is: "array([1., 1., 1., 1.])")
    page.show("y.grad", y.grad, is: "array([0., 0., 0., 0.])")
  }

  static func headGradients(_ page: Page) {
    page.say(
      """
      The chain rule can be taken in two steps. Here v is a detached copy of u, so that the first backward stops at v; \
      the gradient found there is handed to u as its head gradient, and the second backward does the rest.
      """)
    let x = NDArray.arange(4).attachingGrad()
    let y = (NDArray.ones([4]) * 2).attachingGrad()
    let (u, v, z) = record {
      let u = x * y
      let v = u.detached().attachingGrad()
      return (u, v, v + x)
    }
    z.backward()
    page.show(
      """
      let x = NDArray.arange(4).attachingGrad()
      let y = (NDArray.ones([4]) * 2).attachingGrad()
      let (u, v, z) = record {
        let u = x * y
        let v = u.detached().attachingGrad()
        return (u, v, v + x)
      }
      z.backward()
      x.grad
      """, x.grad, is: "array([1., 1., 1., 1.])")
    page.show("y.grad", y.grad, is: "array([0., 0., 0., 0.])")
    u.backward(v.grad)
    page.show(
      """
      u.backward(v.grad)
      x.grad
      """, x.grad, is: "array([2., 2., 2., 2.])")
    page.show("y.grad", y.grad, is: "array([0., 1., 2., 3.])")
  }

  static func controlFlow(_ page: Page) {
    page.say(
      """
      The function below loops until its value is large, and branches on a sign. There is nothing to declare: `while` \
      and `if` ask for the values they need, and the graph is whatever ran.
      """)
    func f(_ a: NDArray) -> NDArray {
      var b = a * 2
      while abs(b).sum() < 1000 { b = b * 2 }
      return b.sum() > 0 ? b : 100 * b
    }
    seed(14)
    let a = NDArray.normal([]).attachingGrad()
    page.show(
      """
      func f(_ a: NDArray) -> NDArray {
        var b = a * 2
        while abs(b).sum() < 1000 { b = b * 2 }
        return b.sum() > 0 ? b : 100 * b
      }
      seed(14)
      let a = NDArray.normal([]).attachingGrad()
      """, a)
    let d = record { f(a) }
    d.backward()
    page.show(
      """
      let d = record { f(a) }
      d.backward()
      d
      """, d)
    page.say("Along the path taken f is linear, f(a) = k·a, whatever k came out. So the gradient must be d / a.")
    page.show("a.grad", a.grad, is: "array(2048.)")
    page.show("a.grad == d / a", a.grad == d / a, is: "true")
    manyElements(page, f)
  }

  private static func manyElements(_ page: Page, _ f: (NDArray) -> NDArray) {
    page.say(
      """
      Exercise: what if a is a random vector, or a matrix? The path depends on sums over all elements, so that all of \
      them are multiplied by the same k, and `backward()` of the vector gives that constant for each.
      """)
    let v = NDArray.normal([4]).attachingGrad()
    record { f(v) }.backward()
    page.show(
      """
      let v = NDArray.normal([4]).attachingGrad()
      record { f(v) }.backward()
      v.grad
      """, v.grad, is: "array([512., 512., 512., 512.])")
    let m = NDArray.normal([2, 3]).attachingGrad()
    record { f(m) }.backward()
    page.show(
      """
      let m = NDArray.normal([2, 3]).attachingGrad()
      record { f(m) }.backward()
      m.grad
      """, m.grad, is: "array([[25600., 25600., 25600.],\n       [25600., 25600., 25600.]])")
    page.show("m.grad.min() == m.grad.max()", m.grad.min() == m.grad.max(), is: "true")
  }

  static func modes(_ page: Page) {
    page.say("Two switches belong to the running thread: is history kept, and is this training? At first, neither.")
    page.show("(isRecording, isTraining)", (isRecording, isTraining), is: "(false, false)")
    page.show("record { (isRecording, isTraining) }", record { (isRecording, isTraining) }, is: "(true, true)")
    page.show(
      "record(trainMode: false) { (isRecording, isTraining) }",
      record(trainMode: false) { (isRecording, isTraining) }, is: "(true, false)")
    page.show("record { pause { isRecording } }", record { pause { isRecording } }, is: "false")
    page.show("record { predictMode { isTraining } }", record { predictMode { isTraining } }, is: "false")
    page.say("Dropout obeys: it drops, and scales up what is left, in training alone.")
    let ones = NDArray.ones([8])
    page.show(
      """
      let ones = NDArray.ones([8])
      dropout(ones, p: 0.5)
      """, dropout(ones, p: 0.5), is: "array([1., 1., 1., 1., 1., 1., 1., 1.])")
    seed(11)
    page.show(
      """
      seed(11)
      record { dropout(ones, p: 0.5) }
      """, record { dropout(ones, p: 0.5) }, is: "array([2., 2., 2., 0., 0., 0., 2., 2.])")
  }
}
