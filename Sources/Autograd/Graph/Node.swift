import CKernels
import Synchronization

/// A vertex of the one graph: an operation, its inputs, a shape and a type, and perhaps a value.
///
/// Without a value it is pending work. Recorded, it is history: it keeps its inputs so that a derivative can be taken.
/// All mutable parts but `isReady` are guarded by the graph lock once the node is shared; checking at run time that
/// accesses do not overlap would take a tenth of the time of a small operation.
final class Node: @unchecked Sendable {
  let shape: Shape
  let dtype: DType
  private let kind: Atomic<History>
  /// Computed in a loop without being stored, when something else was evaluated.
  @exclusivity(unchecked) var wasRecomputed = false
  private let ready: Atomic<Bool>
  /// How many differentiations go through the node: the inputs stay until the last has passed.
  @exclusivity(unchecked) private var readers: Int32 = 0
  /// The evaluation that began to compute the node last; while it runs, the inputs are its own.
  @exclusivity(unchecked) var evaluation: UInt32 = 0
  let operation: any Operation
  @exclusivity(unchecked) var inputs: Inputs
  /// The gradient asked for at this node: at a leaf by `attachGrad`, at an intermediate by `retainGrad`.
  @exclusivity(unchecked) var slot: GradientSlot?
  private let lost = FirstReference<Trace>()
  /// Position in the traversal that last visited this node.
  @exclusivity(unchecked) var mark: Int = -1

  /// The memory of a ready node that shares it, or whose array is large; the block of a small array is its own.
  @exclusivity(unchecked) private var storage: Storage?
  /// The address of the first element of a ready array.
  @exclusivity(unchecked) private(set) var base: UnsafeMutableRawPointer
  /// Where the elements are in the storage, unless they are all of it in row-major order: as few arrays are views, an
  /// object for those saves the others 80 bytes and their strides.
  @exclusivity(unchecked) private var view: StridedView?

  enum History: UInt8, AtomicRepresentable {
    /// Computed outside `record`.
    case unrecorded
    /// Computed inside `record`, from arrays without a gradient.
    case untracked
    /// On a path from an array with a gradient.
    case tracked
    /// An array with a gradient: where backward ends.
    case attached
    /// Differentiated without `retainGraph`.
    case freed
  }

  /// A pending node.
  init(_ operation: any Operation, _ inputs: Inputs, shape: Shape, dtype: DType, history: History) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    kind = Atomic(history)
    base = Self.nowhere
    ready = Atomic(false)
  }

  /// A node of which nothing is known but its value, in fresh memory, row-major without gaps.
  init(shape: Shape, dtype: DType, history: History, _ buffer: Buffer) {
    operation = Leaf()
    inputs = Inputs()
    self.shape = shape
    self.dtype = dtype
    kind = Atomic(history)
    storage = buffer.storage
    base = buffer.address
    ready = Atomic(true)
  }

  /// A node with its value in fresh memory, row-major without gaps.
  init(
    _ operation: any Operation, _ inputs: consuming Inputs, shape: Shape, dtype: DType, history: History,
    _ buffer: Buffer
  ) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    kind = Atomic(history)
    storage = buffer.storage
    base = buffer.address
    ready = Atomic(true)
  }

  /// A node with its value in memory that it may share.
  init(
    _ operation: any Operation, _ inputs: Inputs, shape: Shape, dtype: DType, history: History,
    storage: Storage, layout: Layout
  ) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    kind = Atomic(history)
    self.storage = storage
    base = storage.address + layout.offset * dtype.size
    view = StridedView(layout)
    ready = Atomic(true)
  }

  private static var nowhere: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 64)! }

  var isReady: Bool { ready.load(ordering: .acquiring) }

  /// Of a ready array.
  var layout: Layout { view?.layout ?? Layout(contiguous: shape) }

  /// Whether a ready array is row-major without gaps.
  var isContiguous: Bool { view?.layout.isContiguous ?? true }

  /// The inputs, for somebody who holds the node and drops none of them meanwhile.
  @inline(__always)
  var held: HeldInputs {
    #if DEBUG  // the thread sanitizer takes an access by `&` for a write
      var inputs = inputs
    #endif
    return HeldInputs(&inputs)
  }

  /// Where it was lost to derivatives, for messages: set when a constant is used in a recording scope, and at the end
  /// of a graph; once, by the first of several threads.
  var trace: Trace? {
    get { lost.object }
    set { if let newValue { lost.set(newValue) } }
  }

  /// What a derivative may do with the node. Operations read it while another thread may be freeing the graph.
  var history: History {
    get { kind.load(ordering: .relaxed) }
    set { kind.store(newValue, ordering: .relaxed) }
  }

  /// Whether a gradient passes through, or ends here.
  var isTracked: Bool { history == .tracked || history == .attached }

  /// Whether a derivative can be taken.
  var hasHistory: Bool { history == .tracked }

  /// Whether the inputs are kept for a derivative, even when the value is known.
  var keepsInputs: Bool { hasHistory || readers > 0 }

  var isFreed: Bool { history == .freed }

  var byteCount: Int { shape.elementCount * dtype.size }

  /// Gives the node its value. Only history needs the inputs any longer.
  func fulfil(_ storage: Storage, _ layout: Layout) {
    self.storage = storage
    view = StridedView(layout)
    base = storage.address + layout.offset * dtype.size
    setReady()
  }

  /// Gives the node its value, row-major without gaps.
  func fulfil(_ buffer: Buffer) {
    storage = buffer.storage
    base = buffer.address
    setReady()
  }

  private func setReady() {
    graphLock.withLock {
      ready.store(true, ordering: .releasing)
      if !keepsInputs { dropInputs() }
    }
  }

  /// A differentiation is about to read the inputs.
  func retainInputs() { readers += 1 }

  /// It has read them.
  func releaseInputs() {
    readers -= 1
    if isReady, !keepsInputs, !inputs.isEmpty { dropInputs() }
  }

  /// The memory of a ready array, as an object that views can hold.
  func sharedStorage() -> Storage {
    graphLock.withLock {
      let shared = storage ?? Storage(block: base, byteCount: byteCount)
      storage = shared
      return shared
    }
  }

  /// What tells the memory of ready arrays apart: views have that of what they read.
  var memoryIdentity: ObjectIdentifier { storage.map(ObjectIdentifier.init) ?? ObjectIdentifier(self) }
  var memoryByteCount: Int { storage?.byteCount ?? byteCount }

  /// The inputs, for what computes the node; the node itself keeps them for a derivative alone.
  func takeInputs() -> Inputs {
    graphLock.withLock {
      let taken = inputs
      if !keepsInputs { inputs = Inputs() }
      return taken
    }
  }

  func dropInputs() {
    var dropped = inputs
    inputs = Inputs()
    Self.release(&dropped)
  }

  /// The storage, if this node alone holds it and it is `suitable`; `isSoleOwned` tells whether the caller alone holds
  /// the node.
  func unsharedStorage(_ isSoleOwned: Bool, _ suitable: (Storage) -> Bool) -> Storage? {
    guard isSoleOwned, isKnownUniquelyReferenced(&storage), let storage, suitable(storage) else { return nil }
    return storage
  }

  /// Whether `body` may write over the elements: they are row-major in a block that only this node uses, and only the
  /// caller the node.
  static func ownsBlock(_ node: inout Node) -> Bool {
    isKnownUniquelyReferenced(&node) && node.isReady && node.storage == nil && node.history == .unrecorded
  }

  deinit {
    if storage == nil, isReady { ag_block_release(base, byteCount) }
    if held.first != nil { Self.release(&inputs) }
  }

  /// Releases a chain of any length in bounded stack: a node's inputs are taken from it before it goes.
  private static func release(_ inputs: inout Inputs) {
    var work: [Node] = []
    inputs.moveSoleOwned(to: &work)
    while var node = work.popLast() {
      if isKnownUniquelyReferenced(&node) { node.inputs.moveSoleOwned(to: &work) }
    }
  }
}

/// The layout of an array that is not all of its storage in row-major order.
private final class StridedView: Sendable {
  let layout: Layout

  init?(_ layout: Layout) {
    if layout.isContiguous, layout.offset == 0 { return nil }
    self.layout = layout
  }
}

/// Why there is no derivative: a constant of a recorded computation, to which a gradient may have been attached too
/// late, or a part of a graph that was freed.
final class Trace: Sendable {
  private let place = FirstReference<CallSite>()

  init(_ site: CallSite? = nil) { self.site = site }

  /// Where the gradient was attached first, or the graph differentiated.
  var site: CallSite? {
    get { place.object }
    set { if let newValue { place.set(newValue) } }
  }

  /// That of numbers in the source, which never get a gradient.
  static let number = Trace()
}

/// Where a call was made, for messages; an object, so that nodes stay small.
final class CallSite: Sendable {
  let file: StaticString
  let line: UInt

  init(file: StaticString, line: UInt) {
    self.file = file
    self.line = line
  }
}

extension CallSite: CustomStringConvertible {
  var description: String { "\(file):\(line)" }
}

/// Guards the mutable parts of shared nodes. Traversals take it, and evaluations to plan and to publish a value;
/// operations and kernels do not.
let graphLock = RecursiveLock()
