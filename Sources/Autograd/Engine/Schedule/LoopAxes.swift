/// The axes of a loop as the kernel walks over them: outer axes, and one axis of columns.
///
/// Neighbouring axes that are one axis in every array become one.
struct LoopAxes {
  /// Extents of the outer axes.
  private(set) var outer = InlineInts()
  private(set) var columns = 1
  /// For each axis of the space the collapsed outer axis it is part of; `nil` for the columns.
  private var groups: [Int?] = []
  private let space: InlineInts

  var rows: Int { outer.reduce(1, *) }

  /// Whether each row fits into a tile.
  func areRowsWhole(inTileOf elements: Int) -> Bool { columns <= elements }

  /// Whether two rows never fit into a tile: all tiles are of one row, or of a part of one.
  func areRowsAlone(inTileOf elements: Int) -> Bool { 2 * columns > elements }

  /// - Parameters:
  ///   - operands: The strides of the element-level arrays.
  ///   - rowOperands: The strides of the row-level ones, over the outer part of the space.
  ///   - reduced: The axes of each reduction that leaves the loop.
  init(
    space: InlineInts, rowRank: Int, operands: [InlineInts], rowOperands: [InlineInts], reduced: [AxisSet]
  ) {
    self.space = space
    let rank = space.count
    var firstColumn = rank - rowRank
    func joins(_ axis: Int, _ arrays: [InlineInts]) -> Bool {
      arrays.allSatisfy { $0[axis] == $0[axis + 1] * space[axis + 1] }
        && reduced.allSatisfy { $0.contains(axis) == $0.contains(axis + 1) }
    }
    if rowRank == 0, rank > 0 {
      firstColumn = rank - 1
      while firstColumn > 0, joins(firstColumn - 1, operands) { firstColumn -= 1 }
    }
    columns = space[firstColumn...].reduce(1, *)
    for axis in 0..<firstColumn {
      let previous = axis - 1
      if axis > 0, joins(previous, operands), joins(previous, rowOperands) {
        outer[outer.count - 1] *= space[axis]
      } else {
        outer.append(space[axis])
      }
      groups.append(outer.count - 1)
    }
    groups += Array(repeating: nil, count: rank - firstColumn)
  }

  /// The stride of the columns; the trailing axes are one.
  func columnStride(_ strides: InlineInts) -> Int {
    guard let last = groups.lastIndex(of: nil), last < strides.count else { return 0 }
    return strides[last]
  }

  /// One stride for each outer axis: that of its last part.
  func outerStrides(_ strides: InlineInts) -> InlineInts {
    var result = InlineInts(repeating: 0, count: outer.count)
    for (axis, group) in groups.enumerated() where axis < strides.count {
      if let group { result[group] = strides[axis] }
    }
    return result
  }

  /// Whether the array's elements follow the loop without gaps.
  func isDense(_ strides: InlineInts) -> Bool {
    guard columns == 1 || columnStride(strides) == 1 else { return false }
    var step = columns
    let outerStrides = outerStrides(strides)
    for axis in outer.indices.reversed() where outer[axis] != 1 {
      if outerStrides[axis] != step { return false }
      step *= outer[axis]
    }
    return true
  }

  func keepsColumns(reducing axes: AxisSet) -> Bool {
    guard let column = groups.lastIndex(of: nil) else { return false }
    return !axes.contains(column)
  }

  /// The distance between slots of a reduction along each outer axis, 0 where it is reduced; and the number of slots.
  func slots(reducing axes: AxisSet) -> (strides: InlineInts, count: Int) {
    var strides = InlineInts(repeating: 0, count: outer.count)
    var count = 1
    for (axis, group) in groups.enumerated().reversed() {
      guard let group, !axes.contains(axis), strides[group] == 0 else { continue }
      strides[group] = count
      count *= outer[group]
    }
    return (strides, count)
  }
}
