/// A type of elements that kernels are written for.
protocol KernelElement: Comparable, Numeric {
  /// Integers wrap.
  static func sum(_ a: Self, _ b: Self) -> Self
  /// The order in which arrays are sorted: NaN last.
  static func precedes(_ a: Self, _ b: Self) -> Bool
}

extension KernelElement where Self: FixedWidthInteger {
  static func sum(_ a: Self, _ b: Self) -> Self { a &+ b }
  static func precedes(_ a: Self, _ b: Self) -> Bool { a < b }
}

extension KernelElement where Self: BinaryFloatingPoint {
  static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  static func precedes(_ a: Self, _ b: Self) -> Bool { a < b || (b.isNaN && !a.isNaN) }
}

extension Float: KernelElement {}
extension Double: KernelElement {}
extension Int32: KernelElement {}
extension Int64: KernelElement {}
extension UInt8: KernelElement {}

/// An operation whose own code is the same for all types of its first input.
protocol ElementKernel: Custom {
  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type)
}

extension ElementKernel {
  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    switch inputs[0].dtype {
    case .float32: run(inputs, into: output, Float.self)
    case .float64: run(inputs, into: output, Double.self)
    case .int32: run(inputs, into: output, Int32.self)
    case .int64: run(inputs, into: output, Int64.self)
    case .uint8, .bool: run(inputs, into: output, UInt8.self)
    case .float16, .int8, .int16: inputs[0].dtype.failAsStoredOnly()
    }
  }
}
