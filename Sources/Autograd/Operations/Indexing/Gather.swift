/// An array as matrices (outer, rows, inner) around the axis of the rows. One in the middle need not be moved: along
/// the last one a row is one element, and what is taken lies together.
private struct RowStack {
  let outer: Int
  let rows: Int
  let inner: Int

  init(_ shape: Shape, _ axis: Int) {
    outer = shape.prefix(axis).reduce(1, *)
    rows = shape[axis]
    inner = shape.dropFirst(axis + 1).reduce(1, *)
  }
}

/// The rows at the positions, a vector, along an axis.
struct GatherRows: Custom {
  let axis: Int
  var movesElements: Bool { true }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? g.scatterAdded(at: x[1], axis, rows: x[0].shape[axis]) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? {
    guard x.isBatched[1] else { return x.inputs[0].gatheredRows(at: x.inputs[1], axis + 1) }
    guard x.isBatched[0] else {
      return x.inputs[0].gatheredRows(at: x.inputs[1].mergingFirstAxes, axis).examples(x.count, axis)
    }
    let positions = x.positions(1, rows: x.inputs[0].shape[axis + 1])
    return x.joined(0, axis).gatheredRows(at: positions, axis).examples(x.count, axis)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    let (x, positions) = (RowStack(inputs[0].shape, axis), inputs[1].pointer(Int64.self))
    let (count, bytes) = (output.shape[axis], x.inner * output.dtype.size)
    Parallel.forEachChunk(x.outer * count, of: Swift.max(1, 65536 / Swift.max(bytes, 1))) { range in
      range.forEachRun(of: count) { outer, run in
        let (from, to) = (inputs[0].base + outer * x.rows * bytes, output.base + outer * count * bytes)
        switch bytes {
        case 4: Self.gather(UInt32.self, positions, run, from, to)
        case 8: Self.gather(UInt64.self, positions, run, from, to)
        default:
          for i in run { (to + i * bytes).copyMemory(from: from + Int(positions[i]) * bytes, byteCount: bytes) }
        }
      }
    }
  }

  /// Rows of one element.
  private static func gather<T: BitwiseCopyable>(
    _ type: T.Type, _ positions: UnsafePointer<Int64>, _ run: Range<Int>, _ from: UnsafeMutableRawPointer,
    _ to: UnsafeMutableRawPointer
  ) {
    let (from, to) = (from.assumingMemoryBound(to: T.self), to.assumingMemoryBound(to: T.self))
    for i in run { to[i] = from[Int(positions[i])] }
  }
}

/// Rows added up at their positions along an axis, which has `rows` in the result; and so on for more such pairs. Each
/// part of the rows is filled in order, so the bits do not depend on the number of threads.
struct ScatterAddRows: ElementKernel {
  let axis: Int
  var joining: (any Joining.Type)? { Self.self }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i % 2 == 0 ? g.gatheredRows(at: x[i + 1], axis) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? {
    let rows = x.shape[axis]
    guard x.isBatched[1] else { return x.spread(0).scatterAdded(at: x.inputs[1], axis + 1, rows: rows) }
    return x.joined(0, axis).scatterAdded(at: x.positions(1, rows: rows), axis, rows: x.count * rows)
      .examples(x.count, axis)
  }

  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type) {
    let y = RowStack(output.shape, axis)
    let part = Swift.max(1, Swift.max(65536 / Swift.max(y.inner, 1), (y.rows + 7) / 8))
    let parts = (y.rows + part - 1) / part
    let together = Swift.max(1, 65536 / Swift.max(Swift.min(part, y.rows) * y.inner, 1))
    Parallel.forEachChunk(y.outer * parts, of: together) { range in
      for task in range {
        let first = task % parts * part
        add(inputs, task / parts, first..<Swift.min(y.rows, first + part), y, output.pointer(T.self))
      }
    }
  }

  /// Fills some rows of one matrix.
  private func add<T: KernelElement>(
    _ inputs: [ArrayView], _ outer: Int, _ range: Range<Int>, _ y: RowStack, _ output: UnsafeMutablePointer<T>
  ) {
    let result = output + outer * y.rows * y.inner
    (result + range.lowerBound * y.inner).update(repeating: 0, count: range.count * y.inner)
    for term in stride(from: 0, to: inputs.count, by: 2) {
      let count = inputs[term].shape[axis]
      let (x, positions) = (inputs[term].pointer(T.self), inputs[term + 1].pointer(Int64.self))
      for i in 0..<count where range.contains(Int(positions[i])) {
        let (to, from) = (result + Int(positions[i]) * y.inner, x + (outer * count + i) * y.inner)
        for k in 0..<y.inner { to[k] = T.sum(to[k], from[k]) }
      }
    }
  }
}

extension ScatterAddRows: Joining {
  static func sum(_ terms: [Node]) -> NDArray {
    let byAxis = Dictionary(grouping: terms) { ($0.operation as! ScatterAddRows).axis }
    let sums = byAxis.sorted { $0.key < $1.key }.map { axis, terms in
      apply(ScatterAddRows(axis: axis), Inputs(terms.flatMap(\.inputs)), shape: terms[0].shape, dtype: terms[0].dtype)
    }
    return sums.dropFirst().reduce(sums[0], +)
  }
}

/// The second input's rows written over those of the first at their positions along an axis, which are different.
///
/// Not `which` with a mask, which passes over the whole array for each row.
struct OverwriteRows: Custom {
  let axis: Int
  var movesElements: Bool { true }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    switch i {
    case 0: g.overwritingRows(at: x[2], axis, with: x[1].zerosLike())
    case 1: g.gatheredRows(at: x[2], axis)
    default: nil
    }
  }
  var linearity: Linearity { .jointly(0..<2) }
  func batched(_ x: Batch) -> NDArray? {
    guard x.isBatched[2] else {
      return x.spread(0).overwritingRows(at: x.inputs[2], axis + 1, with: x.spread(1))
    }
    let positions = x.positions(2, rows: x.shape[axis])
    return x.joined(0, axis).overwritingRows(at: positions, axis, with: x.joined(1, axis)).examples(x.count, axis)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    let (y, positions) = (RowStack(output.shape, axis), inputs[2].pointer(Int64.self))
    let (count, bytes) = (inputs[1].shape[axis], y.inner * output.dtype.size)
    output.base.copyMemory(from: inputs[0].base, byteCount: y.outer * y.rows * bytes)
    for outer in 0..<y.outer {
      let (from, to) = (inputs[1].base + outer * count * bytes, output.base + outer * y.rows * bytes)
      for i in 0..<count { (to + Int(positions[i]) * bytes).copyMemory(from: from + i * bytes, byteCount: bytes) }
    }
  }
}

extension Range<Int> {
  /// The runs of the range within rows of `length`: the row, and where in it.
  fileprivate func forEachRun(of length: Int, _ body: (_ row: Int, Range<Int>) -> Void) {
    var start = lowerBound
    while start < upperBound {
      let row = start / length
      let end = Swift.min(upperBound, (row + 1) * length)
      body(row, start - row * length..<end - row * length)
      start = end
    }
  }
}

extension Batch {
  /// An input with the rows of all examples one below the other.
  fileprivate func joined(_ i: Int, _ axis: Int) -> NDArray {
    let all = spread(i).movedAxis(from: 0, to: axis)
    var extents = Array(all.shape)
    extents[axis] *= extents.remove(at: axis + 1)
    return all.reshaped(extents)
  }

  /// The positions of each example's rows when they are joined.
  fileprivate func positions(_ i: Int, rows: Int) -> NDArray {
    pause(trainMode: isTraining) {
      let first = NDArray.arange(count, dtype: .int64).expandedDims(1) * rows
      return (inputs[i] + first).mergingFirstAxes
    }
  }
}

extension NDArray {
  /// The opposite of `joined`.
  fileprivate func examples(_ count: Int, _ axis: Int) -> NDArray {
    var extents = Array(shape)
    extents[axis] /= Swift.max(count, 1)
    extents.insert(count, at: axis)
    return reshaped(extents).movedAxis(from: axis, to: 0)
  }

  private func rowShape(_ axis: Int, _ count: Int) -> Shape {
    var extents = shape.extents
    extents[axis] = count
    return Shape(extents)
  }

  func gatheredRows(at positions: NDArray, _ axis: Int = 0) -> NDArray {
    let shape = rowShape(axis, positions.shape[0])
    return apply(GatherRows(axis: axis), Inputs(node, positions.node), shape: shape, dtype: dtype)
  }

  func scatterAdded(at positions: NDArray, _ axis: Int = 0, rows: Int) -> NDArray {
    let shape = rowShape(axis, rows)
    return apply(ScatterAddRows(axis: axis), Inputs(node, positions.node), shape: shape, dtype: dtype)
  }

  func overwritingRows(at positions: NDArray, _ axis: Int = 0, with rows: NDArray) -> NDArray {
    apply(OverwriteRows(axis: axis), Inputs(node, rows.node, positions.node), shape: shape, dtype: dtype)
  }
}
