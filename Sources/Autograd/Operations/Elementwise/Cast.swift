/// Conversion to another element type. Between floating-point types it is differentiable.
struct Cast: Operation {
  var name: String { "astype" }
  var kernel: Kernel { .cast }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    x[0].dtype.isFloatingPoint && y.dtype.isFloatingPoint ? g.astype(x[0].dtype) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
}

extension NDArray {
  /// The elements converted to another type: to integers towards zero, to bool by being unequal to 0.
  ///
  /// ```swift
  /// NDArray([1.5, -1.5]).astype(.int32)  // array([ 1, -1], dtype=int32)
  /// ```
  public func astype(_ dtype: DType) -> NDArray {
    self.dtype == dtype ? unchanged : apply(Cast(), Inputs(node), shape: shape, dtype: dtype)
  }
}
