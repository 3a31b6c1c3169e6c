import CKernels

/// Seeds the random numbers: what is drawn afterwards is the same in every run, on every machine.
public func seed(_ seed: Int) {
  RandomSource.shared.seed(seed)
}

/// Runs `body` with random numbers of its own, from this seed; those of the program go on afterwards where they were.
///
/// Tasks that draw at the same time take turns at the program's numbers, in no order that is known: each with a seed of
/// its own draws the same in every run. A task that `body` starts shares them.
///
/// ```swift
/// withSeed(7) { NDArray.normal([3]) } == withSeed(7) { NDArray.normal([3]) }  // true
/// ```
public func withSeed<Result>(_ seed: Int, _ body: () throws -> Result) rethrows -> Result {
  try RandomSource.$shared.withValue(RandomSource(seed: seed), operation: body)
}

/// Where the random numbers are: the seed, and how many draws there were since.
public struct RandomState: Sendable, Hashable {
  public var seed: UInt64
  public var stream: UInt64

  public init(seed: UInt64, stream: UInt64) { (self.seed, self.stream) = (seed, stream) }
}

/// The state of the random numbers. Set to an old one, the draws that followed it come again.
///
/// ```swift
/// let before = randomState
/// let first = NDArray.normal([3])
/// randomState = before
/// NDArray.normal([3]) == first  // true
/// ```
public var randomState: RandomState {
  get { RandomSource.shared.position }
  set { RandomSource.shared.position = newValue }
}

/// Where random numbers come from: a seed, and a stream for each draw.
final class RandomSource: Sendable {
  /// That of the program; a task can have its own.
  @TaskLocal static var shared = RandomSource(seed: .random(in: .min ... .max))

  private let state: Guarded<RandomState>

  init(at start: RandomState) { state = Guarded(start) }

  convenience init(seed: Int) { self.init(at: RandomState(seed: UInt64(bitPattern: Int64(seed)), stream: 0)) }

  func seed(_ seed: Int) { state.withLock { $0 = RandomState(seed: UInt64(bitPattern: Int64(seed)), stream: 0) } }

  /// Where the source is.
  var position: RandomState {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  func next() -> RandomState {
    state.withLock { state in
      state.stream += 1
      return state
    }
  }

  typealias Draw<Element> = (UInt64, UInt64, Int64, Int64, UnsafeMutablePointer<Element>) -> Void

  /// A new array; the element at each index depends on seed, draw and index alone.
  static func draw<Element: NDArrayScalar>(
    _ shape: Shape, chunk: Int = 1 << 16, _ fill: @escaping Draw<Element>
  ) -> NDArray {
    let source = shared.next()
    guard let buffer = Buffer.forResult(of: "random numbers", shape, Element.dtype) else {
      return .placeholder(shape, Element.dtype)
    }
    let observer = Observer.current
    observer?.willRun("random numbers", bytesWritten: shape.elementCount * Element.dtype.size)
    defer { observer?.didRun() }
    Self.fill(buffer.address.assumingMemoryBound(to: Element.self), shape.elementCount, chunk: chunk, source, fill)
    return NDArray(buffer: buffer, shape: shape, dtype: Element.dtype)
  }

  static func fill<Element>(
    _ address: UnsafeMutablePointer<Element>, _ count: Int, chunk: Int = 1 << 16, _ source: RandomState,
    _ fill: Draw<Element>
  ) {
    Parallel.forEachChunk(count, of: chunk) { range in
      fill(source.seed, source.stream, Int64(range.lowerBound), Int64(range.count), address + range.lowerBound)
    }
  }

  /// Whether random numbers can have this type.
  static func check(_ dtype: DType, _ name: String) -> Bool {
    if dtype.isFloatingPoint { return true }
    report(.dtype("\(name): the type must be a floating-point one, not \(dtype)"))
    return false
  }
}

extension NDArray {
  /// Numbers from the normal distribution.
  ///
  /// ```swift
  /// seed(42)
  /// let noise = NDArray.normal([2, 3], std: 0.1)
  /// ```
  public static func normal(
    _ shape: Shape = [], mean: Double = 0, std: Double = 1, dtype: DType = .float32
  ) -> NDArray {
    guard RandomSource.check(dtype, "normal") else { return .placeholder(shape, dtype) }
    guard std >= 0 else {
      report(.value("normal: the standard deviation is \(std); it must not be negative"))
      return .placeholder(shape, dtype)
    }
    let numbers =
      dtype == .float64
      ? RandomSource.drawRepeatably(shape) { ag_random_normal_f64($0, $1, $2, $3, mean, std, $4) }
      : RandomSource.drawRepeatably(shape) { ag_random_normal_f32($0, $1, $2, $3, Float(mean), Float(std), $4) }
    return numbers.converted(to: dtype)
  }

  /// Numbers spread evenly over `low ..< high`; of float16 rounded, perhaps to `high`.
  public static func uniform(
    _ shape: Shape = [], low: Double = 0, high: Double = 1, dtype: DType = .float32
  ) -> NDArray {
    guard RandomSource.check(dtype, "uniform") else { return .placeholder(shape, dtype) }
    guard (high - low).isFinite, low <= high else {
      report(.value("uniform: from \(low) to \(high) is not a finite interval"))
      return .placeholder(shape, dtype)
    }
    let numbers =
      dtype == .float64
      ? RandomSource.drawRepeatably(shape) { ag_random_uniform_f64($0, $1, $2, $3, low, high, $4) }
      : RandomSource.drawRepeatably(shape) { ag_random_uniform_f32($0, $1, $2, $3, Float(low), Float(high), $4) }
    return numbers.converted(to: dtype)
  }

  /// Integers spread evenly over `low ..< high`.
  public static func randint(_ low: Int, _ high: Int, _ shape: Shape = [], dtype: DType = .int64) -> NDArray {
    guard low < high else {
      report(.value("randint: there is no integer from \(low) to below \(high)"))
      return .placeholder(shape, dtype)
    }
    return RandomSource.drawRepeatably(shape) { ag_random_int_i64($0, $1, $2, $3, Int64(low), Int64(high), $4) }
      .astype(dtype)
  }
}
