import CKernels

@testable import Autograd

#if DEBUG
  /// The tests' own loops are slow without optimisation.
  let sweepDensity = 1
#else
  let sweepDensity = 8
#endif

/// The scalar operations of the kernel table.
let scalarOps: [ScalarOp] = (0..<UInt16.max).lazy.prefix { $0 <= ScalarOp.multiplyAdd.rawValue }
  .compactMap(ScalarOp.init)

extension ScalarOp {
  var name: String { String(cString: ag_op_name(self)) }

  init?(named name: String) {
    guard let op = scalarOps.first(where: { $0.name == name }) else { return nil }
    self = op
  }

  func callAsFunction<T: KernelFloat>(_ operands: [T]...) -> [T] { results(operands, T.self) }

  /// The loop's results on arrays of one length.
  func results<T: KernelFloat, R>(_ operands: [[T]], _ type: R.Type) -> [R] {
    let count = operands[0].count
    guard let loop = ag_map(self, T.kernelType) else { return [] }
    return [R](unsafeUninitializedCapacity: count) { buffer, initialized in
      operands[0].withUnsafeBytes { a in
        (operands.count > 1 ? operands[1] : []).withUnsafeBytes { b in
          (operands.count > 2 ? operands[2] : []).withUnsafeBytes { c in
            loop(Int64(count), a.baseAddress, b.baseAddress, c.baseAddress, buffer.baseAddress)
          }
        }
      }
      initialized = count
    }
  }
}

/// The floating-point types that have loops of their own.
protocol KernelFloat: BinaryFloatingPoint, Sendable {
  static var kernelType: ag_dtype { get }
  init(pattern: UInt64)
  var pattern: UInt64 { get }
}

extension Float: KernelFloat {
  static var kernelType: ag_dtype { DType.float32.kernelType }
  init(pattern: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: pattern)) }
  var pattern: UInt64 { UInt64(bitPattern) }
}

extension Double: KernelFloat {
  static var kernelType: ag_dtype { DType.float64.kernelType }
  init(pattern: UInt64) { self.init(bitPattern: pattern) }
  var pattern: UInt64 { bitPattern }
}

extension KernelFloat {
  /// Numbers of each exponent, subnormal ones included, of both signs, with random significands and those at the ends;
  /// and the neighbours of multiples of pi / 2, of 1 and of other places where functions have zeros or poles.
  static func sweep(_ significands: Int, seed: UInt64 = 20) -> [Self] {
    var generator = SplitMix(state: seed)
    var result: [Self] = []
    for exponent in 0..<(UInt64(1) << UInt64(exponentBitCount) - 1) {
      for k in 0..<significands {
        let random = UInt64.random(in: 0..<(1 << UInt64(significandBitCount)), using: &generator)
        let ends = [0, 1, (UInt64(1) << UInt64(significandBitCount)) - 1]
        let pattern = exponent << UInt64(significandBitCount) | (k < ends.count ? ends[k] : random)
        result += [Self(pattern: pattern), -Self(pattern: pattern)]
      }
    }
    let turns = (1...2000).map { Self($0) * .pi / 2 }
    let places = turns + (1...40).map { Self($0) / 2 } + [0.6931472, 0.93, 1.4616321, 88.72284, 709.78, 700]
    for place in places {
      for distance in -8...8 { result += [place + Self(distance) * place.ulp, -place - Self(distance) * place.ulp] }
    }
    return result
  }

  /// Numbers spread evenly over an interval.
  static func spread(_ interval: ClosedRange<Double>, _ count: Int, seed: UInt64 = 21) -> [Self] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Self(Double.random(in: interval, using: &generator)) }
  }

  /// The distance from the exact value, in units of the last place there; infinity counts as the number after the
  /// largest. NaN is right where the exact value is NaN.
  func ulps<Wide: BinaryFloatingPoint>(from exact: Wide) -> Double {
    if isNaN || exact.isNaN { return isNaN && exact.isNaN ? 0 : .infinity }
    let top = Wide(sign: .plus, exponent: Wide.Exponent(Self.greatestFiniteMagnitude.exponent) + 1, significand: 1)
    let unit = Self(Swift.min(Wide(Self.greatestFiniteMagnitude), exact.magnitude)).ulp
    let limited = Swift.max(-top, Swift.min(top, exact))
    let found = isInfinite ? (self > 0 ? top : -top) : Wide(self)
    return Double((found - limited).magnitude / Wide(unit))
  }
}
