/// The product of matrices over equal batch axes: (..., m, k) with (..., k, n). More such pairs are added up: what a
/// matrix gets back that was used several times is one operation.
struct MatrixProduct: Custom {
  var name: String { "matmul" }
  var needsContiguousInputs: Bool { false }
  var joining: (any Joining.Type)? { Self.self }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i % 2 == 0
      ? MatrixProduct.apply(g, x[i + 1].swappedAxes(-1, -2)) : MatrixProduct.apply(x[i - 1].swappedAxes(-1, -2), g)
  }

  var linearity: Linearity { .separately }
  func batched(_ x: Batch) -> NDArray? {
    // With one matrix on the right, the rows of all examples make one product.
    guard x.shape.rank == 2, !x.isBatched[1] else { return MatrixProduct.apply(x.spread(0), x.spread(1)) }
    return MatrixProduct.apply(x.inputs[0].mergingFirstAxes, x.inputs[1]).reshaped(to: x.batchShape)
  }

  static func apply(_ a: NDArray, _ b: NDArray) -> NDArray {
    var extents = a.shape.extents
    extents[a.rank - 1] = b.shape[b.rank - 1]
    return Autograd.apply(MatrixProduct(), Inputs(a.node, b.node), shape: Shape(extents), dtype: a.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    guard output.shape.elementCount > 0 else { return }
    let pairs = stride(from: 0, to: inputs.count, by: 2).map { (inputs[$0], inputs[$0 + 1]) }
    let terms = Self.terms(pairs)
    if terms.isEmpty { return output.fillWithZeros() }
    withExtendedLifetime(terms) {
      switch output.dtype {
      case .float32, .float64: multiplyByBlocks(terms, output)
      case .int32: multiply(terms, output, integers: Int32.self)
      case .int64: multiply(terms, output, integers: Int64.self)
      case .uint8, .bool: multiply(terms, output, integers: UInt8.self)
      case .float16, .int8, .int16: output.dtype.failAsStoredOnly()
      }
    }
  }

  func arithmetic(_ inputs: Inputs, _ shape: Shape) -> Int {
    stride(from: 0, to: inputs.count, by: 2).reduce(0) { $0 + 2 * shape.elementCount * (inputs[$1].shape.last ?? 0) }
  }

  fileprivate typealias Term = (a: MatrixStack, b: MatrixStack)

  private func multiplyByBlocks(_ terms: [Term], _ output: ArrayView) {
    let (a, b) = terms[0]
    let inner = terms.reduce(0) { $0 + $1.a.columns }
    let split = ProductSplit(rows: a.rows, columns: b.columns, inner: inner, batches: a.count)
    Parallel.forEach(split.count) { part in
      for block in split.blocks(part) {
        for (k, term) in terms.enumerated() { multiply(block, term, output, adding: k > 0) }
      }
    }
  }

  private func multiply(_ block: ProductSplit.Block, _ term: Term, _ output: ArrayView, adding: Bool) {
    let (a, b) = term
    let size = output.dtype.size
    let start = (block.batch * a.rows + block.rows.lowerBound) * b.columns + block.columns.lowerBound
    BLAS.multiply(
      a.matrix(block.batch, row: block.rows.lowerBound, column: 0),
      b.matrix(block.batch, row: 0, column: block.columns.lowerBound),
      into: output.base + start * size, cStride: b.columns, rows: block.rows.count, columns: block.columns.count,
      inner: a.columns, adding: adding, dtype: output.dtype)
  }

  /// Exact, wrapping as integers do.
  private func multiply<Element: FixedWidthInteger>(
    _ terms: [Term], _ output: ArrayView, integers: Element.Type
  ) {
    let (rows, columns) = (terms[0].a.count * terms[0].a.rows, terms[0].b.columns)
    let inner = terms.reduce(0) { $0 + $1.a.columns }
    Parallel.forEachChunk(rows, of: Swift.max(1, 65536 / (inner * columns))) { rows in
      (output.pointer(Element.self) + rows.lowerBound * columns).update(repeating: 0, count: rows.count * columns)
      for (a, b) in terms { add(rows, a, b, output, integers: Element.self) }
    }
  }

  private func add<Element: FixedWidthInteger>(
    _ rows: Range<Int>, _ a: MatrixStack, _ b: MatrixStack, _ output: ArrayView, integers: Element.Type
  ) {
    let (inner, columns) = (a.columns, b.columns)
    for row in rows {
      let left = a.matrix(row / a.rows, row: row % a.rows, column: 0)
      let right = b.matrix(row / a.rows, row: 0, column: 0)
      let (x, y) = (left.base.assumingMemoryBound(to: Element.self), right.base.assumingMemoryBound(to: Element.self))
      let sums = output.pointer(Element.self) + row * columns
      for k in 0..<inner {
        let factor = x[k * left.columnStride]
        let line = y + k * right.rowStride
        for column in 0..<columns { sums[column] &+= factor &* line[column * right.columnStride] }
      }
    }
  }
}

extension MatrixProduct: Joining {
  static func sum(_ terms: [Node]) -> NDArray {
    Autograd.apply(MatrixProduct(), Inputs(terms.flatMap(\.inputs)), shape: terms[0].shape, dtype: terms[0].dtype)
  }

  /// Inner extents below this are too short for the library to be fast.
  private static let shortInner = 256

  /// The terms to add up: many short products are one long one, of the matrices side by side.
  fileprivate static func terms(_ pairs: [(ArrayView, ArrayView)]) -> [Term] {
    guard pairs.count > 1, pairs[0].0.shape.rank == 2, pairs.allSatisfy({ $0.0.shape[1] < shortInner }) else {
      return pairs.map { (a: MatrixStack($0), b: MatrixStack($1)) }.filter { $0.a.columns > 0 }
    }
    let (left, right) = (ArrayView.rows(pairs.map { $0.0.transposed }), ArrayView.rows(pairs.map { $0.1 }))
    return [(MatrixStack(left.view.transposed, left.owner), MatrixStack(right.view, right.owner))]
  }
}

extension ArrayView {
  fileprivate var transposed: ArrayView {
    ArrayView(base: base, shape: [shape[1], shape[0]], strides: [strides[1], strides[0]], dtype: dtype)
  }

  /// A copy of matrices below one another.
  fileprivate static func rows(_ parts: [ArrayView]) -> (view: ArrayView, owner: Storage) {
    let shape: Shape = [parts.reduce(0) { $0 + $1.shape[0] }, parts[0].shape[1]]
    let owner = Storage.allocate(byteCount: shape.elementCount * parts[0].dtype.size)
    let view = ArrayView(
      base: owner.address, shape: shape, strides: shape.contiguousStrides, dtype: parts[0].dtype)
    var slice = Slice(starts: [0, 0], steps: [1, 1])
    for part in parts {
      view.write(part, at: slice)
      slice.starts[0] += part.shape[0]
    }
    return (view, owner)
  }
}

/// An array as matrices in its last two axes, such that one of their strides is 1.
private struct MatrixStack {
  let rows: Int
  let columns: Int
  let count: Int
  private let view: ArrayView
  private let owner: Storage?

  init(_ view: ArrayView, _ owner: Storage? = nil) {
    let rank = view.shape.rank
    rows = view.shape[rank - 2]
    columns = view.shape[rank - 1]
    count = view.shape.dropLast(2).reduce(1, *)
    let (rowStride, columnStride) = (view.strides[rank - 2], view.strides[rank - 1])
    let isUsable =
      (columnStride == 1 && rowStride >= Swift.max(1, columns))
      || (rowStride == 1 && columnStride >= Swift.max(1, rows))
    if isUsable {
      self.owner = owner
      self.view = view
    } else {
      let copy = Immediate.packed(view)
      self.owner = copy
      self.view = ArrayView(
        base: copy.address, shape: view.shape, strides: view.shape.contiguousStrides, dtype: view.dtype)
    }
  }

  private var rowStride: Int { view.strides[view.shape.rank - 2] }
  private var columnStride: Int { view.strides[view.shape.rank - 1] }

  private func offset(_ batch: Int, _ row: Int, _ column: Int) -> Int {
    var rest = batch
    var offset = row * rowStride + column * columnStride
    for axis in (0..<(view.shape.rank - 2)).reversed() {
      offset += rest % view.shape[axis] * view.strides[axis]
      rest /= view.shape[axis]
    }
    return offset
  }

  func matrix(_ batch: Int, row: Int, column: Int) -> BLAS.Matrix {
    let base = view.base + offset(batch, row, column) * view.dtype.size
    let isRowMajor = columnStride == 1 && rowStride >= Swift.max(1, columns)
    return BLAS.Matrix(base: base, stride: isRowMajor ? rowStride : columnStride, isTransposed: !isRowMajor)
  }
}

/// How a product is shared out: by its shape alone, so that its bits do not depend on the number of threads.
struct ProductSplit {
  struct Block {
    let batch: Int
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// How many parts may run at the same time.
  let count: Int
  private let rows: Int
  private let columns: Int
  private let batches: Int
  private let splitsBatches: Bool

  /// Work below which a second thread costs more than it gives.
  private static let smallestPart = 1 << 20

  init(rows: Int, columns: Int, inner: Int, batches: Int) {
    self.rows = rows
    self.columns = columns
    self.batches = batches
    let work = batches * rows * columns * inner
    let parts = Swift.max(1, Swift.min(16, work / Self.smallestPart))
    splitsBatches = batches >= parts
    // Blocks of a few hundred rows or columns keep the library's own blocking efficient.
    let longest = Swift.max(rows, columns)
    count = splitsBatches ? parts : Swift.max(1, Swift.min(parts, longest / 64, longest >= 512 ? 4 : 2))
  }

  func blocks(_ part: Int) -> [Block] {
    func range(_ n: Int) -> Range<Int> { n * part / count..<n * (part + 1) / count }
    if splitsBatches { return range(batches).map { Block(batch: $0, rows: 0..<rows, columns: 0..<columns) } }
    return (0..<batches).map { batch in
      rows >= columns
        ? Block(batch: batch, rows: range(rows), columns: 0..<columns)
        : Block(batch: batch, rows: 0..<rows, columns: range(columns))
    }
  }
}
