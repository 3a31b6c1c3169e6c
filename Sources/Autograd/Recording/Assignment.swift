extension NDArray {
  /// Adds in place. Outside `record` an attached array stays attached; arrays assigned from it before are unchanged.
  public static func += (x: inout NDArray, y: NDArray) { x.update(Add()(x, y), "+=") }
  public static func += (x: inout NDArray, y: some NDArrayScalar) { x.update(Add()(x, y), "+=") }

  /// Subtracts in place.
  public static func -= (x: inout NDArray, y: NDArray) { x.update(Subtract()(x, y), "-=") }
  public static func -= (x: inout NDArray, y: some NDArrayScalar) { x.update(Subtract()(x, y), "-=") }

  /// Multiplies in place.
  public static func *= (x: inout NDArray, y: NDArray) { x.update(Multiply()(x, y), "*=") }
  public static func *= (x: inout NDArray, y: some NDArrayScalar) { x.update(Multiply()(x, y), "*=") }

  /// Divides in place.
  public static func /= (x: inout NDArray, y: NDArray) { x.update(Divide()(x, y), "/=") }
  public static func /= (x: inout NDArray, y: some NDArrayScalar) { x.update(Divide()(x, y), "/=") }

  /// An in-place operation keeps shape and type.
  private mutating func update(_ result: NDArray, _ name: String) {
    guard result.shape == shape else {
      report(
        .shape("\(name): the result has the shape \(result.shape), which does not fit into an array of shape \(shape)"))
      return
    }
    rebind(to: result.converted(to: dtype))
  }
}
