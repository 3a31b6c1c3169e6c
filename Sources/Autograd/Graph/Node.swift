import Synchronization

/// A vertex of the one graph: an operation, its inputs, a shape and a type, and perhaps a value.
///
/// Without a value it is pending work. Recorded, it is history: it keeps its inputs so that a derivative can be taken.
/// All mutable parts but `isReady` are guarded by the graph lock once the node is shared; checking at run time that
/// accesses do not overlap would take a tenth of the time of a small operation.
final class Node: @unchecked Sendable {
  let shape: Shape
  let dtype: DType
  @exclusivity(unchecked) var operation: any Operation
  @exclusivity(unchecked) var inputs: Inputs
  @exclusivity(unchecked) var history: History
  /// The gradient asked for at this node: at a leaf by `attachGrad`, at an intermediate by `retainGrad`.
  @exclusivity(unchecked) var slot: GradientSlot?
  /// Set when an operation in a recording scope used the array, or made it, without a gradient being attached.
  @exclusivity(unchecked) var untrackedUse: UntrackedUse?
  /// Computed in a loop without being stored, when something else was evaluated.
  @exclusivity(unchecked) var wasRecomputed = false
  /// Position in the traversal that last visited this node.
  @exclusivity(unchecked) var mark: Int = 0

  @exclusivity(unchecked) private(set) var storage: Storage?
  @exclusivity(unchecked) private(set) var layout: Layout
  private let ready: Atomic<Bool>

  enum History {
    /// Computed outside `record`.
    case unrecorded
    /// Computed inside `record`, from arrays without a gradient.
    case untracked
    /// On a path from an array with a gradient.
    case tracked
    /// An array with a gradient: where backward ends.
    case attached
    /// Differentiated by the backward at this place, without `retainGraph`.
    case freed(CallSite)
  }

  /// A pending node.
  init(_ operation: any Operation, _ inputs: Inputs, shape: Shape, dtype: DType, history: History) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    self.history = history
    layout = Layout(contiguous: .scalar)
    storage = nil
    ready = Atomic(false)
  }

  /// A node with its value.
  init(
    _ operation: any Operation, _ inputs: Inputs, shape: Shape, dtype: DType, history: History,
    storage: Storage, layout: Layout
  ) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    self.history = history
    self.layout = layout
    self.storage = storage
    ready = Atomic(true)
  }

  var isReady: Bool { ready.load(ordering: .acquiring) }

  /// Whether a gradient passes through, or ends here.
  var isTracked: Bool {
    switch history {
    case .tracked, .attached: true
    case .unrecorded, .untracked, .freed: false
    }
  }

  /// Whether the inputs are kept for a derivative, even when the value is known.
  var hasHistory: Bool {
    if case .tracked = history { return true }
    return false
  }

  /// Gives the node its value. Only history needs the inputs any longer.
  func fulfil(_ storage: Storage, _ layout: Layout) {
    self.storage = storage
    self.layout = layout
    ready.store(true, ordering: .releasing)
    if !hasHistory { dropInputs() }
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

  /// The address of the first element of a ready array.
  var base: UnsafeMutableRawPointer {
    storage!.address + layout.offset * dtype.size
  }

  deinit {
    if !inputs.isEmpty { Self.release(&inputs) }
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

/// A constant in a recorded computation, and where a gradient was attached to it: too late for that computation.
final class UntrackedUse: @unchecked Sendable {
  var attachedAt: CallSite?
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

/// Guards the mutable parts of shared nodes: evaluation and traversal take it, operations do not.
let graphLock = RecursiveLock()
