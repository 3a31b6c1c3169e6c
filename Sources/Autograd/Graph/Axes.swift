/// One axis or several, counted from the front, or from the back if negative: `0`, `-1`, `[0, 2]`.
public struct Axes: Sendable, Hashable {
  let indices: [Int]

  public init(_ indices: [Int]) { self.indices = indices }
  public init(_ index: Int) { indices = [index] }
}

extension Axes: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Axes: CustomStringConvertible {
  public var description: String { indices.count == 1 ? "\(indices[0])" : "\(indices)" }
}

/// A set of axes of an array of at most eight.
struct AxisSet: Sendable, Hashable, Sequence {
  private(set) var bits: UInt8

  init(bits: UInt8 = 0) { self.bits = bits }
  init(_ axes: some Sequence<Int>) {
    bits = 0
    for axis in axes { insert(axis) }
  }

  static func all(rank: Int) -> AxisSet { AxisSet(bits: rank == 8 ? 0xFF : (1 << UInt8(rank)) - 1) }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  func contains(_ axis: Int) -> Bool { bits >> UInt8(axis) & 1 == 1 }
  mutating func insert(_ axis: Int) { bits |= 1 << UInt8(axis) }
  func subtracting(_ other: AxisSet) -> AxisSet { AxisSet(bits: bits & ~other.bits) }

  func makeIterator() -> AnyIterator<Int> {
    var rest = bits
    return AnyIterator {
      guard rest != 0 else { return nil }
      defer { rest &= rest - 1 }
      return rest.trailingZeroBitCount
    }
  }
}

/// The position of `axis` in an array of `rank` axes; `nil`, and an error, when there is no such axis.
func resolve(_ axis: Int, rank: Int, _ operation: String) -> Int? {
  let position = axis < 0 ? axis + rank : axis
  guard position >= 0, position < rank else {
    report(.axis("\(operation): axis \(axis) is out of range for an array of rank \(rank)"))
    return nil
  }
  return position
}

/// The axes meant by `axes`, all of them for `nil`; `nil`, and an error, when one is out of range or named twice.
func resolve(_ axes: Axes?, rank: Int, _ operation: String) -> AxisSet? {
  guard let axes else { return .all(rank: rank) }
  var set = AxisSet()
  for axis in axes.indices {
    guard let position = resolve(axis, rank: rank, operation) else { return nil }
    guard !set.contains(position) else {
      report(.axis("\(operation): axis \(axis) is named twice in \(axes)"))
      return nil
    }
    set.insert(position)
  }
  return set
}
