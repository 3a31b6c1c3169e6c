/// What may stand in the brackets of an array: integers, ranges, slices, new axes, an ellipsis, integer arrays and
/// bool masks, as in NumPy.
public protocol ArrayIndex {
  /// What it selects.
  var indexItem: IndexItem { get }
}

/// One item of an index.
public enum IndexItem: Sendable {
  /// One position; the axis goes.
  case integer(Int)
  /// Every `step`-th position from `start` to before `stop`, clamped to the axis.
  case slice(start: Int?, stop: Int?, step: Int)
  /// A new axis of extent 1.
  case newAxis
  /// As many full axes as are missing.
  case ellipsis
  /// Positions, or a mask.
  case array(NDArray)
}

extension IndexItem: ArrayIndex {
  public var indexItem: IndexItem { self }
}

/// An item that is spelled by name: `.slice(nil, nil, step: -1)`, `.newAxis`, `.ellipsis`.
public struct NamedIndex: ArrayIndex {
  public let indexItem: IndexItem
}

extension ArrayIndex where Self == NamedIndex {
  /// Every `step`-th position from `start` to before `stop`; negative ones count from the end, `nil` means all.
  public static func slice(_ start: Int?, _ stop: Int?, step: Int = 1) -> NamedIndex {
    NamedIndex(indexItem: .slice(start: start, stop: stop, step: step))
  }

  /// A new axis of extent 1.
  public static var newAxis: NamedIndex { NamedIndex(indexItem: .newAxis) }

  /// As many full axes as are missing.
  public static var ellipsis: NamedIndex { NamedIndex(indexItem: .ellipsis) }
}

extension Int: ArrayIndex {
  public var indexItem: IndexItem { .integer(self) }
}

extension Range: ArrayIndex where Bound == Int {
  public var indexItem: IndexItem { .slice(start: lowerBound, stop: upperBound, step: 1) }
}

extension ClosedRange: ArrayIndex where Bound == Int {
  public var indexItem: IndexItem {
    // Through -1, the last position, there is no position after to stop at.
    .slice(start: lowerBound, stop: upperBound == -1 ? nil : upperBound + 1, step: 1)
  }
}

extension PartialRangeFrom: ArrayIndex where Bound == Int {
  public var indexItem: IndexItem { .slice(start: lowerBound, stop: nil, step: 1) }
}

extension PartialRangeUpTo: ArrayIndex where Bound == Int {
  public var indexItem: IndexItem { .slice(start: nil, stop: upperBound, step: 1) }
}

extension PartialRangeThrough: ArrayIndex where Bound == Int {
  public var indexItem: IndexItem { .slice(start: nil, stop: upperBound == -1 ? nil : upperBound + 1, step: 1) }
}

extension NDArray: ArrayIndex {
  public var indexItem: IndexItem { .array(self) }
}
