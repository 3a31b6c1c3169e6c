// Index arrays select along several axes at once: those axes become one, of rows.
extension NDArray {
  func gathered(_ selection: Selection) -> NDArray {
    let plan = RowSelection(selection)
    return plan.arranged(plan.withRows(self).gatheredRows(at: plan.flatPositions, plan.axis))
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
      rows = rows.gatheredRows(at: winners, plan.axis)
      positions = positions.gatheredRows(at: winners)
    }
    return plan.restored(plan.withRows(self).overwritingRows(at: positions, plan.axis, with: rows))
  }
}

/// How a selection by index arrays becomes one of rows.
private struct RowSelection {
  private let selection: Selection
  private let axes: [Int]
  private let outer: [Int]
  private let inner: [Int]

  /// Neighbouring axes stay where they are; others become the first.
  init(_ selection: Selection) {
    self.selection = selection
    let axes = selection.gathered.map(\.axis)
    let first = Array(axes[0]..<(axes[0] + axes.count)) == axes ? axes[0] : 0
    let rest = selection.shape.indices.filter { !axes.contains($0) }
    self.axes = axes
    outer = Array(rest.prefix(first))
    inner = Array(rest.dropFirst(first))
  }

  /// That of the rows.
  var axis: Int { outer.count }

  private var order: [Int] { outer + axes + inner }
  private var positionsShape: [Int] { Array(selection.gathered[0].positions.shape) }
  private func extents(_ axes: [Int]) -> [Int] { axes.map { selection.shape[$0] } }

  func withRows(_ x: NDArray) -> NDArray {
    x.permuted(InlineInts(order)).reshaped(extents(outer) + [extents(axes).reduce(1, *)] + extents(inner))
  }

  /// The opposite of `withRows`.
  func restored(_ x: NDArray) -> NDArray {
    var inverse = InlineInts(order)
    for (k, axis) in order.enumerated() { inverse[axis] = k }
    return x.reshaped(extents(order)).permuted(inverse)
  }

  var flatPositions: NDArray {
    pause(trainMode: isTraining) {
      var flat = selection.gathered[0].positions
      for (axis, positions) in selection.gathered.dropFirst() { flat = flat * selection.shape[axis] + positions }
      return flat.reshaped([flat.elementCount])
    }
  }

  /// The axes of the positions among those of the rows, and where they belong.
  private var moves: (here: [Int], there: [Int]) {
    let range = 0..<positionsShape.count
    return (range.map { axis + $0 }, range.map { selection.position + $0 })
  }

  func arranged(_ rows: NDArray) -> NDArray {
    rows.reshaped(extents(outer) + positionsShape + extents(inner)).movedAxes(from: moves.here, to: moves.there)
  }

  /// The opposite of `arranged`.
  func rows(of values: NDArray) -> NDArray {
    values.movedAxes(from: moves.there, to: moves.here)
      .reshaped(extents(outer) + [positionsShape.reduce(1, *)] + extents(inner))
  }
}
