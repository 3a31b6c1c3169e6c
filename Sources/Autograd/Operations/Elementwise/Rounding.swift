import CKernels

/// Rounding is constant almost everywhere: no derivative. Integers are returned as they are.
struct Rounding: Elementwise {
  let body: ScalarOp
  var name: String { String(cString: ag_op_name(body)) }

  static func apply(_ body: ScalarOp, _ x: NDArray) -> NDArray {
    x.dtype.isFloatingPoint ? Rounding(body: body)(x) : x
  }
}

/// The nearest integers below.
public func floor(_ x: NDArray) -> NDArray { Rounding.apply(.floor, x) }

/// The nearest integers above.
public func ceil(_ x: NDArray) -> NDArray { Rounding.apply(.ceil, x) }

/// The nearest integers, halves to even.
public func rint(_ x: NDArray) -> NDArray { Rounding.apply(.rint, x) }

/// The integers towards zero.
public func trunc(_ x: NDArray) -> NDArray { Rounding.apply(.trunc, x) }
