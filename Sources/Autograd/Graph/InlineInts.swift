/// Up to eight integers without a heap allocation: the extents or strides of an array's axes.
struct InlineInts: Sendable {
  static let capacity = 8

  private var values: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
  private(set) var count: Int = 0

  init() {}

  init(repeating value: Int, count: Int) {
    precondition(count <= Self.capacity)
    self.count = count
    if value != 0 { withMutableElements { $0.update(repeating: value) } }
  }

  init(_ elements: some Sequence<Int>) {
    for element in elements { append(element) }
  }

  mutating func append(_ value: Int) {
    precondition(count < Self.capacity)
    count += 1
    self[count - 1] = value
  }

  mutating func insert(_ value: Int, at index: Int) {
    append(0)
    var i = count - 1
    while i > index {
      self[i] = self[i - 1]
      i -= 1
    }
    self[index] = value
  }

  mutating func remove(at index: Int) {
    precondition(index < count)
    for i in index..<(count - 1) { self[i] = self[i + 1] }
    count -= 1
  }

  /// The elements without a check of each index.
  @inline(__always)
  func withElements<Result>(_ body: (UnsafeBufferPointer<Int>) -> Result) -> Result {
    withUnsafePointer(to: values) {
      body(UnsafeBufferPointer(start: UnsafeRawPointer($0).assumingMemoryBound(to: Int.self), count: count))
    }
  }

  @inline(__always)
  mutating func withMutableElements<Result>(_ body: (UnsafeMutableBufferPointer<Int>) -> Result) -> Result {
    let count = count
    return withUnsafeMutablePointer(to: &values) {
      body(
        UnsafeMutableBufferPointer(start: UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int.self), count: count))
    }
  }
}

extension InlineInts: RandomAccessCollection, MutableCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Int {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return withUnsafeBytes(of: values) { $0.load(fromByteOffset: index &* 8, as: Int.self) }
    }
    @inline(__always) set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      withUnsafeMutableBytes(of: &values) { $0.storeBytes(of: newValue, toByteOffset: index &* 8, as: Int.self) }
    }
  }
}

extension InlineInts: Hashable {
  static func == (a: InlineInts, b: InlineInts) -> Bool {
    guard a.count == b.count else { return false }
    return a.withElements { a in
      b.withElements { b in
        for i in a.indices where a[i] != b[i] { return false }
        return true
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    for element in self { hasher.combine(element) }
  }
}

extension InlineInts: ExpressibleByArrayLiteral {
  init(arrayLiteral elements: Int...) { self.init(elements) }
}
