import CKernels

/// Which values are computed in which sweep over a row.
///
/// Sweep `s` may use what sweep `s - 1` reduced. A value needed in a later sweep than its own is computed again if that
/// is cheap, else kept in a scratch row; where a tile holds whole rows it simply stays in its slot.
struct LoopSweeps {
  /// The sweep of each value; -1 for row values that are made from arrays alone.
  private(set) var stage: [Int] = []
  /// Element-level values to compute, by sweep, each after its sources.
  private(set) var computed: [[Int]] = []
  /// Values kept in a scratch row.
  private(set) var spilled: [Int] = []

  /// Up to this cost a value is computed again; an exponential costs more.
  private static let cheapest = 4

  init(_ values: LoopValues, holdsWholeRows: Bool) {
    for v in values.values.indices { stage.append(Self.stage(of: v, values, stage)) }
    let count = max(1, (stage.max() ?? 0) + 1)
    var roots = Array(repeating: [Int](), count: count)
    for v in values.values.indices where values.level(v) == .element && Self.isRoot(values.values[v]) {
      roots[stage[v]].append(v)
    }
    let cost = Self.costs(values)
    computed = Array(repeating: [], count: count)
    var kept = Set<Int>()
    for s in (0..<count).reversed() {
      var work = roots[s]
      var here = Set<Int>()
      while let v = work.popLast() {
        guard here.insert(v).inserted else { continue }
        for case .value(let u) in values.values[v].sources where values.values[u].role.level == .element {
          if stage[u] == s || (!holdsWholeRows && cost[u] <= Self.cheapest) {
            work.append(u)
          } else {
            roots[stage[u]].append(u)
            if !holdsWholeRows { kept.insert(u) }
          }
        }
      }
      computed[s] = here.sorted()
    }
    spilled = kept.sorted()
  }

  private static func stage(of v: Int, _ values: LoopValues, _ stage: [Int]) -> Int {
    let isElement = values.level(v) == .element
    return values.values[v].sources.reduce(isElement ? 0 : -1) { result, source in
      guard case .value(let u) = source else { return result }
      let isSpread = isElement && values.values[u].role.level == .row
      return max(result, stage[u] + (isSpread ? 1 : 0))
    }
  }

  private static func isRoot(_ value: LoopValues.Value) -> Bool {
    switch value.role {
    case .rowReduction, .accumulation: true
    case .value, .alias: value.isStored
    }
  }

  /// The cost of computing each value from arrays and row values.
  private static func costs(_ values: LoopValues) -> [Int] {
    var cost: [Int] = []
    for value in values.values {
      cost.append(
        value.sources.reduce(value.node.loopCost) { sum, source in
          guard case .value(let u) = source, values.values[u].role.level == .element else { return sum + 1 }
          return Swift.min(sum + cost[u], cheapest + 1)  // what is not cheap is dear: paths may be too many to count
        })
    }
    return cost
  }
}
