import CKernels

extension LoopAxes {
  /// The axes that suit all arrays of a loop; those that suit none are copied.
  init(_ values: inout LoopValues) {
    // Rows of several axes are walked over as one.
    for l in values.loads.indices where values.rowRank > 1 && values.loads[l].level == .element {
      values.packIfNeeded(l)
    }
    self.init(
      space: values.space, rowRank: values.rowRank,
      operands: values.loads.filter { $0.level == .element }.map(\.strides),
      rowOperands: values.loads.filter { $0.level == .row }.map(\.strides),
      reduced: values.values.compactMap(\.reducedAxes))
  }
}

extension LoopBlocks {
  init(_ values: LoopValues, _ axes: LoopAxes, _ code: LoopCode, tile: Int) {
    let reduced = code.accumulations.map { values.values[$0].reducedAxes! }
    let keepColumns = zip(code.accumulations, reduced).map {
      values.level($0) == .element && axes.keepsColumns(reducing: $1)
    }
    let slots = reduced.map { axes.slots(reducing: $0) }
    let counts = zip(slots, keepColumns).map { $0.count * ($1 ? axes.columns : 1) }
    self.init(
      axes, tile: tile, weight: values.values.reduce(0) { $0 + $1.node.loopCost }, usesRows: values.rowRank > 0,
      keepColumns: keepColumns, keepFirstAxis: slots.allSatisfy { ($0.strides.first ?? 0) != 0 },
      slots: counts.max() ?? 0)
  }
}

extension ag_operand {
  /// An array as the kernel walks over it; it gets its memory when the loop runs.
  init(_ operand: LoopCode.Operand, _ values: LoopValues, _ axes: LoopAxes) {
    switch operand {
    case .load(let l):
      let load = values.loads[l]
      self.init(load.strides, load.node.dtype, axes, isElementLevel: load.level == .element)
    case .output(let v):
      let node = values.values[v].node
      let strides = node.shape.contiguousStrides
      var squeezed = InlineInts()
      for axis in 0..<node.shape.rank where node.shape[axis] != 1 { squeezed.append(strides[axis]) }
      self.init(squeezed, node.dtype, axes, isElementLevel: values.values[v].role.level == .element)
    }
  }

  private init(_ strides: InlineInts, _ dtype: DType, _ axes: LoopAxes, isElementLevel: Bool) {
    self.init()
    column_stride = Int64(axes.columnStride(strides))
    axes.outerStrides(strides).write(to: &row_strides)
    item_size = Int32(dtype.size)
    dense = isElementLevel && axes.isDense(strides)
  }
}

extension ag_accumulator {
  init(_ value: LoopValues.Value, _ level: Level, _ axes: LoopAxes) {
    guard case .reduce(let reduction, _) = value.node.operation.kernel else { preconditionFailure("not a reduction") }
    let reduced = value.reducedAxes!
    let keepsColumns = level == .element && axes.keepsColumns(reducing: reduced)
    let slots = axes.slots(reducing: reduced)
    self.init()
    self.reduction = reduction
    dtype = value.inputs[0].dtype.kernelType
    result_dtype = value.node.dtype.kernelType
    keeps_columns = keepsColumns
    slots.strides.write(to: &kept_strides)
    self.slots = Int64(slots.count * (keepsColumns ? axes.columns : 1))
  }
}

extension InlineInts {
  /// Writes the integers to a C array.
  func write<Tuple>(to tuple: inout Tuple) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
      for i in indices { bytes.storeBytes(of: Int64(self[i]), toByteOffset: 8 * i, as: Int64.self) }
    }
  }
}

extension LoopValues.Value {
  /// The reduced axes as axes of the space.
  fileprivate var reducedAxes: AxisSet? {
    guard case .accumulation = role else { return nil }
    return node.reducedOrdinals(inputs)
  }
}

extension LoopValues {
  /// Has an array copied whose row axes are not one axis in memory.
  fileprivate mutating func packIfNeeded(_ l: Int) {
    let strides = loads[l].strides
    let isOneAxis = (outerRank..<(space.count - 1)).allSatisfy { strides[$0] == strides[$0 + 1] * space[$0 + 1] }
    guard !isOneAxis else { return }
    loads[l].packedStrides = strides
    loads[l].strides = Shape(space).contiguousStrides
  }
}
