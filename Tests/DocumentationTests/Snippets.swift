import Autograd
import Foundation

// The examples of the documentation, word for word: that they stand here is what compiles them.

func landing() {
  var x = NDArray.arange(4)
  x.attachGrad()
  let y = record { 2 * dot(x, x) }
  y.backward()
  print(x.grad)  // [ 0.  4.  8. 12.]
}

func chapter() {
  var x = NDArray.arange(4)
  x.attachGrad()
  print(x.grad)  // [0. 0. 0. 0.]

  let y = record { 2 * dot(x, x) }
  y.backward()
  print(x.grad)  // [ 0.  4.  8. 12.]

  print(x.grad == 4 * x)  // true
  record { x.sum() }.backward()
  print(x.grad)  // [1. 1. 1. 1.]

  record { x * x }.backward()
  print(x.grad)  // [0. 2. 4. 6.]
  record { x * x }.backward(NDArray([1, 0, 0, 1]))
  print(x.grad)  // [0. 0. 0. 6.]

  let z = record { () -> NDArray in
    let u = (x * x).detached()
    return u * x
  }
  z.backward()
  print(x.grad == x * x)  // true

  func f(_ a: NDArray) -> NDArray {
    var b = a * 2
    while abs(b).sum() < 1000 { b = b * 2 }
    return b.sum() > 0 ? b : 100 * b
  }
  let a = NDArray.normal().attachingGrad()
  let d = record { f(a) }
  d.backward()
  print(a.grad == d / a)  // true

  print(predictMode { dropout(x, p: 0.5) })  // [0. 1. 2. 3.]
  print(isTraining, record { isTraining })  // false true

  let slope = grad(of: record { x * x * x }, wrt: x, createGraph: true)
  print(grad(of: slope, wrt: x))  // [ 0.  6. 12. 18.]
}

func arrays() {
  let m = NDArray([[1, 2], [3, 4]])
  let exact = NDArray([1, 2, 3], dtype: .float64)
  let counted = NDArray([Int](0..<3))  // int64
  let noise = NDArray.normal([2, 2], std: 0.1)

  print((NDArray([1, 2], dtype: .int32) * 1.5).dtype)  // float32
  print((NDArray([7], dtype: .int32) / 2).item())  // 3.5

  var grid = NDArray.arange(12).reshaped([3, 4])
  print(grid[1, 2...])  // [6. 7.]
  print(grid[.ellipsis, .slice(nil, nil, step: -2)][0])  // [3. 1.]
  print(grid[grid .> 9])  // [10. 11.]
  grid[0] = NDArray.zeros([4])

  let positive = which(m .> 2, m, 0)
  _ = (exact, counted, noise, positive)
}

func errors() {
  do {
    try recovering { _ = NDArray.ones([2, 3]) + NDArray.ones([4]) }
  } catch {
    print(error)
  }
  // add: the shapes (2, 3) and (4,) do not broadcast: aligned at the last axis, extents must be equal or 1. ...
}

func readme() {
  var w = NDArray.zeros([3]).attachingGrad()
  let x = NDArray.normal([1000, 3])
  let y = matmul(x, NDArray([2, -3.4, 4.2])) + NDArray.normal([1000], std: 0.01)

  for _ in 0..<100 {
    let loss = record { square(matmul(x, w) - y).mean() }
    loss.backward()
    w -= 0.1 * w.grad
  }
  print(w)  // about [ 2.  -3.4  4.2]
}
