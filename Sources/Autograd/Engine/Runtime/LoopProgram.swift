import CKernels

/// A loop made ready for the kernel: code, arrays and their strides.
struct LoopProgram {
  private var operands: [ag_operand]
  private var accumulators: [ag_accumulator]
  private var loads: [LoopValues.Load]
  private let results: [Result]
  private let code: LoopCode
  private let axes: LoopAxes
  private let slots: SlotAllocation
  private let blocks: LoopBlocks
  private let scratchCount: Int
  private let tile: Int
  private let itemSize: Int

  /// A node that is given its value, and where the loop writes that.
  private struct Result {
    let node: Node
    let output: LoopCode.Operand
    let operands: [Int]
    let accumulator: Int?
  }

  /// Lowers a loop whose inputs from other steps are ready.
  init(_ loop: consuming Loop) {
    var values = LoopValues(loop)
    let types = values.values.map(\.node.dtype) + values.loads.map(\.node.dtype)
    itemSize = types.map(\.size).max() ?? 4
    tile = 4096 / itemSize
    axes = LoopAxes(&values)
    let holdsWholeRows = axes.columns <= tile
    let sweeps = LoopSweeps(values, holdsWholeRows: holdsWholeRows)
    code = LoopEmitter(values, sweeps, holdsWholeRows: holdsWholeRows).code
    slots = SlotAllocation(code.instructions, kinds: code.slotKinds, types: code.slotTypes)
    scratchCount = sweeps.spilled.count
    blocks = LoopBlocks(values, axes, code, tile: tile)
    operands = code.operands.map { [axes] in ag_operand($0, values, axes) }
    accumulators = code.accumulations.map { [axes] in ag_accumulator(values.values[$0], values.level($0), axes) }
    results = Self.results(values, code)
    loads = values.loads
    for value in values.values where !value.isStored { value.node.wasRecomputed = true }
  }

  private static func results(_ values: LoopValues, _ code: LoopCode) -> [Result] {
    values.values.indices.filter { values.values[$0].isStored }.map { v in
      Result(
        node: values.values[v].node, output: .output(v),
        operands: code.operands.indices.filter { code.operands[$0] == .output(v) },
        accumulator: code.accumulations.firstIndex(of: v))
    }
  }

  /// Runs the loop and gives the stored nodes their values.
  mutating func run() {
    for result in results where !result.node.hasHistory { result.node.dropInputs() }
    guard let buffers = buffers() else {
      for result in results { result.node.fulfilWithZeros() }
      return
    }
    for (result, buffer) in zip(results, buffers) {
      for o in result.operands { operands[o].base = buffer.address.assumingMemoryBound(to: CChar.self) }
      if let accumulator = result.accumulator { accumulators[accumulator].result = buffer.address }
    }
    withExtendedLifetime((loads, buffers)) { runKernel() }
    for (result, buffer) in zip(results, buffers) { result.node.fulfil(buffer) }
  }

  // MARK: Memory

  /// Where the results go; `nil`, and an error, where that exceeds the limit of memory.
  private mutating func buffers() -> [Buffer]? {
    var buffers: [Buffer] = []
    for result in results {
      guard let buffer = donated(to: result).map(Buffer.init) ?? result.node.allocate() else { return nil }
      buffers.append(buffer)
    }
    return buffers
  }

  /// The memory of an array that nobody needs after this loop, where the result can be written over it.
  private mutating func donated(to result: Result) -> Storage? {
    guard result.operands.count == 1, operands[result.operands[0]].dense, case .output(let v) = result.output else {
      return nil
    }
    let item = operands[result.operands[0]].item_size
    for o in operands.indices {
      guard case .load(let l) = code.operands[o], operands[o].dense, operands[o].item_size == item,
        loads[l].packed == nil, code.mayReplace(load: l, by: v), let storage = takeStorage(l, result.node.byteCount)
      else { continue }
      return storage
    }
    return nil
  }

  /// The storage of a load that nothing else holds. Given away, it is held twice, and is not given again.
  private mutating func takeStorage(_ l: Int, _ byteCount: Int) -> Storage? {
    guard loads.filter({ $0.node === loads[l].node }).count == 1 else { return nil }
    let isSoleOwned = isKnownUniquelyReferenced(&loads[l].node)
    return loads[l].node.unsharedStorage(isSoleOwned) { $0.isReusable && $0.byteCount == byteCount }
  }

  // MARK: Translation

  private mutating func runKernel() {
    let (instructions, sweeps) = instructions()
    var program = program()
    operands.withUnsafeBufferPointer { operands in
      accumulators.withUnsafeMutableBufferPointer { accumulators in
        instructions.withUnsafeBufferPointer { instructions in
          sweeps.withUnsafeBufferPointer { sweeps in
            program.operands = operands.baseAddress
            program.accumulators = accumulators.baseAddress
            program.instructions = instructions.baseAddress
            program.sweeps = sweeps.baseAddress
            program.sweep_count = Int32(sweeps.count)
            program.accumulator_count = Int32(accumulators.count)
            ag_program_run(&program)
          }
        }
      }
    }
  }

  private func program() -> ag_program {
    var program = ag_program()
    program.rows = Int64(axes.rows)
    program.columns = Int64(axes.columns)
    axes.outer.write(to: &program.outer)
    program.outer_rank = Int32(axes.outer.count)
    program.tile = Int32(tile)
    program.slot_item_size = Int32(itemSize)
    program.slots = Int32(slots.count)
    program.row_accumulators = Int32(code.rowReductions.count)
    program.scratch_buffers = Int32(scratchCount)
    program.rows_per_block = Int64(blocks.rows)
    program.columns_per_block = Int64(blocks.columns)
    program.disjoint = blocks.isDisjoint
    program.uniforms = Int32(code.uniforms.count)
    return program
  }

  private func instructions() -> ([ag_instruction], [ag_sweep]) {
    var instructions = code.uniforms.map(translated)
    var sweeps: [ag_sweep] = []
    for sweep in code.sweeps {
      sweeps.append(
        ag_sweep(
          first: Int32(instructions.count), elements: Int32(sweep.elements.count), rows: Int32(sweep.rows.count)))
      instructions += sweep.elements.map(translated)
      instructions += sweep.rows.map(translated)
    }
    return (instructions, sweeps)
  }

  private func translated(_ draft: LoopCode.Instruction) -> ag_instruction {
    func number(_ slot: Int) -> Int16 { slot >= 0 ? Int16(slots.numbers[slot]) : -1 }
    let sources = draft.sources
    return ag_instruction(
      kind: draft.kind, reduction: draft.reduction, dtype: draft.dtype.kernelType,
      result_dtype: draft.result.kernelType, dst: number(draft.dst), a: number(sources.first ?? -1),
      b: number(sources.count > 1 ? sources[1] : -1), c: number(sources.count > 2 ? sources[2] : -1),
      index: Int32(draft.index), map: draft.map)
  }
}
