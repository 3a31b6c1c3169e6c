import Testing

@testable import Autograd

/// One line buys an operation its checks: see `check(order:)`.
struct OperationCase: CustomTestStringConvertible, Sendable {
  let name: String
  /// The interval of each input's elements.
  let domains: [ClosedRange<Double>]
  let shapes: [Shape]
  let function: @Sendable ([NDArray]) -> NDArray

  var testDescription: String { name }

  init(
    _ name: String, _ domains: ClosedRange<Double>..., shapes: [Shape]? = nil,
    function: @escaping @Sendable ([NDArray]) -> NDArray
  ) {
    self.name = name
    self.domains = domains
    self.shapes = shapes ?? Array(repeating: [2, 3], count: domains.count)
    self.function = function
  }

  /// The same inputs in every run, whatever other tests draw meanwhile.
  func inputs(_ dtype: DType = .float64) -> [NDArray] {
    var generator = SplitMix(state: name.utf8.reduce(7) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    return zip(domains, shapes).map { domain, shape in
      let values = (0..<shape.elementCount).map { _ in Double.random(in: domain, using: &generator) }
      return NDArray(values.map { Double(Float($0)) }, shape: shape, dtype: dtype)
    }
  }
}

/// A small generator of repeatable choices.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
