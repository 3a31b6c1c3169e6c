import CKernels

struct Sin: Elementwise {
  var body: ScalarOp { .sin }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* cos(x[0]) }
}

/// Not `sin(x + pi / 2)`, which has no right digit near its zeros.
struct Cos: Elementwise {
  var body: ScalarOp { .cos }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { -(g .* sin(x[0])) }
}

/// Not `sin(x) / cos(x)`, which is 3.1 ulp off, instead of 0.5, and takes 1.4 times the time.
struct Tan: Elementwise {
  var body: ScalarOp { .tan }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (1 + square(y)) }
}

/// Not `arctan2(x, sqrt((1 - x) * (1 + x)))`, which is 1.2 ulp off, instead of 0.5, and takes three times the time.
struct Arcsin: Elementwise {
  var body: ScalarOp { .arcsin }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(1 - square(x[0])))
  }
}

/// Not `arctan2(sqrt((1 - x) * (1 + x)), x)`, which is 1.2 ulp off, instead of 0.5, and takes three times the time.
struct Arccos: Elementwise {
  var body: ScalarOp { .arccos }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    -(g .* reciprocal(sqrt(1 - square(x[0]))))
  }
}

/// Not `arctan2(x, 1)`, which takes twice the time.
struct Arctan: Elementwise {
  var body: ScalarOp { .arctan }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* reciprocal(1 + square(x[0])) }
}

struct Arctan2: Elementwise {
  var body: ScalarOp { .arctan2 }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    // Divided twice by the distance from the origin, whose square may overflow or vanish.
    let r = hypot(x[0], x[1])
    let slope = which(r .== 0, 0, x[1 - i] / r / r)
    return g .* (i == 0 ? slope : -slope)
  }
}

/// Not `(e + e / (e + 1)) / 2` for e = expm1(x), which is 8000 ulp off at -10, instead of 0.5, and infinite from 88.8
/// on in float32, instead of 89.5.
struct Sinh: Elementwise {
  var body: ScalarOp { .sinh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* cosh(x[0]) }
}

/// Not `(e + 1 / e) / 2` for e = exp(x), which is infinite from 88.8 on in float32, instead of 89.5.
struct Cosh: Elementwise {
  var body: ScalarOp { .cosh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* sinh(x[0]) }
}

/// Not `e / (e + 2)` for e = expm1(2 * x), which is NaN from 44.4 on in float32, and takes twice the time.
struct Tanh: Elementwise {
  var body: ScalarOp { .tanh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (1 - square(y)) }
}

/// Not `log1p` of |x| + x² / (1 + √(x² + 1)), which is infinite from 2e19 on in float32, and takes three times the
/// time of a small one.
struct Arcsinh: Elementwise {
  var body: ScalarOp { .arcsinh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(square(x[0]) + 1))
  }
}

/// Not `log1p(t + sqrt(t * (t + 2)))` for t = x - 1, which is infinite from 2e19 on in float32, and 2 ulp off,
/// instead of 0.5.
struct Arccosh: Elementwise {
  var body: ScalarOp { .arccosh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(square(x[0]) - 1))
  }
}

/// Not `(log1p(x) - log1p(-x)) / 2`, which is 1.4 ulp off, instead of 0.5, and takes twice the time of a small one.
struct Arctanh: Elementwise {
  var body: ScalarOp { .arctanh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* reciprocal(1 - square(x[0])) }
}

/// The sine of angles in radians.
public func sin(_ x: NDArray) -> NDArray { Sin()(x) }

/// The cosine of angles in radians.
public func cos(_ x: NDArray) -> NDArray { Cos()(x) }

/// The tangent of angles in radians.
public func tan(_ x: NDArray) -> NDArray { Tan()(x) }

/// The inverse sine, in radians.
public func arcsin(_ x: NDArray) -> NDArray { Arcsin()(x) }

/// The inverse cosine, in radians.
public func arccos(_ x: NDArray) -> NDArray { Arccos()(x) }

/// The inverse tangent, in radians.
public func arctan(_ x: NDArray) -> NDArray { Arctan()(x) }

/// The angle of the point (x, y), in radians. The gradient at (0, 0) is 0.
public func arctan2(_ y: NDArray, _ x: NDArray) -> NDArray { Arctan2()(y, x) }
public func arctan2(_ y: NDArray, _ x: some NDArrayScalar) -> NDArray { Arctan2()(y, x) }
public func arctan2(_ y: some NDArrayScalar, _ x: NDArray) -> NDArray { Arctan2()(y, x) }

/// The hyperbolic sine.
public func sinh(_ x: NDArray) -> NDArray { Sinh()(x) }

/// The hyperbolic cosine.
public func cosh(_ x: NDArray) -> NDArray { Cosh()(x) }

/// The hyperbolic tangent.
public func tanh(_ x: NDArray) -> NDArray { Tanh()(x) }

/// The inverse hyperbolic sine.
public func arcsinh(_ x: NDArray) -> NDArray { Arcsinh()(x) }

/// The inverse hyperbolic cosine.
public func arccosh(_ x: NDArray) -> NDArray { Arccosh()(x) }

/// The inverse hyperbolic tangent.
public func arctanh(_ x: NDArray) -> NDArray { Arctanh()(x) }
