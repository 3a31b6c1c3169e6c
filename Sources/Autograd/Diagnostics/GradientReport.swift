import CKernels

/// The gradients of some arrays after a backward: which were reached, how large they are, and what is wrong with them.
public struct GradientReport: Sendable {
  /// The gradient of one array.
  public struct Entry: Sendable {
    public let name: String
    public let shape: Shape
    public let state: State
    /// The Euclidean norm, and the largest absolute value.
    public let norm, largest: Double
    /// How many elements are 0, NaN, infinite.
    public let zeroCount, nanCount, infinityCount: Int
  }

  /// How a gradient stands to the last backward: the last that reached any of the arrays.
  public enum State: Sendable, Equatable {
    /// The last backward filled it.
    case reached
    /// It is that of an earlier backward; the last did not come here.
    case missed
    /// The array was written to since the gradient was filled.
    case stale
    /// No backward has come here yet.
    case untouched
    /// No gradient is attached.
    case none
  }

  public let entries: [Entry]

  package init(_ arrays: [(name: String, array: NDArray)]) {
    let last = arrays.map { $0.array.node.slot?.backward ?? 0 }.max() ?? 0
    entries = arrays.map { Entry($0.name, $0.array, last) }
  }
}

/// Reports on the gradients of these arrays, by name.
///
/// ```swift
/// let (w, b) = (NDArray([3, 4]).attachingGrad(), NDArray(1).attachingGrad())
/// record { (w * w).sum() }.backward()
/// print(gradientReport(of: ["w": w, "b": b]))
/// // gradients: 1 of 2 reached by the last backward
/// //   name  shape  state          norm  largest  zeros  NaN  infinite
/// //   b     ()     never reached
/// //   w     (2,)   reached          10        8      0    0         0
/// ```
public func gradientReport(of arrays: [String: NDArray]) -> GradientReport {
  GradientReport(arrays.sorted { $0.key < $1.key }.map { (name: $0.key, array: $0.value) })
}

/// Reports on the gradients of these arrays, called by their positions.
public func gradientReport(of arrays: [NDArray]) -> GradientReport {
  GradientReport(arrays.enumerated().map { (name: "\($0)", array: $1) })
}

extension GradientReport.Entry {
  fileprivate init(_ name: String, _ array: NDArray, _ last: Int) {
    let state = Self.state(array.node.slot, last)
    let isKnown = state != .none && state != .untouched
    let values = isKnown ? array.grad.detached() : .zeros([0])
    let sizes = pause { abs(values.astype(.float64)) }
    let odd = ag_count_nonfinite(sizes.dtype.kernelType, Int64(sizes.elementCount), sizes.contiguous().node.base)
    self.init(
      name: name, shape: array.shape, state: state, norm: square(sizes).sum().item().squareRoot(),
      largest: sizes.elementCount > 0 ? sizes.max().item() : 0, zeroCount: (sizes .== 0).sum().item(as: Int.self),
      nanCount: Int(odd.nans), infinityCount: Int(odd.infinities))
  }

  private static func state(_ slot: GradientSlot?, _ last: Int) -> GradientReport.State {
    guard let slot else { return .none }
    if slot.backward == 0 { return .untouched }
    return slot.isStale ? .stale : slot.backward < last ? .missed : .reached
  }
}

extension GradientReport: CustomStringConvertible {
  public var description: String {
    let reached = entries.count { $0.state == .reached }
    let heads = ["name", "shape", "state", "norm", "largest", "zeros", "NaN", "infinite"]
    let rows = [heads] + entries.map(\.cells)
    let widths = heads.indices.map { column in rows.map { $0[column].count }.max()! }
    let lines = rows.map { row in
      let cells = row.indices.map { $0 < 3 ? row[$0].padded(to: widths[$0]) : row[$0].aligned(to: widths[$0]) }
      let line = "  " + cells.joined(separator: "  ")
      return String(line[...line.lastIndex { $0 != " " }!])
    }
    return (["gradients: \(reached) of \(entries.count) reached by the last backward"] + lines).joined(separator: "\n")
  }
}

extension GradientReport.Entry {
  fileprivate var cells: [String] {
    let isKnown = state != .none && state != .untouched
    let numbers = isKnown ? [norm.short, largest.short, "\(zeroCount)", "\(nanCount)", "\(infinityCount)"] : []
    return [name, "\(shape)", state.text] + numbers + Array(repeating: "", count: 5 - numbers.count)
  }
}

extension GradientReport.State {
  fileprivate var text: String {
    switch self {
    case .reached: "reached"
    case .missed: "of an earlier backward"
    case .stale: "stale: written to since"
    case .untouched: "never reached"
    case .none: "none is attached"
    }
  }
}
