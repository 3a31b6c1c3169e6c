// The smallest program that differentiates: what the workload `startup` times, from its start to its end.
import Autograd

let x = NDArray.arange(4).attachingGrad()
let y = record { 2 * dot(x, x) }
y.backward()
print(x.grad)
