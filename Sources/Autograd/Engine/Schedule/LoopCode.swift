import CKernels

/// The instructions of a loop, on slots without bound; `SlotAllocation` makes them few.
struct LoopCode {
  struct Instruction {
    var kind: AgInstruction
    var dst = -1
    var sources: [Int] = []
    var index = 0
    var dtype = DType.float32
    var result = DType.float32
    var reduction = Reduction.sum
    var map: ag_map_fn?
  }

  /// What a slot is for: which may share one is a matter of `SlotAllocation`.
  enum SlotKind {
    case uniform, row, plain, bound
  }

  /// An array that the loop reads, or one that it writes.
  enum Operand: Equatable {
    case load(Int)
    case output(Int)
  }

  var uniforms: [Instruction] = []
  var sweeps: [(elements: [Instruction], rows: [Instruction])] = []
  var slotKinds: [SlotKind] = []
  var slotTypes: [DType] = []
  var operands: [Operand] = []
  /// The values that leave the loop as reductions.
  var accumulations: [Int] = []
  var rowReductions: [Int] = []

  var instructions: [Instruction] { uniforms + sweeps.flatMap { $0.elements + $0.rows } }

  /// Whether an output may be written over an array, element by element, in the same tile: the array is read once, and
  /// not after the output's value is computed. `instructions` are all of them.
  func mayReplace(load: Int, by output: Int, in instructions: [Instruction]) -> Bool {
    for (elements, _) in sweeps {
      guard let bind = elements.firstIndex(where: { $0.kind == .bindStore && operands[$0.index] == .output(output) })
      else { continue }
      let reads = instructions.filter { $0.kind == .load && operands[$0.index] == .load(load) }
      guard reads.count == 1 else { return false }
      let uses = instructions.filter { $0.sources.contains(reads[0].dst) }.count
      let early = elements[...(bind + 1)].filter { $0.sources.contains(reads[0].dst) }.count
      return uses == early  // the instruction after the binding computes the value
    }
    return false
  }
}
