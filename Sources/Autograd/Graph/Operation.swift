import CKernels

/// What a node computes: a small value whose stored properties are the operation's attributes.
///
/// The engine looks at `kernel` alone; `vjp` is a pure function from graph to graph, written with public operations,
/// so every order of derivative is free.
protocol Operation: Hashable, Sendable {
  /// NumPy's or npx's name, for messages and `explain`.
  var name: String { get }

  /// The loop that computes it.
  var kernel: Kernel { get }

  /// The gradient for input `i` (its shape may still be the broadcast one): `g` is the incoming gradient, `x` the
  /// inputs, `y` the result. `nil` where there is no derivative.
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray?

  /// Its type, if results of such operations are added up by one operation.
  var joining: (any Joining.Type)? { get }

  /// How the result moves with the inputs, for forward mode.
  var linearity: Linearity { get }

  /// The results for many examples at once, along a new first axis; `nil` to find them from the kernel.
  func batched(_ x: Batch) -> NDArray?
}

extension Operation {
  var name: String {
    let type = String(describing: Self.self)
    return type.prefix(1).lowercased() + type.dropFirst()
  }

  /// No derivative, unless the operation says otherwise.
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { nil }

  var joining: (any Joining.Type)? { nil }
  var linearity: Linearity { .unknown }
  func batched(_ x: Batch) -> NDArray? { nil }
}

/// How a result moves with the inputs: what forward mode needs to know of an operation beside its `vjp`.
enum Linearity {
  /// Its derivative has to be found from `vjp`: for elementwise functions that is it, for others the transpose is.
  case unknown
  /// Linear in these inputs together: the operation on their tangents is the tangent.
  case jointly(Range<Int>)
  /// Linear in each input while the others stay: a product.
  case separately
}

/// What an operation does for one example, to be done for `count` of them.
struct Batch {
  let count: Int
  /// Those that differ from example to example have the examples along a new first axis.
  let inputs: [NDArray]
  let isBatched: [Bool]
  /// The shape of one example's result.
  let shape: Shape
  let dtype: DType
}

/// The loop that an operation needs.
enum Kernel {
  /// None: the array was given its value.
  case none
  /// One scalar function, element by element; the inputs broadcast.
  case map(ScalarOp)
  /// Conversion to the node's type, element by element.
  case cast
  /// Reduction over axes, which stay with extent 1.
  case reduce(Reduction, AxisSet)
  /// The same elements read in another layout.
  case view(any View)
  /// Its own code, on whole arrays.
  case custom(any Custom)
}

/// An operation that only reads its input differently.
protocol View: Operation {
  /// How the result reads the input's storage; `nil` if it cannot without a copy.
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout?

  /// Whether the result has the input's elements in the same order, perhaps repeated along more axes.
  var keepsOrder: Bool { get }
}

extension View {
  var kernel: Kernel { .view(self) }
  var keepsOrder: Bool { false }
  var linearity: Linearity { .jointly(0..<1) }
}

/// An operation with a loop of its own.
protocol Custom: Operation {
  /// Whether the inputs must be row-major without gaps.
  var needsContiguousInputs: Bool { get }
  /// Whether elements are moved but not computed with, so that any type will do.
  var movesElements: Bool { get }
  /// Whether the first input's memory may serve for the result: then `output` is that memory.
  var mayReplaceFirstInput: Bool { get }
  /// Computes the result from the inputs; `output` is contiguous and not initialised.
  func execute(_ inputs: [ArrayView], into output: ArrayView)
  /// How many additions and multiplications that takes, for the profiler; one an element unless told otherwise.
  func arithmetic(_ inputs: Inputs, _ shape: Shape) -> Int
}

extension Custom {
  var kernel: Kernel { .custom(self) }
  var needsContiguousInputs: Bool { true }
  var movesElements: Bool { false }
  var mayReplaceFirstInput: Bool { false }
  func arithmetic(_ inputs: Inputs, _ shape: Shape) -> Int { shape.elementCount }
}

/// An operation whose pending results, where gradients meet, are added up by one operation of the same type.
protocol Joining: Custom {
  /// The sum of at least two pending nodes of this operation, of equal shape and type.
  static func sum(_ terms: [Node]) -> NDArray
}

/// The elements of a ready array, for kernels.
struct ArrayView {
  let base: UnsafeMutableRawPointer
  let shape: Shape
  let strides: InlineInts
  let dtype: DType

  func pointer<Element>(_ type: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    base.assumingMemoryBound(to: type)
  }
}

extension ArrayView {
  init(_ node: Node) {
    self.init(base: node.base, shape: node.shape, strides: node.layout.strides, dtype: node.dtype)
  }
}

/// The inputs of an operation as arrays, for derivative rules.
struct Operands {
  private let node: Node
  init(_ node: Node) { self.node = node }
  var count: Int { node.held.count }
  subscript(index: Int) -> NDArray { NDArray(node.held[index]) }
}

/// An array that was given its value.
struct Leaf: Operation {
  var name: String { "leaf" }
  var kernel: Kernel { .none }
}
