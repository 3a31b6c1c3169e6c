#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A learning rate as a function of the number of steps done so far; a literal number is a constant rate.
///
/// ```swift
/// let rate = Schedule.cosine(0.1, steps: 1000).warmedUp(over: 100)
/// rate(0)  // 0.001
/// rate(100)  // 0.1
/// rate(1100)  // 0.0
/// ```
public struct Schedule: Sendable {
  private let rate: @Sendable (Int) -> Double

  /// A schedule of your own.
  public init(_ rate: @escaping @Sendable (_ step: Int) -> Double) { self.rate = rate }

  /// The rate of the step after `step` others.
  public func callAsFunction(_ step: Int) -> Double { rate(step) }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}

extension Schedule {
  /// The same rate always.
  public static func constant(_ rate: Double) -> Schedule { Schedule { _ in rate } }

  /// `rate`, multiplied by `factor` after every `interval` steps.
  public static func step(_ rate: Double, every interval: Int, factor: Double = 0.1) -> Schedule {
    Schedule { rate * pow(factor, Double($0 / max(interval, 1))) }
  }

  /// Half a cosine from `rate` down to `end` in so many steps, then `end`.
  public static func cosine(_ rate: Double, steps: Int, to end: Double = 0) -> Schedule {
    Schedule { end + (rate - end) * (1 + cos(.pi * fraction($0, of: steps))) / 2 }
  }

  /// From `rate` down to `end` in so many steps, as (1 - part done)^`power`, then `end`; a line if the power is 1.
  public static func polynomial(_ rate: Double, steps: Int, power: Double = 1, to end: Double = 0) -> Schedule {
    Schedule { end + (rate - end) * pow(1 - fraction($0, of: steps), power) }
  }

  /// Up from `rate` / `divisor` to `rate` in the first part of the steps, then down to that start / `finalDivisor`,
  /// both along half a cosine.
  public static func oneCycle(
    _ rate: Double, steps: Int, warmUp part: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 10_000
  ) -> Schedule {
    let start = rate / divisor
    let (top, end) = (max(part * Double(steps) - 1, 0), Double(steps - 1))
    return Schedule { step in
      let step = Double(step)
      if step < top { return between(start, rate, step / top) }
      return between(rate, start / finalDivisor, end > top ? min(1, (step - top) / (end - top)) : 1)
    }
  }

  /// This schedule after so many steps of a line that leads up to its start.
  public func warmedUp(over steps: Int) -> Schedule {
    Schedule { $0 < steps ? self(0) * Double($0 + 1) / Double(steps) : self($0 - steps) }
  }

  private static func fraction(_ step: Int, of steps: Int) -> Double {
    min(1, max(0, Double(step) / Double(max(steps, 1))))
  }

  /// From `a` to `b` along half a cosine.
  private static func between(_ a: Double, _ b: Double, _ t: Double) -> Double { b + (a - b) * (1 + cos(.pi * t)) / 2 }
}
