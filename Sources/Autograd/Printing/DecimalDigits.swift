/// How far decimal digits are taken.
enum DigitLimit {
  /// As many as tell the value from its neighbours.
  case shortest
  /// At most this many after the point.
  case fraction(Int)
  /// At most this many in all.
  case total(Int)
  /// This many in all, beyond the shortest ones too.
  case exactly(Int)
}

/// The decimal digits of a finite floating-point number, correctly rounded.
///
/// Digits are generated in exact integer arithmetic by the free-format algorithm of Steele and White
/// in the form of Burger and Dybvig ("Printing Floating-Point Numbers Quickly and Accurately").
/// A library's shortest digits would not do: they are rounded a second time when cut to eight places.
struct DecimalDigits {
  /// Values 0 to 9, the first one not zero unless the number is.
  private(set) var digits: [UInt8]
  /// The power of ten of the first digit.
  private(set) var exponent: Int

  init<T: BinaryFloatingPoint>(_ value: T, limit: DigitLimit) {
    if value == 0 {
      (digits, exponent) = ([0], 0)
    } else {
      var generator = DigitGenerator(value.magnitude)
      let leading = generator.scaleBelowOne()
      (digits, exponent) = (generator.digits(limit: limit, leading: leading), leading - 1)
      if digits[0] == 10 {
        digits[0] = 1
        exponent += 1
      }
    }
  }
}

/// The value as `numerator / denominator` with half the distances to its neighbours on the same scale.
private struct DigitGenerator {
  private var numerator: BigNatural
  private var denominator: BigNatural
  private var marginBelow: BigNatural
  private var marginAbove: BigNatural
  /// A number halfway to a neighbour is read back as the one with the even significand.
  private let includesMargins: Bool
  private let binaryExponent: Int

  init<T: BinaryFloatingPoint>(_ value: T) {
    let pattern = UInt64(value.significandBitPattern)
    let isNormal = value.exponentBitPattern != 0
    let significand = isNormal ? pattern | 1 << UInt64(T.significandBitCount) : pattern
    let unit = Int(value.ulp.exponent)
    // Below a power of two the neighbours are half as far apart.
    let isUneven = pattern == 0 && value.exponentBitPattern > 1
    let extra = isUneven ? 2 : 1
    numerator = BigNatural(significand, shiftedLeft: max(unit, 0) + extra)
    denominator = BigNatural(1, shiftedLeft: max(-unit, 0) + extra)
    marginBelow = BigNatural(1, shiftedLeft: max(unit, 0))
    marginAbove = BigNatural(1, shiftedLeft: max(unit, 0) + extra - 1)
    includesMargins = significand & 1 == 0
    binaryExponent = Int(value.exponent)
  }

  /// Divides by the power of ten that brings the value into [0.1, 1), and returns its exponent.
  mutating func scaleBelowOne() -> Int {
    // No power of two up to the 1100th is close enough to a power of ten for the rounding of log10(2) to matter.
    let (quotient, remainder) = (binaryExponent * 30103).quotientAndRemainder(dividingBy: 100_000)
    var power = remainder < 0 ? quotient - 1 : quotient
    for _ in 0..<max(power, 0) { denominator.multiply(by: 10) }
    for _ in 0..<max(-power, 0) { multiplyNumerators() }
    while numerator >= denominator {
      denominator.multiply(by: 10)
      power += 1
    }
    return power
  }

  /// The digits of a value below one; a carry out of the first digit is left there as a ten.
  mutating func digits(limit: DigitLimit, leading: Int) -> [UInt8] {
    let (least, most) = limit.counts(leading: leading)
    var digits: [UInt8] = []
    while true {
      multiplyNumerators()
      let digit = numerator.divide(by: denominator)
      digits.append(digit)
      let isLow = isWithinMargin(numerator, marginBelow)
      let isHigh = isWithinMargin(denominator, numerator + marginAbove)
      if (isLow || isHigh) && digits.count >= least || digits.count == most {
        let roundsUp = isLow == isHigh ? isPastHalf(after: digit) : isHigh
        if roundsUp { carry(&digits) }
        return digits
      }
    }
  }

  private mutating func multiplyNumerators() {
    numerator.multiply(by: 10)
    marginBelow.multiply(by: 10)
    marginAbove.multiply(by: 10)
  }

  private func isWithinMargin(_ distance: BigNatural, _ margin: BigNatural) -> Bool {
    distance < margin || (includesMargins && distance == margin)
  }

  /// Whether the rest rounds up, ties going to the even digit.
  private func isPastHalf(after digit: UInt8) -> Bool {
    let double = numerator + numerator
    return double > denominator || (double == denominator && digit & 1 == 1)
  }

  private func carry(_ digits: inout [UInt8]) {
    while digits.count > 1 && digits.last == 9 { digits.removeLast() }
    digits[digits.count - 1] += 1
  }
}

extension DigitLimit {
  /// The least and the largest number of digits for a value of the order of 10^leading.
  fileprivate func counts(leading: Int) -> (least: Int, most: Int) {
    switch self {
    case .shortest: (1, .max)
    case .fraction(let count): (1, max(leading + count, 1))
    case .total(let count): (1, count)
    case .exactly(let count): (count, count)
    }
  }
}

/// A non-negative integer of any size.
private struct BigNatural: Comparable {
  /// Least significant first, without zeros at the end.
  private var words: [UInt32]

  init(_ value: UInt64, shiftedLeft shift: Int) {
    let (zeros, bits) = shift.quotientAndRemainder(dividingBy: 32)
    words = Array(repeating: 0, count: zeros)
    let low = value << UInt64(bits)
    let high = bits == 0 ? 0 : value >> UInt64(64 - bits)
    words += [UInt32(truncatingIfNeeded: low), UInt32(low >> 32), UInt32(high)]
    trim()
  }

  private mutating func trim() {
    while words.last == 0 { words.removeLast() }
  }

  mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in words.indices {
      carry += UInt64(words[index]) * UInt64(factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry != 0 { words.append(UInt32(carry)) }
  }

  /// Leaves the remainder and returns the quotient, which must be below ten.
  mutating func divide(by divisor: BigNatural) -> UInt8 {
    var quotient: UInt8 = 0
    while self >= divisor {
      subtract(divisor)
      quotient += 1
    }
    return quotient
  }

  private mutating func subtract(_ other: BigNatural) {
    var borrow: Int64 = 0
    for index in words.indices {
      let difference = Int64(words[index]) - (index < other.words.count ? Int64(other.words[index]) : 0) + borrow
      words[index] = UInt32(truncatingIfNeeded: difference)
      borrow = difference >> 32
    }
    trim()
  }

  static func + (left: BigNatural, right: BigNatural) -> BigNatural {
    var sum = left
    sum.words += Array(repeating: 0, count: max(right.words.count - left.words.count, 0) + 1)
    var carry: UInt64 = 0
    for index in sum.words.indices {
      carry += UInt64(sum.words[index]) + (index < right.words.count ? UInt64(right.words[index]) : 0)
      sum.words[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    sum.trim()
    return sum
  }

  static func < (left: BigNatural, right: BigNatural) -> Bool {
    if left.words.count != right.words.count { return left.words.count < right.words.count }
    for index in left.words.indices.reversed() where left.words[index] != right.words[index] {
      return left.words[index] < right.words[index]
    }
    return false
  }
}
