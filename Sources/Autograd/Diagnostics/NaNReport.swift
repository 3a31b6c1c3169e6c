/// The first operation that made a NaN or an infinity out of numbers that were none: what
/// ``tracingNaN(infinities:report:_:)`` reports.
public struct NaNReport: Sendable {
  /// The operation's name.
  public let operation: String
  /// The operation whose derivative it is part of; `nil` in the forward pass.
  public let derivativeOf: String?
  /// Whether it did not make the NaN, but was given it in an input that was computed before the tracing.
  public let wasGiven: Bool

  /// The result, and what it was made from.
  public let result: Array
  public let inputs: [Array]
  /// How many elements of the result are NaN, and how many infinite.
  public let nanCount, infinityCount: Int
  /// The indices of the first of them, and its value.
  public let firstIndex: [Int]
  public let firstValue: Double

  /// The calls of `record` around it, the innermost first; for a derivative those around the operation itself.
  public let scopes: [String]
  /// The operations that the result comes from, one a line, each indented below what uses it.
  public let chain: [String]

  /// An array's shape and type, and the smallest and the largest of its elements that are not NaN.
  public struct Array: Sendable, CustomStringConvertible {
    public let shape: Shape
    public let dtype: DType
    public let smallest, largest: Double?

    public var description: String {
      guard let smallest, let largest else { return "\(dtype) \(shape)" }
      let values = smallest == largest ? ", \(smallest.short)" : " from \(smallest.short) to \(largest.short)"
      return "\(dtype) \(shape)" + values
    }
  }
}

extension NaNReport: CustomStringConvertible {
  public var description: String {
    let place = derivativeOf.map { "in the backward of \($0), " } ?? ""
    let deed =
      wasGiven
      ? "\(operation) was given a NaN in an array from before" : "\(operation) made \(counts) out of \(quality) inputs"
    let lines =
      ["tracingNaN: \(place)\(deed)", "  result  \(result), the first is \(firstValue) at \(firstIndex)"]
      + inputs.map { "  input   \($0)" } + scopes.map { "  in      \($0)" } + ["  from"] + chain.map { "    \($0)" }
    return lines.joined(separator: "\n")
  }

  private var counts: String {
    let parts = [
      nanCount > 0 ? "\(nanCount) NaN" : nil,
      infinityCount > 0 ? "\(infinityCount) infinit\(infinityCount == 1 ? "y" : "ies")" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: " and ") + " of \(result.shape.elementCount)"
  }

  private var quality: String {
    inputs.allSatisfy { ($0.smallest ?? 0).isFinite && ($0.largest ?? 0).isFinite } ? "finite" : "infinite"
  }
}
