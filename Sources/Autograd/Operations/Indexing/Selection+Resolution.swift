/// An index worked out for the shape of an array: first a slice, then gathering along some axes.
struct Selection {
  /// The part that integers, slices and new axes select.
  private(set) var slice: Slice
  private(set) var sliceShape: Shape = .scalar
  /// Its shape without the axes of integers, with the new ones.
  private(set) var shape: Shape = .scalar
  /// The axes of that shape along which index arrays select, and the arrays, broadcast together.
  private(set) var gathered: [(axis: Int, positions: NDArray)] = []
  /// Where the axes of the index arrays go in the result.
  private(set) var position = 0

  /// Fails, with an error, when the index does not suit the shape.
  init?(_ items: [any ArrayIndex], of shape: Shape) {
    slice = Slice(
      starts: InlineInts(repeating: 0, count: shape.rank), steps: InlineInts(repeating: 1, count: shape.rank))
    guard let items = Self.expanded(items.map(\.indexItem), shape) else { return nil }
    var extents = shape.extents
    var result: [Int] = []
    var axis = 0
    for item in items {
      switch item {
      case .newAxis: result.append(1)
      case .ellipsis: break
      case .integer(let i):
        guard let i = Self.position(i, extent: shape[axis], axis) else { return nil }
        (slice.starts[axis], extents[axis]) = (i, 1)
        axis += 1
      case .slice(let start, let stop, let step):
        guard step != 0 else {
          report(.index("index: the step of a slice must not be 0"))
          return nil
        }
        let range = Self.positions(start, stop, step, extent: shape[axis])
        (slice.starts[axis], slice.steps[axis], extents[axis]) = (range.start, step, range.count)
        result.append(range.count)
        axis += 1
      case .array(let positions):
        guard let positions = positions.asPositions(extent: shape[axis], axis) else { return nil }
        gathered.append((result.count, positions))
        result.append(shape[axis])
        axis += 1
      }
    }
    sliceShape = Shape(extents)
    guard result.count <= InlineInts.capacity else {
      report(.rank("index: the result would have \(result.count) axes; at most \(InlineInts.capacity) are possible"))
      return nil
    }
    self.shape = Shape(result)
    guard broadcastPositions() else { return nil }
    position = Self.resultPosition(items, gathered.first?.axis ?? 0)
  }

  /// The items with the ellipsis spelled out and masks turned into positions.
  private static func expanded(_ items: [IndexItem], _ shape: Shape) -> [IndexItem]? {
    var result: [IndexItem] = []
    let used = items.reduce(0) { $0 + $1.axesUsed }
    guard used <= shape.rank else {
      report(.index("index: \(used) axes are indexed, but an array of shape \(shape) has \(shape.rank)"))
      return nil
    }
    guard items.filter(\.isEllipsis).count <= 1 else {
      report(.index("index: there may be only one ellipsis"))
      return nil
    }
    let all = Array(repeating: IndexItem.slice(start: nil, stop: nil, step: 1), count: shape.rank - used)
    var axis = 0
    for item in items {
      if case .array(let mask) = item, mask.dtype == .bool {
        guard Array(mask.shape) == Array(shape[axis..<(axis + mask.rank)]) else {
          report(
            .index(
              "index: a mask of shape \(mask.shape) does not fit the axes \(Shape(Array(shape[axis...]))) "
                + "that it is for"
            ))
          return nil
        }
        result += mask.positionsOfTrue().map(IndexItem.array)
      } else if item.isEllipsis {
        result += all
        axis += all.count
        continue
      } else {
        result.append(item)
      }
      axis += item.axesUsed
    }
    return items.contains(where: \.isEllipsis) ? result : result + all
  }

  static func position(_ i: Int, extent: Int, _ axis: Int) -> Int? {
    let position = i < 0 ? i + extent : i
    guard position >= 0, position < extent else {
      report(.index("index: \(i) is out of range for axis \(axis) of extent \(extent)"))
      return nil
    }
    return position
  }

  /// NumPy's rule: bounds beyond the ends are clamped.
  private static func positions(_ start: Int?, _ stop: Int?, _ step: Int, extent: Int) -> (start: Int, count: Int) {
    func clamp(_ bound: Int, _ low: Int, _ high: Int) -> Int {
      Swift.min(Swift.max(bound < 0 ? bound + extent : bound, low), high)
    }
    if step > 0 {
      let from = start.map { clamp($0, 0, extent) } ?? 0
      let to = stop.map { clamp($0, 0, extent) } ?? extent
      return (from, Swift.max(0, (to - from + step - 1) / step))
    }
    let from = start.map { clamp($0, -1, extent - 1) } ?? extent - 1
    let to = stop.map { clamp($0, -1, extent - 1) } ?? -1
    return (Swift.max(from, 0), Swift.max(0, (from - to - step - 1) / -step))
  }

  private mutating func broadcastPositions() -> Bool {
    guard let first = gathered.first else { return true }
    var joint = first.positions.shape
    for (_, positions) in gathered.dropFirst() {
      guard let next = Shape.broadcast(joint, positions.shape) else {
        report(.index("index: the index arrays of shapes \(joint) and \(positions.shape) do not broadcast together"))
        return false
      }
      joint = next
    }
    gathered = gathered.map { ($0.axis, $0.positions.broadcast(unchecked: joint)) }
    return true
  }

  /// The axes of the index arrays replace the indexed ones where those are neighbours, else come first.
  private static func resultPosition(_ items: [IndexItem], _ firstAxis: Int) -> Int {
    let indices = items.indices.filter { items[$0].isAdvanced }
    guard let first = indices.first, let last = indices.last, last - first + 1 == indices.count else { return 0 }
    return items[..<first].reduce(0) { $0 + ($1.isAdvanced ? 0 : 1) }
  }
}

extension IndexItem {
  fileprivate var axesUsed: Int {
    switch self {
    case .integer, .slice: 1
    case .newAxis, .ellipsis: 0
    case .array(let array): array.dtype == .bool ? array.rank : 1
    }
  }

  fileprivate var isEllipsis: Bool {
    if case .ellipsis = self { return true }
    return false
  }

  /// An integer beside index arrays counts as one.
  fileprivate var isAdvanced: Bool {
    switch self {
    case .integer, .array: true
    case .slice, .newAxis, .ellipsis: false
    }
  }
}

extension NDArray {
  /// The positions, counted from the front, that an integer array names along an axis.
  func asPositions(extent: Int, _ axis: Int, _ operation: String = "index") -> NDArray? {
    guard !dtype.isFloatingPoint, dtype != .bool else {
      report(.dtype("\(operation): indices must be integers, not \(dtype). Convert them with astype(.int64)."))
      return nil
    }
    return pause(trainMode: isTraining) {
      let positions = astype(.int64)
      guard elementCount > 0 else { return positions }
      let all = positions.overAllExamples
      let (low, high) = (all.min().item(as: Int.self), all.max().item(as: Int.self))
      guard low >= -extent, high < extent else {
        report(
          .index("\(operation): \(low < -extent ? low : high) is out of range for axis \(axis) of extent \(extent)"))
        return nil
      }
      return low < 0 ? which(positions .< 0, positions + extent, positions) : positions
    }
  }

  /// For each axis the positions of the elements that are true.
  func positionsOfTrue() -> [NDArray] {
    let flags = scalars(as: Bool.self)
    let flat = flags.indices.filter { flags[$0] }
    return shape.contiguousStrides.enumerated().map { axis, stride in
      NDArray(flat.map { $0 / Swift.max(stride, 1) % Swift.max(shape[axis], 1) }, shape: [flat.count])
    }
  }
}
