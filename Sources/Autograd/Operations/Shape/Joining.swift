/// Arrays one after the other along an axis.
///
/// Not a sum of padded arrays, which takes three times the time.
struct Concatenate: Custom {
  let axis: Int
  /// Where each array begins along the axis: looked up, for there may be thousands.
  let positions: [Int]
  var movesElements: Bool { true }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    var starts = InlineInts(repeating: 0, count: y.rank)
    starts[axis] = positions[i]
    return g.sliced(Slice(starts: starts, steps: InlineInts(repeating: 1, count: y.rank)), shape: x[i].shape)
  }
  var linearity: Linearity { .jointly(0..<Int.max) }
  func batched(_ x: Batch) -> NDArray? { x.apply(Concatenate(axis: axis + 1, positions: positions), x.spread) }

  var needsContiguousInputs: Bool { false }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    var slice = Slice(
      starts: InlineInts(repeating: 0, count: output.shape.rank),
      steps: InlineInts(repeating: 1, count: output.shape.rank))
    for input in inputs {
      output.write(input, at: slice)
      slice.starts[axis] += input.shape[axis]
    }
  }
}

/// Arrays one after the other along an axis that they have; the other extents are equal.
public func concatenate(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  guard let first = arrays.first else {
    report(.shape("concatenate: there is no array"))
    return .zeros([0])
  }
  guard let axis = resolve(axis, rank: first.rank, "concatenate") else { return first }
  let others = AxisSet([axis])
  guard arrays.allSatisfy({ $0.rank == first.rank && $0.shape.keeping(others) == first.shape.keeping(others) }) else {
    report(
      .shape(
        "concatenate: the shapes \(arrays.map { "\($0.shape)" }.joined(separator: ", ")) differ on other axes "
          + "than \(axis)"
      ))
    return first
  }
  let dtype = arrays.dropFirst().reduce(first.dtype) { .promoted($0, $1.dtype) }
  var extents = first.shape.extents
  var positions: [Int] = []
  extents[axis] = 0
  for array in arrays {
    positions.append(extents[axis])
    extents[axis] += array.shape[axis]
  }
  let nodes = arrays.map { $0.converted(to: dtype).node }
  return apply(Concatenate(axis: axis, positions: positions), Inputs(nodes), shape: Shape(extents), dtype: dtype)
}

/// Arrays of one shape one after the other along a new axis.
public func stack(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  guard let first = arrays.first, arrays.allSatisfy({ $0.shape == first.shape }) else {
    report(
      .shape(
        "stack: the shapes \(arrays.map { "\($0.shape)" }.joined(separator: ", ")) must be equal, and at least one"))
    return arrays.first ?? .zeros([0])
  }
  guard let axis = resolve(axis, rank: first.rank + 1, "stack") else { return first }
  return concatenate(arrays.map { $0.expandedDims(Axes(axis)) }, axis: axis)
}

extension NDArray {
  /// Equal parts along an axis.
  public func split(_ sections: Int, axis: Int = 0) -> [NDArray] {
    guard let axis = resolve(axis, rank: rank, "split") else { return [self] }
    guard sections > 0, shape[axis] % sections == 0 else {
      report(.shape("split: axis \(axis) of shape \(shape) does not divide into \(sections) equal parts"))
      return Array(repeating: self, count: Swift.max(sections, 1))
    }
    let size = shape[axis] / sections
    return split(at: (1..<sections).map { $0 * size }, axis: axis)
  }

  /// The parts along an axis before, between and after the cut points.
  public func split(at cuts: [Int], axis: Int = 0) -> [NDArray] {
    guard let axis = resolve(axis, rank: rank, "split") else { return [self] }
    let starts = [0] + cuts
    let stops = cuts.map(Optional.some) + [nil]
    return zip(starts, stops).map { start, stop in
      let items = (0..<rank).map { k in
        k == axis ? IndexItem.slice(start: start, stop: stop, step: 1) : .slice(start: nil, stop: nil, step: 1)
      }
      return self[items as [any ArrayIndex]]
    }
  }
}
