import CKernels

/// An array without a value yet: one example of a batch, while a function is traced for all of them; or a cotangent in
/// which a rule is linear. What is computed from it waits, and is then done for the batch.
struct Unknown: Custom {
  /// All the examples, along the first axis.
  private final class Examples: Sendable {
    let batch: NDArray?
    init(_ batch: NDArray?) { self.batch = batch }
  }

  private let examples: Examples
  init(batch: NDArray?) { examples = Examples(batch) }
  var batch: NDArray? { examples.batch }
  var name: String { "example" }

  static func == (a: Unknown, b: Unknown) -> Bool { a.examples === b.examples }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(examples)) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    output.base.initializeMemory(as: UInt8.self, repeating: 0, count: output.shape.elementCount * output.dtype.size)
    report(
      .value(
        "vmap: the function reads a value of its example, by item(), a Bool of a comparison, or printing. It runs once "
          + "for all examples, so that there is no one value: choose elementwise with which(_:_:_:)."))
  }
}

extension NDArray {
  /// An array of which the value is not known; `isTracked` if a gradient is to pass through, or end at it.
  static func unknown(_ shape: Shape, _ dtype: DType, batch: NDArray? = nil, isTracked: Bool = false) -> NDArray {
    NDArray(
      Node(
        Unknown(batch: batch), Inputs(), shape: shape, dtype: dtype,
        history: isTracked ? .tracked : .unrecorded))
  }

  /// One example of a batch.
  static func example(of batch: NDArray) -> NDArray {
    .unknown(Shape(batch.shape.dropFirst()), batch.dtype, batch: batch, isTracked: isRecording && batch.node.isTracked)
  }

  /// Whether the value depends on one that is not known: it must not be asked for.
  var isTraced: Bool { !unknowns.isEmpty }

  /// The values for all the examples that are traced, along more axes; the array itself if there are none. For checks
  /// of values, as of indices.
  var overAllExamples: NDArray {
    var result = self
    while let unknown = result.unknowns.first, let batch = (unknown.operation as? Unknown)?.batch {
      guard let all = Batching.results(of: [result], count: batch.shape[0], [(NDArray(unknown), batch)]) else { break }
      result = all[0].array
    }
    return result
  }

  private var unknowns: [Node] {
    guard isTracing, !node.isReady else { return [] }
    return graphLock.withLock { Traversal(pendingUnder: [node]).nodes.filter { $0.operation is Unknown } }
  }
}

/// Whether a function is being traced on this thread: arrays without a value may be about.
var isTracing: Bool { ag_state().pointee.tracing > 0 }

func tracing<Result>(_ body: () throws -> Result) rethrows -> Result {
  ag_state().pointee.tracing += 1
  defer { ag_state().pointee.tracing -= 1 }
  return try body()
}
