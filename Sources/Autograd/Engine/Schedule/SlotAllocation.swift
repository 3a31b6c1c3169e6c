import CKernels

/// Gives the slots of a loop program numbers, so that few are needed: the fewer, the more of them stay in the
/// first-level cache.
struct SlotAllocation {
  private(set) var numbers: [Int]
  private(set) var count = 0
  private var free: [LoopCode.SlotKind: [Int]] = [:]

  /// Slots of whole rows, and values that hold throughout, keep their numbers; the others are free after their last
  /// use.
  init(_ instructions: [LoopCode.Instruction], kinds: [LoopCode.SlotKind], types: [DType]) {
    numbers = Array(repeating: -1, count: kinds.count)
    var lastUse = Array(repeating: -1, count: kinds.count)
    for (i, instruction) in instructions.enumerated() {
      for slot in instruction.sources where slot >= 0 { lastUse[slot] = i }
      if instruction.dst >= 0 { lastUse[instruction.dst] = max(lastUse[instruction.dst], i) }
    }
    for (i, instruction) in instructions.enumerated() {
      let dst = instruction.dst
      let dying = Set(instruction.sources.filter { $0 >= 0 && lastUse[$0] == i && $0 != dst })
      // A result may take the place of an operand of the same width.
      let inPlace = dst < 0 ? dying : dying.filter { types[$0].size == types[dst].size }
      for slot in inPlace { release(slot, kinds[slot]) }
      if dst >= 0, numbers[dst] < 0 { numbers[dst] = take(kinds[dst]) }
      for slot in dying.subtracting(inPlace) { release(slot, kinds[slot]) }
      if dst >= 0, lastUse[dst] == i { release(dst, kinds[dst]) }
    }
  }

  private mutating func take(_ kind: LoopCode.SlotKind) -> Int {
    if let number = free[kind]?.popLast() { return number }
    count += 1
    return count - 1
  }

  private mutating func release(_ slot: Int, _ kind: LoopCode.SlotKind) {
    guard kind == .plain || kind == .bound else { return }
    free[kind, default: []].append(numbers[slot])
  }
}
