import CKernels

/// Conversion to another element type. Between floating-point types it is differentiable.
struct Cast: Operation {
  var name: String { "astype" }
  var kernel: Kernel { .cast }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    x[0].dtype.isFloatingPoint && y.dtype.isFloatingPoint ? g.converted(to: x[0].dtype) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
}

extension NDArray {
  @inline(__always)
  func converted(to dtype: DType) -> NDArray { self.dtype == dtype ? self : cast(to: dtype) }

  /// The elements in another type; where there is no loop from type to type, by way of those that are computed in.
  private func cast(to target: DType) -> NDArray {
    if ag_cast(dtype.kernelType, target.kernelType) != nil {
      return apply(Cast(), Inputs(node), shape: shape, dtype: target)
    }
    return converted(to: dtype.computing).converted(to: target.computing).converted(to: target)
  }
}
