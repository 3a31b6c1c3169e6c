import CKernels

/// A loop made ready for the kernel, for any arrays of the same structure: code, strides, and where the arrays are
/// among the nodes of an evaluation. A class, as a struct of eight arrays would be copied for each run.
final class LoopProgram {
  private let operands: [ag_operand]
  private let accumulators: [ag_accumulator]
  private let instructions: [ag_instruction]
  private let sweeps: [ag_sweep]
  /// Without addresses.
  private let program: ag_program
  private let space: Shape
  private let loads: [Load]
  private let results: [Result]
  /// The places of nodes that are computed and not stored.
  private let passing: [Int]

  /// An array that is read.
  private struct Load {
    let place: Int
    let operands: [Int]
    /// Of the array that a contiguous copy is made of first.
    let packedStrides: InlineInts?
  }

  /// A node that is given its value, and where the loop writes that.
  private struct Result {
    let place: Int
    let operands: [Int]
    let accumulator: Int?
    /// The loads that it may be written over.
    let donors: [Int]
  }

  /// Lowers a loop whose inputs from other steps are ready.
  init(_ loop: consuming Loop) {
    var values = LoopValues(loop)
    let types = values.values.map(\.node.dtype) + values.loads.map(\.node.dtype)
    let itemSize = types.map(\.size).max() ?? 4
    let tile = 4096 / itemSize
    let axes = LoopAxes(&values)
    let sweeps = LoopSweeps(values, holdsWholeRows: axes.areRowsWhole(inTileOf: tile))
    let code = LoopEmitter(values, sweeps, axes, tile: tile).code
    let slots = SlotAllocation(code.instructions, kinds: code.slotKinds, types: code.slotTypes)
    let operands = code.operands.map { ag_operand($0, values, axes) }
    (instructions, self.sweeps) = code.translated(slots)
    program = ag_program(
      axes, LoopBlocks(values, axes, code, tile: tile), code, slots: slots.count, scratch: sweeps.spilled.count,
      tile: tile, itemSize: itemSize)
    accumulators = code.accumulations.map { ag_accumulator(values.values[$0], values.level($0), axes) }
    space = Shape(values.space)
    loads = values.loads.enumerated().map { l, load in
      Load(place: load.place, operands: code.indices(of: .load(l)), packedStrides: load.packedStrides)
    }
    results = values.values.indices.filter { values.values[$0].isStored }.map { v in
      Result(
        place: values.values[v].place, operands: code.indices(of: .output(v)),
        accumulator: code.accumulations.firstIndex(of: v), donors: code.donors(of: v, operands, values))
    }
    self.operands = operands
    passing = values.values.filter { !$0.isStored }.map(\.place)
  }

  /// The places of the nodes that are stored.
  var resultPlaces: [Int] { results.map(\.place) }

  /// Runs the loop on the nodes at its places, and gives those that are stored their values. The evaluation lets go of
  /// what no later step needs: its memory may serve for the results.
  func run(_ nodes: inout EvaluatedNodes) {
    for place in passing { nodes[place].wasRecomputed = true }
    var inputs = loads.map { nodes[$0.place] }
    let outputs = results.map { nodes[$0.place] }
    nodes.releaseUnneeded()
    graphLock.withLock { for node in outputs where !node.keepsInputs { node.dropInputs() } }
    let copies = zip(loads, inputs).map { packed($0, $1) }
    var operands = operands
    for (load, (copy, node)) in zip(loads, zip(copies, inputs)) {
      let base = (copy?.address ?? node.base).assumingMemoryBound(to: CChar.self)
      for o in load.operands { operands[o].base = base }
    }
    var accumulators = accumulators
    guard let buffers = buffers(for: outputs, from: &inputs) else { return nodes.fail(outputs) }
    for (result, buffer) in zip(results, buffers) {
      for o in result.operands { operands[o].base = buffer.address.assumingMemoryBound(to: CChar.self) }
      if let accumulator = result.accumulator { accumulators[accumulator].result = buffer.address }
    }
    withExtendedLifetime((inputs, copies, buffers)) { runKernel(operands, &accumulators) }
    for (node, buffer) in zip(outputs, buffers) { node.fulfil(buffer) }
  }

  private func packed(_ load: Load, _ node: Node) -> Storage? {
    load.packedStrides.map {
      Immediate.packed(ArrayView(base: node.base, shape: space, strides: $0, dtype: node.dtype))
    }
  }

  /// Where the results go; `nil`, and an error, where that exceeds the limit of memory.
  private func buffers(for outputs: [Node], from inputs: inout [Node]) -> [Buffer]? {
    var buffers: [Buffer] = []
    for (result, node) in zip(results, outputs) {
      guard let buffer = donated(to: result, node, from: &inputs).map(Buffer.init) ?? node.allocate() else {
        return nil
      }
      buffers.append(buffer)
    }
    return buffers
  }

  /// The memory of an array that nobody needs after this loop. Given away, it is held twice, and is not given again.
  private func donated(to result: Result, _ node: Node, from inputs: inout [Node]) -> Storage? {
    for l in result.donors {
      let isSoleOwned = isKnownUniquelyReferenced(&inputs[l])
      let storage = inputs[l].unsharedStorage(isSoleOwned) { $0.isReusable && $0.byteCount == node.byteCount }
      if let storage { return storage }
    }
    return nil
  }

  private func runKernel(_ operands: [ag_operand], _ accumulators: inout [ag_accumulator]) {
    var program = program
    operands.withUnsafeBufferPointer { operands in
      accumulators.withUnsafeMutableBufferPointer { accumulators in
        instructions.withUnsafeBufferPointer { instructions in
          sweeps.withUnsafeBufferPointer { sweeps in
            program.operands = operands.baseAddress
            program.accumulators = accumulators.baseAddress
            program.instructions = instructions.baseAddress
            program.sweeps = sweeps.baseAddress
            ag_program_run(&program)
          }
        }
      }
    }
  }
}

extension LoopCode {
  fileprivate func indices(of operand: Operand) -> [Int] { operands.indices.filter { operands[$0] == operand } }

  /// The loads whose memory a value may be written over, if nobody else needs it.
  fileprivate func donors(of v: Int, _ arrays: [ag_operand], _ values: LoopValues) -> [Int] {
    let outputs = indices(of: .output(v))
    guard outputs.count == 1, arrays[outputs[0]].dense else { return [] }
    let instructions = instructions
    return operands.indices.compactMap { o in
      guard case .load(let l) = operands[o], arrays[o].dense, arrays[o].item_size == arrays[outputs[0]].item_size,
        values.loads[l].packedStrides == nil, values.loads.filter({ $0.place == values.loads[l].place }).count == 1,
        mayReplace(load: l, by: v, in: instructions)
      else { return nil }
      return l
    }
  }

  /// The instructions and sweeps as the kernel takes them.
  fileprivate func translated(_ slots: SlotAllocation) -> ([ag_instruction], [ag_sweep]) {
    var instructions = uniforms.map { ag_instruction($0, slots) }
    var translated: [ag_sweep] = []
    for sweep in sweeps {
      translated.append(
        ag_sweep(
          first: Int32(instructions.count), elements: Int32(sweep.elements.count), rows: Int32(sweep.rows.count)))
      instructions += sweep.elements.map { ag_instruction($0, slots) }
      instructions += sweep.rows.map { ag_instruction($0, slots) }
    }
    return (instructions, translated)
  }
}

extension ag_instruction {
  fileprivate init(_ draft: LoopCode.Instruction, _ slots: SlotAllocation) {
    func number(_ slot: Int) -> Int16 { slot >= 0 ? Int16(slots.numbers[slot]) : -1 }
    let sources = draft.sources
    self.init(
      kind: draft.kind, reduction: draft.reduction, dtype: draft.dtype.kernelType,
      result_dtype: draft.result.kernelType, dst: number(draft.dst), a: number(sources.first ?? -1),
      b: number(sources.count > 1 ? sources[1] : -1), c: number(sources.count > 2 ? sources[2] : -1),
      index: Int32(draft.index), map: draft.map)
  }
}

extension ag_program {
  fileprivate init(
    _ axes: LoopAxes, _ blocks: LoopBlocks, _ code: LoopCode, slots: Int, scratch: Int, tile: Int, itemSize: Int
  ) {
    self.init()
    rows = Int64(axes.rows)
    columns = Int64(axes.columns)
    axes.outer.write(to: &outer)
    outer_rank = Int32(axes.outer.count)
    self.tile = Int32(tile)
    slot_item_size = Int32(itemSize)
    self.slots = Int32(slots)
    row_accumulators = Int32(code.rowReductions.count)
    scratch_buffers = Int32(scratch)
    rows_per_block = Int64(blocks.rows)
    columns_per_block = Int64(blocks.columns)
    disjoint = blocks.isDisjoint
    uniforms = Int32(code.uniforms.count)
    sweep_count = Int32(code.sweeps.count)
    accumulator_count = Int32(code.accumulations.count)
  }
}
