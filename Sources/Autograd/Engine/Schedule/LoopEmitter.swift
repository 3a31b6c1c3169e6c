import CKernels

/// Writes the code of a loop.
struct LoopEmitter {
  private(set) var code = LoopCode()

  private let values: LoopValues
  private let plan: LoopSweeps
  private let axes: LoopAxes
  private let holdsWholeRows: Bool
  /// Whether a tile is of one row: a row-level value is then one element.
  private let holdsOneRow: Bool
  private var uniformSlots: [Int: Int] = [:]
  private var rowSlots: [LoopValues.Source: Int] = [:]
  /// Slots that point to an array's one element for the row.
  private var pointSlots: [LoopValues.Source: Int] = [:]
  /// Slots of element-level sources, and of row-level ones spread over the row.
  private var elementSlots: [LoopValues.Source: Int] = [:]
  private var elements: [LoopCode.Instruction] = []
  private var rows: [LoopCode.Instruction] = []
  private var rowLoads: [LoopCode.Instruction] = []

  init(_ values: LoopValues, _ plan: LoopSweeps, _ axes: LoopAxes, tile: Int) {
    self.values = values
    self.plan = plan
    self.axes = axes
    holdsWholeRows = axes.areRowsWhole(inTileOf: tile)
    holdsOneRow = axes.areRowsAlone(inTileOf: tile)
    emitRows(of: -1)
    let early = rows
    rows = []
    for s in plan.computed.indices {
      for v in plan.computed[s] { emitElement(v, s) }
      emitRows(of: s)
      endSweep()
    }
    // Row-level arrays are read before the first sweep, wherever they are used.
    if !(rowLoads + early).isEmpty { code.sweeps.insert(([], rowLoads + early), at: 0) }
  }

  private mutating func endSweep() {
    if !elements.isEmpty || !rows.isEmpty { code.sweeps.append((elements, rows)) }
    elements = []
    rows = []
    guard !holdsWholeRows else { return }
    elementSlots = [:]
    pointSlots = [:]
  }

  private mutating func slot(_ kind: LoopCode.SlotKind, _ dtype: DType) -> Int {
    code.slotKinds.append(kind)
    code.slotTypes.append(dtype)
    return code.slotKinds.count - 1
  }

  private mutating func operand(_ operand: LoopCode.Operand) -> Int {
    code.operands.append(operand)
    return code.operands.count - 1
  }

  // MARK: Sources

  private mutating func uniform(_ load: Int) -> Int {
    if let known = uniformSlots[load] { return known }
    let dtype = values.loads[load].node.dtype
    let dst = slot(.uniform, dtype)
    code.uniforms.append(LoopCode.Instruction(kind: .uniform, dst: dst, index: operand(.load(load)), dtype: dtype))
    uniformSlots[load] = dst
    return dst
  }

  private func dtype(_ source: LoopValues.Source) -> DType {
    switch source {
    case .value(let v): values.values[v].node.dtype
    case .load(let l): values.loads[l].node.dtype
    }
  }

  private mutating func rowSlot(_ source: LoopValues.Source) -> Int {
    if case .load(let l) = source, values.loads[l].level == .uniform { return uniform(l) }
    if let known = rowSlots[source] { return known }
    let dst = slot(.row, dtype(source))
    rowSlots[source] = dst
    if case .load(let l) = source {
      rowLoads.append(LoopCode.Instruction(kind: .rowLoad, dst: dst, index: operand(.load(l)), dtype: dtype(source)))
    }
    return dst
  }

  private mutating func elementSlot(_ source: LoopValues.Source) -> Int {
    if case .load(let l) = source, values.loads[l].level == .uniform { return uniform(l) }
    if let known = elementSlots[source] { return known }
    let dtype = dtype(source)
    let dst: Int
    if values.isRowLevel(source) {
      let row = rowSlot(source)
      dst = slot(.plain, dtype)
      elements.append(LoopCode.Instruction(kind: .expand, dst: dst, sources: [row], dtype: dtype))
    } else if case .load(let l) = source {
      dst = slot(.bound, dtype)
      elements.append(LoopCode.Instruction(kind: .load, dst: dst, index: operand(.load(l)), dtype: dtype))
    } else if case .value(let v) = source, let scratch = plan.spilled.firstIndex(of: v) {
      dst = slot(.bound, dtype)
      elements.append(LoopCode.Instruction(kind: .bindScratch, dst: dst, index: scratch, dtype: dtype))
    } else {
      preconditionFailure("a value of the loop is used before it is computed")
    }
    elementSlots[source] = dst
    return dst
  }

  /// The slot of a value that is the same for all elements of a tile; `nil` if it is not.
  private mutating func slotOfOne(_ source: LoopValues.Source) -> Int? {
    if case .load(let l) = source {
      let load = values.loads[l]
      if load.level == .uniform { return uniform(l) }
      if load.level == .element { return holdsOneRow && axes.columnStride(load.strides) == 0 ? point(source, l) : nil }
    }
    return holdsOneRow && values.isRowLevel(source) ? rowSlot(source) : nil
  }

  private mutating func point(_ source: LoopValues.Source, _ l: Int) -> Int {
    if let known = pointSlots[source] { return known }
    let dst = slot(.bound, dtype(source))
    elements.append(LoopCode.Instruction(kind: .point, dst: dst, index: operand(.load(l)), dtype: dtype(source)))
    pointSlots[source] = dst
    return dst
  }

  // MARK: Element instructions

  private mutating func emitElement(_ v: Int, _ s: Int) {
    let value = values.values[v]
    switch value.role {
    case .value: emitMap(v, s)
    case .alias: emitStore(v, from: elementSlot(value.sources[0]), operand(.output(v)))
    case .rowReduction:
      let a = elementSlot(value.sources[0])
      elements.append(reduction(.reduceRow, v, a, code.rowReductions.count))
      code.rowReductions.append(v)
    case .accumulation:
      let a = elementSlot(value.sources[0])
      elements.append(reduction(.accumulate, v, a, code.accumulations.count))
      code.accumulations.append(v)
    }
  }

  private mutating func emitMap(_ v: Int, _ s: Int) {
    let value = values.values[v]
    let (sources, map) = operands(of: value)
    let isStored = value.isStored && plan.stage[v] == s
    let scratch = plan.stage[v] == s ? plan.spilled.firstIndex(of: v) : nil
    let dst = slot(scratch != nil || isStored ? .bound : .plain, value.node.dtype)
    let output = isStored ? operand(.output(v)) : -1
    if let scratch {
      elements.append(LoopCode.Instruction(kind: .bindScratch, dst: dst, index: scratch, dtype: value.node.dtype))
    } else if isStored {
      elements.append(LoopCode.Instruction(kind: .bindStore, dst: dst, index: output, dtype: value.node.dtype))
    }
    elements.append(
      LoopCode.Instruction(kind: .map, dst: dst, sources: sources, dtype: value.node.dtype, map: map))
    elementSlots[.value(v)] = dst
    if isStored { emitStore(v, from: dst, output) }
  }

  /// The slots that a scalar function reads, and its loop. One element is read as one, if there is a loop for that:
  /// written out for each tile it took a tenth of a normalisation's time.
  private mutating func operands(of value: LoopValues.Value) -> ([Int], ag_map_fn?) {
    for i in 0..<(value.sources.count == 2 ? 2 : 0) {
      guard let map = value.mapFunction(ofOne: Int32(i)), let one = slotOfOne(value.sources[i]) else { continue }
      let other = elementSlot(value.sources[1 - i])
      return (i == 0 ? [one, other] : [other, one], map)
    }
    return (value.sources.map { elementSlot($0) }, value.mapFunction)
  }

  private mutating func emitStore(_ v: Int, from a: Int, _ output: Int) {
    elements.append(LoopCode.Instruction(kind: .store, sources: [a], index: output, dtype: values.values[v].node.dtype))
  }

  private func reduction(_ kind: AgInstruction, _ v: Int, _ a: Int, _ index: Int) -> LoopCode.Instruction {
    let node = values.values[v].node
    guard case .reduce(let reduction, _) = node.operation.kernel else { preconditionFailure("not a reduction") }
    return LoopCode.Instruction(
      kind: kind, sources: [a], index: index, dtype: dtype(values.values[v].sources[0]), result: node.dtype,
      reduction: reduction)
  }

  // MARK: Row instructions

  private mutating func emitRows(of s: Int) {
    for v in values.values.indices where plan.stage[v] == s { emitRow(v) }
  }

  private mutating func emitRow(_ v: Int) {
    let value = values.values[v]
    switch value.role {
    case .rowReduction:
      let dst = rowSlot(.value(v))
      var finish = reduction(.rowFinish, v, -1, code.rowReductions.firstIndex(of: v)!)
      finish.dst = dst
      finish.sources = []
      rows.append(finish)
      if value.isStored { emitRowStore(v, from: dst) }
    case .value(.row):
      let sources = value.sources.map { rowSlot($0) }
      let dst = rowSlot(.value(v))
      rows.append(
        LoopCode.Instruction(kind: .rowMap, dst: dst, sources: sources, dtype: value.node.dtype, map: value.mapFunction)
      )
      if value.isStored { emitRowStore(v, from: dst) }
    case .alias(.row): if value.isStored { emitRowStore(v, from: rowSlot(value.sources[0])) }
    case .accumulation(.row):
      rows.append(reduction(.rowAccumulate, v, rowSlot(value.sources[0]), code.accumulations.count))
      code.accumulations.append(v)
    case .value(.element), .alias(.element), .accumulation(.element): break
    }
  }

  private mutating func emitRowStore(_ v: Int, from a: Int) {
    rows.append(
      LoopCode.Instruction(
        kind: .rowStore, sources: [a], index: operand(.output(v)), dtype: values.values[v].node.dtype))
  }
}

extension LoopValues.Value {
  /// The scalar function where one operand is one element.
  fileprivate func mapFunction(ofOne operand: Int32) -> ag_map_fn? {
    guard case .map(let body) = node.operation.kernel else { return nil }
    return ag_map_one(body, inputs.operandType.kernelType, operand)
  }

  /// The scalar function of an elementwise node.
  fileprivate var mapFunction: ag_map_fn? {
    switch node.operation.kernel {
    case .map(let body): ag_map(body, inputs.operandType.kernelType)
    case .cast: ag_cast(inputs[0].dtype.kernelType, node.dtype.kernelType)
    default: nil
    }
  }
}
