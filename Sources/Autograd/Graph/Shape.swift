/// The extents of an array's axes, for example `[2, 3]`; `[]` is a scalar. An array has at most eight axes.
public struct Shape: Sendable, Hashable {
  var extents: InlineInts
  /// The product of the extents.
  public private(set) var elementCount: Int

  init(_ extents: InlineInts) {
    self.extents = extents
    elementCount = extents.withElements { $0.reduce(1, &*) }
  }

  /// A shape with these extents, which must not be negative; more than eight axes are an error.
  public init(_ extents: some Collection<Int>) {
    guard extents.count <= InlineInts.capacity else {
      report(
        .rank("an array has at most \(InlineInts.capacity) axes; the shape \(Array(extents)) has \(extents.count)"))
      self.init(InlineInts())
      return
    }
    guard extents.allSatisfy({ $0 >= 0 }), Self.isCountable(extents) else {
      report(.shape("a shape's extents are non-negative and their product fits an Int; found \(Array(extents))"))
      self.init(InlineInts())
      return
    }
    self.init(InlineInts(extents))
  }

  private static func isCountable(_ extents: some Collection<Int>) -> Bool {
    var product = 16  // leaves room for the size of an element
    for extent in extents where extent > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return false }
      product = next
    }
    return true
  }

  static let scalar = Shape(InlineInts())

  /// The number of axes.
  public var rank: Int { extents.count }

  public static func == (a: Shape, b: Shape) -> Bool {
    a.elementCount == b.elementCount && a.extents == b.extents
  }

  public func hash(into hasher: inout Hasher) { extents.hash(into: &hasher) }
}

extension Shape: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { extents.count }
  public subscript(axis: Int) -> Int { extents[axis] }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// Python's spelling: `(2, 3)`, `(4,)`, `()`.
  public var description: String {
    count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ", ") + ")"
  }
}

extension Shape {
  /// The shape that both broadcast to, by NumPy's rule; `nil` if there is none.
  static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if b.rank == 0 || a == b { return a }
    if a.rank == 0 { return b }
    var result = a.rank >= b.rank ? a.extents : b.extents
    let shorter = a.rank >= b.rank ? b.extents : a.extents
    let lead = result.count - shorter.count
    for i in 0..<shorter.count {
      let x = result[lead + i]
      let y = shorter[i]
      if x == y || y == 1 { continue }
      guard x == 1 else { return nil }
      result[lead + i] = y
    }
    return Shape(result)
  }

  /// The shape with the extents of the axes in `axes` set to 1.
  func keeping(_ axes: AxisSet) -> Shape {
    var result = extents
    for axis in axes { result[axis] = 1 }
    return Shape(result)
  }

  /// The shape without the axes in `axes`.
  func dropping(_ axes: AxisSet) -> Shape {
    var result = InlineInts()
    for axis in 0..<rank where !axes.contains(axis) { result.append(extents[axis]) }
    return Shape(result)
  }

  /// The strides, in elements, of a contiguous row-major array of this shape.
  var contiguousStrides: InlineInts {
    var strides = extents
    strides.withMutableElements { strides in
      var step = 1
      for axis in strides.indices.reversed() {
        let extent = strides[axis]
        strides[axis] = step
        step &*= extent
      }
    }
    return strides
  }
}
