import CKernels

/// A loop made ready for the kernel: instructions, arrays and their strides.
struct LoopProgram {
  private var values: LoopValues
  private let axes: LoopAxes
  private let emitter: LoopEmitter
  private let slots: SlotAllocation
  private let blocks: LoopBlocks
  private let scratchCount: Int
  private let tile: Int
  private let itemSize: Int

  /// Lowers a loop whose inputs from other steps are ready.
  init(_ loop: Loop) {
    var values = LoopValues(loop)
    let types = values.values.map(\.node.dtype) + values.loads.map(\.node.dtype)
    itemSize = types.map(\.size).max() ?? 4
    tile = 4096 / itemSize
    axes = Self.axes(&values)
    let holdsWholeRows = axes.columns <= tile
    let sweeps = LoopSweeps(values, holdsWholeRows: holdsWholeRows)
    emitter = LoopEmitter(values, sweeps, holdsWholeRows: holdsWholeRows)
    let all = emitter.uniforms + emitter.sweeps.flatMap { $0.elements + $0.rows }
    slots = SlotAllocation(all, kinds: emitter.slotKinds, types: emitter.slotTypes)
    scratchCount = sweeps.spilled.count
    blocks = Self.blocks(values, axes, emitter, tile: tile)
    self.values = values
  }

  private static func axes(_ values: inout LoopValues) -> LoopAxes {
    let reduced = values.values.compactMap { $0.reducedAxes }
    func axes() -> LoopAxes {
      LoopAxes(
        space: values.space, rowRank: values.rowRank,
        operands: values.loads.filter { $0.level == .element }.map(\.strides),
        rowOperands: values.loads.filter { $0.level == .row }.map(\.strides), reduced: reduced)
    }
    // Rows of several axes are walked over as one.
    for l in values.loads.indices where values.rowRank > 1 && values.loads[l].level == .element {
      values.packIfNeeded(l)
    }
    return axes()
  }

  private static func blocks(
    _ values: LoopValues, _ axes: LoopAxes, _ emitter: LoopEmitter, tile: Int
  ) -> LoopBlocks {
    let reduced = emitter.accumulations.map { values.values[$0].reducedAxes! }
    let keepColumns = zip(emitter.accumulations, reduced).map {
      values.level($0) == .element && axes.keepsColumns(reducing: $1)
    }
    let slots = reduced.map { axes.slots(reducing: $0) }
    let counts = zip(slots, keepColumns).map { $0.count * ($1 ? axes.columns : 1) }
    return LoopBlocks(
      axes, tile: tile, weight: values.values.reduce(0) { $0 + $1.node.loopCost }, usesRows: values.rowRank > 0,
      keepColumns: keepColumns, keepFirstAxis: slots.allSatisfy { ($0.strides.first ?? 0) != 0 },
      slots: counts.max() ?? 0)
  }

  /// Runs the loop and gives the stored nodes their values.
  func run() {
    let outputs = values.values.map { value in
      value.isStored ? Storage.allocate(byteCount: value.node.shape.elementCount * value.node.dtype.size) : nil
    }
    let operands = emitter.operands.map { operand($0, outputs) }
    var accumulators = emitter.accumulations.map { accumulator($0, outputs[$0]!) }
    let (instructions, sweeps) = instructions()
    operands.withUnsafeBufferPointer { operands in
      accumulators.withUnsafeMutableBufferPointer { accumulators in
        instructions.withUnsafeBufferPointer { instructions in
          sweeps.withUnsafeBufferPointer { sweeps in
            var program = program()
            program.operands = operands.baseAddress
            program.accumulators = accumulators.baseAddress
            program.instructions = instructions.baseAddress
            program.sweeps = sweeps.baseAddress
            program.sweep_count = Int32(sweeps.count)
            program.accumulator_count = Int32(accumulators.count)
            withExtendedLifetime(values) { ag_program_run(&program) }
          }
        }
      }
    }
    for (value, output) in zip(values.values, outputs) {
      if let output {
        value.node.fulfil(output, Layout(contiguous: value.node.shape))
      } else {
        value.node.wasRecomputed = true
      }
    }
  }

  // MARK: Translation

  private func program() -> ag_program {
    var program = ag_program()
    program.rows = Int64(axes.rows)
    program.columns = Int64(axes.columns)
    write(axes.outer, to: &program.outer)
    program.outer_rank = Int32(axes.outer.count)
    program.tile = Int32(tile)
    program.slot_item_size = Int32(itemSize)
    program.slots = Int32(slots.count)
    program.row_accumulators = Int32(emitter.rowReductions.count)
    program.scratch_buffers = Int32(scratchCount)
    program.rows_per_block = Int64(blocks.rows)
    program.columns_per_block = Int64(blocks.columns)
    program.disjoint = blocks.isDisjoint
    program.uniforms = Int32(emitter.uniforms.count)
    return program
  }

  private func instructions() -> ([ag_instruction], [ag_sweep]) {
    var instructions = emitter.uniforms.map(translated)
    var sweeps: [ag_sweep] = []
    for sweep in emitter.sweeps {
      sweeps.append(
        ag_sweep(
          first: Int32(instructions.count), elements: Int32(sweep.elements.count), rows: Int32(sweep.rows.count)))
      instructions += sweep.elements.map(translated)
      instructions += sweep.rows.map(translated)
    }
    return (instructions, sweeps)
  }

  private func translated(_ draft: LoopEmitter.Instruction) -> ag_instruction {
    func number(_ slot: Int) -> Int16 { slot >= 0 ? Int16(slots.numbers[slot]) : -1 }
    let sources = draft.sources
    return ag_instruction(
      kind: draft.kind, reduction: draft.reduction, dtype: draft.dtype.kernelType,
      result_dtype: draft.result.kernelType, dst: number(draft.dst), a: number(sources.first ?? -1),
      b: number(sources.count > 1 ? sources[1] : -1), c: number(sources.count > 2 ? sources[2] : -1),
      index: Int32(draft.index), map: draft.map)
  }

  private func operand(_ operand: LoopEmitter.Operand, _ outputs: [Storage?]) -> ag_operand {
    switch operand {
    case .load(let l):
      let load = values.loads[l]
      let base = load.packed?.address ?? load.node.base
      return self.operand(base, load.strides, load.node.dtype, isDense: load.level == .element)
    case .output(let v):
      let node = values.values[v].node
      let strides = node.shape.contiguousStrides
      var squeezed = InlineInts()
      for axis in 0..<node.shape.rank where node.shape[axis] != 1 { squeezed.append(strides[axis]) }
      return self.operand(outputs[v]!.address, squeezed, node.dtype, isDense: values.isElementLevel(v))
    }
  }

  private func operand(
    _ base: UnsafeMutableRawPointer, _ strides: InlineInts, _ dtype: DType, isDense: Bool
  ) -> ag_operand {
    var operand = ag_operand()
    operand.base = base.assumingMemoryBound(to: CChar.self)
    operand.column_stride = Int64(axes.columnStride(strides))
    write(axes.outerStrides(strides), to: &operand.row_strides)
    operand.item_size = Int32(dtype.size)
    operand.dense = isDense && axes.isDense(strides)
    return operand
  }

  private func accumulator(_ v: Int, _ output: Storage) -> ag_accumulator {
    let value = values.values[v]
    guard case .reduce(let reduction, _) = value.node.operation.kernel else { preconditionFailure("not a reduction") }
    let reduced = value.reducedAxes!
    let keepsColumns = values.level(v) == .element && axes.keepsColumns(reducing: reduced)
    let slots = axes.slots(reducing: reduced)
    var accumulator = ag_accumulator()
    accumulator.reduction = reduction
    accumulator.dtype = value.inputs[0].dtype.kernelType
    accumulator.result_dtype = value.node.dtype.kernelType
    accumulator.keeps_columns = keepsColumns
    write(slots.strides, to: &accumulator.kept_strides)
    accumulator.slots = Int64(slots.count * (keepsColumns ? axes.columns : 1))
    accumulator.result = output.address
    return accumulator
  }

  private func write<Tuple>(_ ints: InlineInts, to tuple: inout Tuple) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
      for i in ints.indices { bytes.storeBytes(of: Int64(ints[i]), toByteOffset: 8 * i, as: Int64.self) }
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
  fileprivate func isElementLevel(_ v: Int) -> Bool { values[v].role.level == .element }

  /// Copies an array whose row axes are not one axis in memory.
  fileprivate mutating func packIfNeeded(_ l: Int) {
    let strides = loads[l].strides
    let isOneAxis = (outerRank..<(space.count - 1)).allSatisfy { strides[$0] == strides[$0 + 1] * space[$0 + 1] }
    guard !isOneAxis else { return }
    let shape = Shape(space)
    let view = ArrayView(base: loads[l].node.base, shape: shape, strides: strides, dtype: loads[l].node.dtype)
    loads[l].packed = Immediate.packed(view)
    loads[l].strides = shape.contiguousStrides
  }
}
