import Synchronization

/// Random numbers as an operation, which can be done again with the same result: what a checkpoint keeps in place of
/// them.
struct RandomNumbers: Custom {
  private let identity: Int
  private let draw: @Sendable (UnsafeMutableRawPointer, Int) -> Void
  private static let count = Atomic<Int>(0)

  init(_ draw: @escaping @Sendable (UnsafeMutableRawPointer, Int) -> Void) {
    identity = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
    self.draw = draw
  }

  var name: String { "random numbers" }
  static func == (a: RandomNumbers, b: RandomNumbers) -> Bool { a.identity == b.identity }
  func hash(into hasher: inout Hasher) { hasher.combine(identity) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) { draw(output.base, output.shape.elementCount) }
}

extension RandomSource {
  typealias RepeatableDraw<Element> =
    @Sendable (UInt64, UInt64, Int64, Int64, UnsafeMutablePointer<Element>) -> Void

  /// A new array, as `draw` gives it; where operations are to be done again, an operation gives it.
  static func drawRepeatably<Element: NDArrayScalar>(
    _ shape: Shape, _ fill: @escaping RepeatableDraw<Element>
  ) -> NDArray {
    guard Observer.current?.doesAgain == true else { return draw(shape, fill) }
    let source = shared.next()
    let numbers = RandomNumbers { address, count in
      Self.fill(address.assumingMemoryBound(to: Element.self), count, source, fill)
    }
    return apply(numbers, Inputs(), shape: shape, dtype: Element.dtype)
  }
}
