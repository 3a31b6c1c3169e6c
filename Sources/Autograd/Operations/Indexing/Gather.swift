/// Rows of a matrix by their positions: (rows, inner) and (n) give (n, inner).
struct GatherRows: Custom {
  var movesElements: Bool { true }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? g.scatterAdded(at: x[1], rows: x[0].shape[0]) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? {
    guard x.isBatched[1] else { return x.side(0).gatheredRows(at: x.inputs[1]).examples(x.count) }
    let positions = x.inputs[1]
    guard x.isBatched[0] else {
      return x.inputs[0].gatheredRows(at: positions.mergingFirstAxes).reshaped(to: x.batchShape)
    }
    let rows = x.inputs[0].mergingFirstAxes
    return rows.gatheredRows(at: x.positions(1, rows: x.inputs[0].shape[1])).reshaped(to: x.batchShape)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    let (x, positions) = (inputs[0], inputs[1].pointer(Int64.self))
    let bytes = x.shape[1] * x.dtype.size
    Parallel.forEachChunk(output.shape[0], of: Swift.max(1, 65536 / Swift.max(bytes, 1))) { range in
      for i in range {
        (output.base + i * bytes).copyMemory(from: x.base + Int(positions[i]) * bytes, byteCount: bytes)
      }
    }
  }
}

/// Rows added up at their positions: (n, inner) and (n) give (rows, inner), and so on for more such pairs. Each part of
/// the rows is filled in order, so the bits do not depend on the number of threads.
struct ScatterAddRows: ElementKernel {
  var joining: (any Joining.Type)? { Self.self }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i % 2 == 0 ? g.gatheredRows(at: x[i + 1]) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? {
    let rows = x.shape[0]
    guard x.isBatched[1] else { return x.side(0).scatterAdded(at: x.inputs[1], rows: rows).examples(x.count) }
    return x.spread(0).mergingFirstAxes.scatterAdded(at: x.positions(1, rows: rows), rows: x.count * rows)
      .reshaped(to: x.batchShape)
  }

  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type) {
    let (rows, inner) = (output.shape[0], output.shape[1])
    let result = output.pointer(T.self)
    Parallel.forEachChunk(rows, of: Swift.max(1, Swift.max(65536 / Swift.max(inner, 1), (rows + 7) / 8))) { range in
      (result + range.lowerBound * inner).update(repeating: 0, count: range.count * inner)
      for term in stride(from: 0, to: inputs.count, by: 2) {
        let (x, positions) = (inputs[term].pointer(T.self), inputs[term + 1].pointer(Int64.self))
        for i in 0..<inputs[term].shape[0] where range.contains(Int(positions[i])) {
          let (to, from) = (result + Int(positions[i]) * inner, x + i * inner)
          for k in 0..<inner { to[k] = T.sum(to[k], from[k]) }
        }
      }
    }
  }
}

extension ScatterAddRows: Joining {
  static func sum(_ terms: [Node]) -> NDArray {
    Autograd.apply(
      ScatterAddRows(), Inputs(terms.flatMap(\.inputs)), shape: terms[0].shape, dtype: terms[0].dtype)
  }
}

/// Rows written over those at their positions, which are different: (rows, inner), (n, inner) and (n).
///
/// Not `which` with a mask, which passes over the whole array for each row.
struct OverwriteRows: Custom {
  var movesElements: Bool { true }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    switch i {
    case 0: g.overwritingRows(at: x[2], with: x[1].zerosLike())
    case 1: g.gatheredRows(at: x[2])
    default: nil
    }
  }
  var linearity: Linearity { .jointly(0..<2) }
  func batched(_ x: Batch) -> NDArray? {
    guard x.isBatched[2] else {
      return x.side(0).overwritingRows(at: x.inputs[2], with: x.side(1)).examples(x.count)
    }
    let rows = x.spread(1).mergingFirstAxes
    return x.spread(0).mergingFirstAxes.overwritingRows(at: x.positions(2, rows: x.shape[0]), with: rows)
      .reshaped(to: x.batchShape)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    let positions = inputs[2].pointer(Int64.self)
    let bytes = output.shape[1] * output.dtype.size
    output.base.copyMemory(from: inputs[0].base, byteCount: output.shape[0] * bytes)
    for i in 0..<inputs[1].shape[0] {
      (output.base + Int(positions[i]) * bytes).copyMemory(from: inputs[1].base + i * bytes, byteCount: bytes)
    }
  }
}

extension Batch {
  /// The rows of all examples side by side: where the positions are the same for all.
  fileprivate func side(_ i: Int) -> NDArray {
    let all = spread(i)
    return all.movedAxis(from: 0, to: 1).reshaped(to: [all.shape[1], count * all.shape[2]])
  }

  /// The positions of each example's rows when those of all examples are one below the other.
  fileprivate func positions(_ i: Int, rows: Int) -> NDArray {
    pause(trainMode: isTraining) {
      let first = NDArray.arange(count, dtype: .int64).expandedDims(1) * rows
      return (inputs[i] + first).mergingFirstAxes
    }
  }
}

extension NDArray {
  /// The opposite of `side`.
  fileprivate func examples(_ count: Int) -> NDArray {
    reshaped(to: [shape[0], count, shape[1] / Swift.max(count, 1)]).movedAxis(from: 1, to: 0)
  }

  func gatheredRows(at positions: NDArray) -> NDArray {
    apply(GatherRows(), Inputs(node, positions.node), shape: [positions.shape[0], shape[1]], dtype: dtype)
  }

  func scatterAdded(at positions: NDArray, rows: Int) -> NDArray {
    apply(ScatterAddRows(), Inputs(node, positions.node), shape: [rows, shape[1]], dtype: dtype)
  }

  func overwritingRows(at positions: NDArray, with rows: NDArray) -> NDArray {
    apply(OverwriteRows(), Inputs(node, rows.node, positions.node), shape: shape, dtype: dtype)
  }
}

// Index arrays select along several axes at once: those axes become the rows of a matrix.
extension NDArray {
  func gathered(_ selection: Selection) -> NDArray {
    let plan = RowSelection(selection)
    let rows = plan.matrix(of: self).gatheredRows(at: plan.flatPositions)
    return plan.arranged(rows)
  }

  /// This array with values, of the shape of the selection, at the selected positions; the last of equal ones wins.
  func scattering(_ values: NDArray, _ selection: Selection) -> NDArray {
    let plan = RowSelection(selection)
    var rows = plan.rows(of: values)
    var positions = plan.flatPositions
    let flat = positions.scalars(as: Int.self)
    let last = Dictionary(flat.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    if last.count < flat.count {
      let winners = NDArray(last.values.sorted(), shape: [last.count])
      rows = rows.gatheredRows(at: winners)
      positions = positions.reshaped([flat.count, 1]).gatheredRows(at: winners).reshaped([last.count])
    }
    return plan.restored(plan.matrix(of: self).overwritingRows(at: positions, with: rows))
  }
}

/// How a selection by index arrays becomes one of rows.
private struct RowSelection {
  private let selection: Selection
  private let axes: [Int]
  private let rest: [Int]

  init(_ selection: Selection) {
    self.selection = selection
    axes = selection.gathered.map(\.axis)
    rest = selection.shape.indices.filter { !selection.gathered.map(\.axis).contains($0) }
  }

  private var shape: Shape { selection.shape }
  private var positionsShape: [Int] { Array(selection.gathered[0].positions.shape) }
  private var inner: Int { rest.reduce(1) { $0 * shape[$1] } }

  func matrix(of x: NDArray) -> NDArray {
    x.permuted(InlineInts(axes + rest)).reshaped([axes.reduce(1) { $0 * shape[$1] }, inner])
  }

  func restored(_ matrix: NDArray) -> NDArray {
    var inverse = InlineInts(axes + rest)
    for (k, axis) in (axes + rest).enumerated() { inverse[axis] = k }
    return matrix.reshaped((axes + rest).map { shape[$0] }).permuted(inverse)
  }

  var flatPositions: NDArray {
    pause(trainMode: isTraining) {
      var flat = selection.gathered[0].positions
      for (axis, positions) in selection.gathered.dropFirst() { flat = flat * shape[axis] + positions }
      return flat.reshaped([flat.elementCount])
    }
  }

  /// The gathered rows with the axes of the positions where they belong.
  func arranged(_ rows: NDArray) -> NDArray {
    let result = rows.reshaped(positionsShape + rest.map { shape[$0] })
    let count = positionsShape.count
    return result.movedAxes(from: Array(0..<count), to: Array(selection.position..<(selection.position + count)))
  }

  /// The opposite of `arranged`.
  func rows(of values: NDArray) -> NDArray {
    let count = positionsShape.count
    let front = values.movedAxes(
      from: Array(selection.position..<(selection.position + count)), to: Array(0..<count))
    return front.reshaped([positionsShape.reduce(1, *), inner])
  }
}
