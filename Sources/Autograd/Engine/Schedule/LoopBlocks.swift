/// How a loop is split into the blocks that threads take: fixed by the loop alone, so that results are the same bits
/// on any number of threads.
struct LoopBlocks {
  private(set) var rows: Int
  private(set) var columns: Int
  /// Whether no two blocks add to the same slot of a reduction.
  private(set) var isDisjoint = false

  private static let mostBlocks = 64
  private static let mostPartials = 1 << 24

  /// - Parameters:
  ///   - weight: The cost of an element.
  ///   - slots: The number of slots of each reduction that leaves the loop.
  init(
    _ axes: LoopAxes, tile: Int, weight: Int, usesRows: Bool, keepColumns: [Bool], keepFirstAxis: Bool, slots: Int
  ) {
    rows = max(axes.rows, 1)
    columns = max(axes.columns, 1)
    let total = rows * columns
    var size = max(4096, (1 << 18) / max(8, weight), (total + Self.mostBlocks - 1) / Self.mostBlocks)
    if !usesRows, !keepColumns.isEmpty, !keepColumns.contains(false), columns >= 2048 {
      columns = max(1024, Self.multiple(of: tile, size / rows))
      isDisjoint = true
      return
    }
    let inner = axes.outer.count > 1 ? rows / max(axes.outer[0], 1) : 1
    if !keepColumns.isEmpty, keepFirstAxis, axes.outer.first ?? 1 > 1 {
      rows = inner * max(1, size / max(1, inner * columns))
      isDisjoint = true
      return
    }
    if slots > 0 { size = max(size, total / max(1, Self.mostPartials / slots)) }
    if !usesRows, columns > 2 * size {
      rows = 1
      columns = Self.multiple(of: tile, size)
    } else {
      rows = max(1, size / columns)
    }
  }

  private static func multiple(of tile: Int, _ size: Int) -> Int { max(1, (size + tile - 1) / tile) * tile }
}
