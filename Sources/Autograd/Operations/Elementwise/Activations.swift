import CKernels

/// Not `1 / (1 + exp(-x))`, which is 2.4 ulp off, instead of 1.6, and takes 1.4 times the time.
struct Sigmoid: Elementwise {
  var body: ScalarOp { .sigmoid }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (y * (1 - y)) }
}

struct Erf: Elementwise {
  var body: ScalarOp { .erf }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* (1.1283791670955126 * exp(-square(x[0])))  // 2 / sqrt(pi)
  }
}

/// 1 / (1 + exp(-x)), without overflow.
public func sigmoid(_ x: NDArray) -> NDArray { Sigmoid()(x) }

/// The error function.
public func erf(_ x: NDArray) -> NDArray { Erf()(x) }

/// max(0, x); the gradient at 0 is 0.
public func relu(_ x: NDArray) -> NDArray { maximum(0, x) }

/// `x` where positive, else `slope * x`.
public func leakyRelu(_ x: NDArray, slope: Double = 0.01) -> NDArray { which(x .> 0, x, slope * x) }

/// `x` where positive, else `alpha * (exp(x) - 1)`.
public func elu(_ x: NDArray, alpha: Double = 1) -> NDArray { which(x .> 0, x, alpha * expm1(x)) }

/// log(1 + exp(x)), without overflow.
public func softplus(_ x: NDArray) -> NDArray { logaddexp(x, 0) }

/// x · Φ(x) with the normal distribution function Φ, or its approximation by tanh.
public func gelu(_ x: NDArray, approximate: Bool = false) -> NDArray {
  approximate
    ? 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * square(x))))  // sqrt(2 / pi)
    : 0.5 * x * (1 + erf(x * 0.7071067811865476))  // 1 / sqrt(2)
}

/// x · sigmoid(x).
public func silu(_ x: NDArray) -> NDArray { x * sigmoid(x) }
