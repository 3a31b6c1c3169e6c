import Autograd

/// The array that a value must equal, within a tolerance.
struct Expectation {
  private let expected: ArrayValue
  private let relativeTolerance: Double
  private let absoluteTolerance: Double

  /// The expectation of a step with `is`, `rtol` and `atol`; without tolerances it is exact.
  init(_ step: JSON) throws {
    expected = try ArrayValue(step["is"])
    relativeTolerance = try step["rtol"].present?.double ?? 0
    absoluteTolerance = try step["atol"].present?.double ?? 0
  }

  func check(_ array: NDArray) throws {
    guard array.dtype == expected.dtype else {
      throw Failure.mismatch("the dtype is \(array.dtype.name), expected \(expected.dtype.name)")
    }
    guard Array(array.shape) == expected.shape else {
      throw Failure.mismatch("the shape is \(array.shape), expected \(Shape(expected.shape))")
    }
    let found = try recovering { array.scalars(as: Double.self) }
    let wrong = found.indices.filter { !isClose(found[$0], expected.elements[$0]) }
    guard let first = wrong.first else { return }
    throw Failure.mismatch(
      "element \(first) is \(found[first]), expected \(expected.elements[first]) "
        + "(\(wrong.count) of \(found.count) differ)")
  }

  private func isClose(_ found: Double, _ expected: Double) -> Bool {
    if found == expected || (found.isNaN && expected.isNaN) { return true }
    guard expected.isFinite else { return false }
    return Swift.abs(found - expected) <= absoluteTolerance + relativeTolerance * Swift.abs(expected)
  }
}

/// The values and gradients of all names and both modes, to see that an error left them as they were.
struct Snapshot {
  private let arrays: [String: Content]
  private let modes = Modes()

  init(_ arrays: [String: NDArray]) throws {
    self.arrays = try arrays.mapValues { array in try recovering { Content(array) } }
  }

  func check(_ now: [String: NDArray]) throws {
    guard Modes() == modes else { throw Failure.mismatch("the error changed the modes") }
    for (name, content) in arrays {
      guard let array = now[name] else { throw Failure.mismatch("the error removed \(name)") }
      let found = try recovering { Content(array) }
      guard found.value == content.value else { throw Failure.mismatch("the error changed \(name)") }
      guard found.gradient == content.gradient else {
        throw Failure.mismatch("the error changed the gradient of \(name)")
      }
    }
  }

  private struct Modes: Equatable {
    let recording = isRecording
    let training = isTraining
  }

  private struct Content {
    let value: Value
    let gradient: Value?

    init(_ array: NDArray) {
      value = Value(array)
      gradient = array.hasGrad ? Value(array.grad) : nil
    }
  }

  private struct Value: Equatable {
    let dtype: DType
    let shape: Shape
    let bytes: [UInt8]

    init(_ array: NDArray) {
      dtype = array.dtype
      shape = array.shape
      bytes = array.withUnsafeBytes { Array($0) }
    }
  }
}
