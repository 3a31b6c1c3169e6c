/// The product of matrices over equal batch axes: (..., m, k) with (..., k, n).
struct MatrixProduct: Custom {
  var name: String { "matmul" }
  var needsContiguousInputs: Bool { false }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0
      ? MatrixProduct.apply(g, x[1].swappedAxes(-1, -2)) : MatrixProduct.apply(x[0].swappedAxes(-1, -2), g)
  }

  static func apply(_ a: NDArray, _ b: NDArray) -> NDArray {
    var extents = a.shape.extents
    extents[a.rank - 1] = b.shape[b.rank - 1]
    return Autograd.apply(MatrixProduct(), Inputs(a.node, b.node), shape: Shape(extents), dtype: a.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    let (a, b) = (MatrixStack(inputs[0]), MatrixStack(inputs[1]))
    let inner = a.columns
    guard output.shape.elementCount > 0 else { return }
    guard inner > 0 else {
      output.base.initializeMemory(as: UInt8.self, repeating: 0, count: output.shape.elementCount * output.dtype.size)
      return
    }
    withExtendedLifetime((a, b)) {
      switch output.dtype {
      case .float32, .float64: multiplyByBlocks(a, b, output)
      case .int32: multiply(a, b, output, integers: Int32.self)
      case .int64: multiply(a, b, output, integers: Int64.self)
      case .uint8, .bool: multiply(a, b, output, integers: UInt8.self)
      }
    }
  }

  private func multiplyByBlocks(_ a: MatrixStack, _ b: MatrixStack, _ output: ArrayView) {
    let split = ProductSplit(rows: a.rows, columns: b.columns, inner: a.columns, batches: a.count)
    Parallel.forEach(split.count) { part in
      for block in split.blocks(part) { multiply(block, a, b, output) }
    }
  }

  private func multiply(_ block: ProductSplit.Block, _ a: MatrixStack, _ b: MatrixStack, _ output: ArrayView) {
    let size = output.dtype.size
    let start = (block.batch * a.rows + block.rows.lowerBound) * b.columns + block.columns.lowerBound
    BLAS.multiply(
      a.matrix(block.batch, row: block.rows.lowerBound, column: 0),
      b.matrix(block.batch, row: 0, column: block.columns.lowerBound),
      into: output.base + start * size, cStride: b.columns, rows: block.rows.count, columns: block.columns.count,
      inner: a.columns, dtype: output.dtype)
  }

  /// Exact, wrapping as integers do.
  private func multiply<Element: FixedWidthInteger>(
    _ a: MatrixStack, _ b: MatrixStack, _ output: ArrayView, integers: Element.Type
  ) {
    let (inner, columns) = (a.columns, b.columns)
    Parallel.forEachChunk(a.count * a.rows, of: Swift.max(1, 65536 / (inner * columns))) { rows in
      for row in rows {
        let left = a.matrix(row / a.rows, row: row % a.rows, column: 0)
        let right = b.matrix(row / a.rows, row: 0, column: 0)
        let (x, y) = (left.base.assumingMemoryBound(to: Element.self), right.base.assumingMemoryBound(to: Element.self))
        let sums = output.pointer(Element.self) + row * columns
        sums.update(repeating: 0, count: columns)
        for k in 0..<inner {
          let factor = x[k * left.columnStride]
          let line = y + k * right.rowStride
          for column in 0..<columns { sums[column] &+= factor &* line[column * right.columnStride] }
        }
      }
    }
  }
}

/// An array as matrices in its last two axes, such that one of their strides is 1.
private struct MatrixStack {
  let rows: Int
  let columns: Int
  let count: Int
  private let view: ArrayView
  private let owner: Storage?

  init(_ view: ArrayView) {
    let rank = view.shape.rank
    rows = view.shape[rank - 2]
    columns = view.shape[rank - 1]
    count = view.shape.dropLast(2).reduce(1, *)
    let (rowStride, columnStride) = (view.strides[rank - 2], view.strides[rank - 1])
    let isUsable =
      (columnStride == 1 && rowStride >= Swift.max(1, columns))
      || (rowStride == 1 && columnStride >= Swift.max(1, rows))
    if isUsable {
      owner = nil
      self.view = view
    } else {
      let copy = Immediate.packed(view)
      owner = copy
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
