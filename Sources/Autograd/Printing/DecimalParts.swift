/// The pieces of a printed number: "-12.5" is whole "-12" and fraction "5".
struct DecimalParts {
  let whole: String
  let fraction: String
  /// The power of ten in scientific notation, otherwise 0.
  let exponent: Int

  /// Digits before and after the point, without zeros at the end of the fraction.
  init<T: BinaryFloatingPoint>(positional value: T, precision: Int? = nil) {
    let decimal = DecimalDigits(value, limit: precision.map { .fraction($0) } ?? .shortest)
    let wholeCount = max(decimal.exponent + 1, 0)
    let leadingZeros = max(-decimal.exponent - 1, 0)
    let missing = max(wholeCount - decimal.digits.count, 0)
    let wholeDigits = decimal.digits.prefix(wholeCount) + Array(repeating: 0, count: missing)
    let fractionDigits = Array(repeating: 0, count: leadingZeros) + decimal.digits.dropFirst(wholeCount)
    whole = Self.sign(value) + (wholeDigits.isEmpty ? "0" : Self.text(wholeDigits))
    fraction = Self.text(Self.withoutTrailingZeros(fractionDigits[...]))
    exponent = 0
  }

  /// One digit before the point. Padded numbers have exactly `precision` digits after it; others end
  /// where the digits identify the value.
  init<T: BinaryFloatingPoint>(scientific value: T, precision: Int? = nil, isPadded: Bool = false) {
    let limit = precision.map { isPadded ? DigitLimit.exactly($0 + 1) : .total($0 + 1) } ?? .shortest
    let decimal = DecimalDigits(value, limit: limit)
    whole = Self.sign(value) + Self.text(decimal.digits.prefix(1))
    let digits = Self.withoutTrailingZeros(decimal.digits.dropFirst())
    let zeros = isPadded ? max((precision ?? 0) - digits.count, 0) : 0
    fraction = Self.text(digits) + String(repeating: "0", count: zeros)
    exponent = decimal.exponent
  }

  private static func sign<T: BinaryFloatingPoint>(_ value: T) -> String { value.sign == .minus ? "-" : "" }

  private static func text(_ digits: ArraySlice<UInt8>) -> String {
    String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }

  private static func withoutTrailingZeros(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    digits.prefix((digits.lastIndex { $0 != 0 }.map { $0 + 1 } ?? digits.startIndex) - digits.startIndex)
  }
}
