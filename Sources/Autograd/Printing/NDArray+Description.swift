extension NDArray: CustomStringConvertible, CustomDebugStringConvertible {
  /// NumPy's `str`: `[0. 1. 2. 3.]`.
  public var description: String { formatted(\.description) }

  /// NumPy's `repr`: `array([0., 1., 2., 3.])`.
  public var debugDescription: String { formatted(\.repr) }

  private func formatted(_ style: (ArrayFormatter) -> String) -> String {
    evaluate()
    guard node.isReady else { return "array(?)" }
    return withExtendedLifetime(node) {
      style(
        ArrayFormatter(
          shape: Array(shape), dtypeName: dtype == .float32 || dtype == .bool ? nil : dtype.name,
          element: element))
    }
  }

  private func element(_ index: Int) -> PrintedScalar {
    let offset = node.layout.position(of: index, in: shape)
    return switch dtype {
    case .float16: .float16(Half(dtype.load(node.base, index: offset, as: Double.self)))
    case .float32: .float32(dtype.load(node.base, index: offset, as: Float.self))
    case .float64: .float64(dtype.load(node.base, index: offset, as: Double.self))
    case .int8, .int16, .int32, .int64, .uint8: .integer(dtype.load(node.base, index: offset, as: Int64.self))
    case .bool: .bool(dtype.load(node.base, index: offset, as: Bool.self))
    }
  }
}

extension Layout {
  /// The distance, in elements, of a row-major index from the first element.
  fileprivate func position(of index: Int, in shape: Shape) -> Int {
    var rest = index
    var position = 0
    for axis in (0..<shape.rank).reversed() {
      position += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return position
  }
}
