import CKernels

struct Sin: Elementwise {
  var body: ScalarOp { .sin }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* cos(x[0]) }
}

struct Cos: Elementwise {
  var body: ScalarOp { .cos }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { -(g .* sin(x[0])) }
}

struct Tan: Elementwise {
  var body: ScalarOp { .tan }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (1 + square(y)) }
}

struct Arcsin: Elementwise {
  var body: ScalarOp { .arcsin }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(1 - square(x[0])))
  }
}

struct Arccos: Elementwise {
  var body: ScalarOp { .arccos }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    -(g .* reciprocal(sqrt(1 - square(x[0]))))
  }
}

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

struct Sinh: Elementwise {
  var body: ScalarOp { .sinh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* cosh(x[0]) }
}

struct Cosh: Elementwise {
  var body: ScalarOp { .cosh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* sinh(x[0]) }
}

struct Tanh: Elementwise {
  var body: ScalarOp { .tanh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (1 - square(y)) }
}

struct Arcsinh: Elementwise {
  var body: ScalarOp { .arcsinh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(square(x[0]) + 1))
  }
}

struct Arccosh: Elementwise {
  var body: ScalarOp { .arccosh }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* reciprocal(sqrt(square(x[0]) - 1))
  }
}

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
