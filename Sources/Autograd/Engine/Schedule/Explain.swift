/// How pending arrays would be computed: the passes over memory, what each one fuses, reads and writes.
///
/// ```swift
/// let x = NDArray.normal([1000, 1000])
/// print(explain((sin(x) * exp(-x)).sum()))
/// // 1 kernel, reads 4.0 MB, writes 4 B
/// //   1. loop over (1000, 1000): sin, negative, exp, multiply, sum
/// //      writes float32 (1, 1)
/// //   2. view, no copy: reshape to ()
/// ```
public func explain(_ arrays: NDArray...) -> String {
  Scheduler.plan(arrays.map(\.node)).description
}

extension Plan: CustomStringConvertible {
  /// How many passes over memory there are; views cost nothing.
  var kernelCount: Int { steps.filter { !$0.isView }.count }

  var description: String {
    guard !steps.isEmpty else { return "nothing to compute: all values are known" }
    let read = steps.reduce(0) { $0 + $1.bytesRead }
    let written = steps.reduce(0) { $0 + $1.bytesWritten }
    let title =
      "\(kernelCount) kernel\(kernelCount == 1 ? "" : "s"), reads \(byteCount(read)), writes \(byteCount(written))"
    let lines = steps.enumerated().map { "  \($0 + 1). \($1.summary)" }
    return ([title] + lines).joined(separator: "\n")
  }
}

extension Step {
  fileprivate var isView: Bool {
    if case .view = self { return true }
    return false
  }

  fileprivate var summary: String {
    switch self {
    case .loop(let loop): loop.summary
    case .view(let node, _): "view, no copy: \(node.operation.name) to \(node.shape)"
    case .custom(let node, _):
      "\(node.operation.name) of \(node.inputs.map(\.signature).joined(separator: ", "))\n     writes \(node.signature)"
    }
  }

  var bytesRead: Int {
    switch self {
    case .loop(let loop): loop.arraysRead.reduce(0) { $0 + $1.byteCount }
    case .view: 0
    case .custom(let node, _): node.inputs.reduce(0) { $0 + $1.byteCount }
    }
  }

  var bytesWritten: Int {
    switch self {
    case .loop(let loop): loop.members.filter(\.isStored).reduce(0) { $0 + $1.node.byteCount }
    case .view: 0
    case .custom(let node, _): node.byteCount
    }
  }
}

extension Loop {
  /// The arrays it reads that it does not compute itself.
  fileprivate var arraysRead: [Node] {
    var seen = Set(members.filter { $0.role.level != nil }.map { ObjectIdentifier($0.node) })
    return members.flatMap { Array($0.inputs) }.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  fileprivate var summary: String {
    let work = members.filter { if case .alias = $0.role { false } else { true } }.map(\.node.operation.name)
    let row = space.suffix(rowRank).map(String.init).joined(separator: " x ")
    let rows = rowRank > 0 ? ", rows of \(row)" : ""
    let stored = members.filter(\.isStored).map(\.node.signature)
    return "loop over \(Shape(space))\(rows): \(work.joined(separator: ", "))\n     writes "
      + stored.joined(separator: ", ")
  }
}

extension Node {
  fileprivate var signature: String { "\(dtype) \(shape)" }
}

/// Bytes as people read them.
func byteCount(_ bytes: Int) -> String {
  var value = Double(bytes)
  var unit = 0
  let units = ["B", "kB", "MB", "GB", "TB"]
  while value >= 1000, unit < units.count - 1 {
    value /= 1000
    unit += 1
  }
  let tenths = (value * 10).rounded() / 10
  return unit == 0 ? "\(bytes) B" : "\(tenths) \(units[unit])"
}
