#if (os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64)
  typealias Half = Float  // there Swift has no Float16
#else
  typealias Half = Float16
#endif

/// The texts of elements printed together, padded to line up in columns.
func alignedCells(_ elements: [PrintedScalar], isScalar: Bool) -> [String] {
  switch elements.first {
  case .float16: return floatCells(elements.compactMap { if case .float16(let value) = $0 { value } else { nil } })
  case .float32: return floatCells(elements.compactMap { if case .float32(let value) = $0 { value } else { nil } })
  case .float64: return floatCells(elements.compactMap { if case .float64(let value) = $0 { value } else { nil } })
  default: break
  }
  let texts = elements.map(scalarText)
  if isScalar { return texts }
  // NumPy gives every truth value the width of "False", even where all are true.
  let isBool = if case .bool = elements.first { true } else { false }
  let width = isBool ? 5 : texts.lazy.map(\.utf8.count).max() ?? 0
  return texts.map { spaces(width - $0.utf8.count) + $0 }
}

/// A scalar on its own, with as many digits as identify it.
func scalarText(_ scalar: PrintedScalar) -> String {
  switch scalar {
  case .float16(let value): scalarText(value, positionalLimit: 1e3)
  case .float32(let value): scalarText(value, positionalLimit: 1e6)
  case .float64(let value): scalarText(value, positionalLimit: 1e16)
  case .integer(let value): String(value)
  case .bool(let value): value ? "True" : "False"
  }
}

private func scalarText<T: BinaryFloatingPoint>(_ value: T, positionalLimit: Double) -> String {
  guard value.isFinite else { return nonFiniteText(value) }
  let magnitude = Double(value.magnitude)
  if magnitude == 0 || (magnitude >= 1e-4 && magnitude < positionalLimit) {
    let parts = DecimalParts(positional: value)
    return parts.whole + "." + (parts.fraction.isEmpty ? "0" : parts.fraction)
  }
  let parts = DecimalParts(scientific: value)
  let point = parts.fraction.isEmpty ? "" : "."
  return parts.whole + point + parts.fraction + exponentText(parts.exponent, digits: 2)
}

private func nonFiniteText<T: BinaryFloatingPoint>(_ value: T) -> String {
  value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
}

private func exponentText(_ exponent: Int, digits: Int) -> String {
  let text = String(exponent.magnitude)
  return (exponent < 0 ? "e-" : "e+") + String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text
}

/// At most this many digits after the point.
private let maximumPrecision = 8

private func floatCells<T: BinaryFloatingPoint>(_ values: [T]) -> [String] {
  usesExponents(values) ? scientificCells(values) : positionalCells(values)
}

/// Exponents are for arrays with very large or very small magnitudes, or with both kinds at once.
private func usesExponents<T: BinaryFloatingPoint>(_ values: [T]) -> Bool {
  let magnitudes = values.lazy.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
  guard let largest = magnitudes.max(), let smallest = magnitudes.min() else { return false }
  // What can be relied on: three decimal digits of float16, six of float32.
  let limit: T = T.significandBitCount < 23 ? 1e3 : T.significandBitCount < 52 ? 1e6 : 1e8
  // The ratio is taken, and the bounds rounded, in the type of the elements, as NumPy does.
  return largest >= limit || smallest < 0.0001 || largest / smallest > 1000
}

private func positionalCells<T: BinaryFloatingPoint>(_ values: [T]) -> [String] {
  let parts = values.map { $0.isFinite ? DecimalParts(positional: $0, precision: maximumPrecision) : nil }
  let finite = parts.compactMap(\.self)
  let left = finite.map(\.whole.utf8.count).max() ?? 0
  let right = finite.map(\.fraction.utf8.count).max() ?? 0
  let width = columnWidth(left + 1 + right, values)
  return zip(values, parts).map { value, parts in
    guard let parts else { return aligned(nonFiniteText(value), to: width) }
    return aligned(parts.whole + "." + parts.fraction + spaces(right - parts.fraction.utf8.count), to: width)
  }
}

private func scientificCells<T: BinaryFloatingPoint>(_ values: [T]) -> [String] {
  let shortest = values.filter(\.isFinite).map { DecimalParts(scientific: $0, precision: maximumPrecision) }
  let left = shortest.map(\.whole.utf8.count).max() ?? 0
  let precision = shortest.map(\.fraction.utf8.count).max() ?? 0
  let exponentDigits = max(2, shortest.map { String($0.exponent.magnitude).utf8.count }.max() ?? 0)
  let width = columnWidth(left + 1 + precision + 2 + exponentDigits, values)
  return values.map { value in
    guard value.isFinite else { return aligned(nonFiniteText(value), to: width) }
    // Values with fewer digits are continued with their exact digits, not with zeros.
    let parts = DecimalParts(scientific: value, precision: precision, isPadded: true)
    let mantissa = parts.whole + "." + parts.fraction
    return aligned(mantissa + exponentText(parts.exponent, digits: exponentDigits), to: width)
  }
}

/// The finite elements set the width, which at least has room for the others.
private func columnWidth<T: BinaryFloatingPoint>(_ finiteWidth: Int, _ values: [T]) -> Int {
  let others = values.lazy.filter { !$0.isFinite }.map { nonFiniteText($0).utf8.count }.max()
  guard let others else { return finiteWidth }
  return max(finiteWidth, max(others, 3))
}

private func aligned(_ text: String, to width: Int) -> String { spaces(width - text.utf8.count) + text }
