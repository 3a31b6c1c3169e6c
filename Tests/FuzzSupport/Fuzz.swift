import Autograd
import Foundation

/// What damaged copies of good files did to a reader.
package struct Fuzzing: CustomStringConvertible {
  package fileprivate(set) var seed: UInt64
  package fileprivate(set) var read = 0
  package fileprivate(set) var refused = 0
  /// How much the memory of arrays grew.
  package fileprivate(set) var memory = 0

  /// Some damage must have been seen. Other tests may run beside this one: what is ruled out is memory for what a
  /// header merely claims.
  package var isFine: Bool { refused > 0 && memory < 1 << 30 }

  package var description: String { "seed \(seed): \(read) read, \(refused) refused, \(memory) bytes" }
}

/// Reads damaged copies of good files for so long: what is read may be anything, an error must be a `FileError`.
///
/// The seed is in what is returned, is printed, and can be given: `FUZZ_SEED=42`.
package func fuzz(
  _ good: [[UInt8]], for duration: Duration = .seconds(1), _ name: String = #function,
  _ read: ([UInt8]) throws -> Void
) throws -> Fuzzing {
  let given = ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap(UInt64.init)
  var result = Fuzzing(seed: given ?? .random(in: 0...UInt64.max))
  print("\(name): fuzz seed \(result.seed)")
  var damage = Damage(seed: result.seed)
  Memory.resetPeak()
  let before = Memory.statistics.live
  let end = ContinuousClock.now + duration
  while ContinuousClock.now < end {
    for bytes in good {
      do {
        try read(damage.damaged(bytes))
        result.read += 1
      } catch is FileError { result.refused += 1 }
    }
  }
  result.memory = Memory.statistics.peak - before
  return result
}

/// Damages bytes at random, but the same way for the same seed.
package struct Damage: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// The bytes with a few changed, removed, repeated or cut off; now and then none of them.
  package mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
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
      // Bytes that mean something in headers.
      default: result[i] = "\u{0}9-\"IF[,".utf8.randomElement(using: &self)!
      }
    }
    return result
  }
}
