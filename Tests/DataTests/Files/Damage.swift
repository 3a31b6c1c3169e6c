import Autograd

/// Damages bytes at random, but the same way in every run.
struct Damage: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// The bytes with a few changed, removed, repeated or cut off; now and then none of them.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      guard !result.isEmpty else { break }
      let i = Int.random(in: 0..<result.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: result[i] = UInt8.random(in: 0...255, using: &self)
      case 1: result[i] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 2: result.removeSubrange(i...)
      case 3: result.removeSubrange(i..<min(result.count, i + 3))
      case 4: result.insert(contentsOf: result[i..<min(result.count, i + 8)], at: i)
      default:
        result[i] = [0, 255, UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "\"")].randomElement(using: &self)!
      }
    }
    return result
  }
}
