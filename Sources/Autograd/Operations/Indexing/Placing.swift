import CKernels

/// The second input written over a part of the first.
///
/// Not `which` with a mask, which passes over the whole array; this costs in place what the part has.
struct Overwrite: Custom {
  let slice: Slice

  var needsContiguousInputs: Bool { false }
  var movesElements: Bool { true }
  var mayReplaceFirstInput: Bool { true }

  func callAsFunction(_ x: NDArray, _ part: NDArray) -> NDArray {
    apply(self, Inputs(x.node, part.node), shape: x.shape, dtype: x.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? self(g, x[1].zerosLike()) : g.sliced(slice, shape: x[1].shape)
  }
  var linearity: Linearity { .jointly(0..<2) }
  func batched(_ x: Batch) -> NDArray? { x.apply(Overwrite(slice: slice.ofEachExample), x.spread) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    if inputs[0].base != output.base { output.write(inputs[0]) }
    output.write(inputs[1], at: slice)
  }
}

/// Zeros with each input added at a slice: what passes gradients back through indexing.
///
/// The gradient of an array that was read in many parts is one such step, which costs what the parts have.
struct Place: Custom {
  private let slices: [Slice]
  private let cover: Cover

  /// How the parts lie in the result.
  private enum Cover {
    case all, disjoint, overlapping
  }

  var needsContiguousInputs: Bool { false }
  var movesElements: Bool { cover != .overlapping }
  var joining: (any Joining.Type)? { Self.self }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g.sliced(slices[i], shape: x[i].shape)
  }
  var linearity: Linearity { .jointly(0..<slices.count) }
  func batched(_ x: Batch) -> NDArray? {
    x.apply(Place(slices: slices.map(\.ofEachExample), cover: cover), x.spread)
  }

  static func apply(_ parts: [Node], at slices: [Slice], in shape: Shape) -> NDArray {
    let place = Place(slices: slices, cover: cover(parts.map(\.shape), slices, shape))
    return Autograd.apply(place, Inputs(parts), shape: shape, dtype: parts[0].dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    if cover != .all { output.fillWithZeros() }
    for (part, slice) in zip(inputs, slices) { output.write(part, at: slice, adding: cover == .overlapping) }
  }

  /// Parts that do not overlap along some axis do not overlap.
  private static func cover(_ parts: [Shape], _ slices: [Slice], _ shape: Shape) -> Cover {
    guard parts.count > 1 else { return parts[0] == shape ? .all : .disjoint }
    let isDisjoint = (0..<shape.rank).contains { axis in
      guard slices.allSatisfy({ $0.steps[axis] == 1 }) else { return false }
      let ranges = zip(slices, parts).map { ($0.starts[axis], $0.starts[axis] + $1[axis]) }.sorted { $0 < $1 }
      return zip(ranges, ranges.dropFirst()).allSatisfy { $0.1 <= $1.0 }
    }
    guard isDisjoint else { return .overlapping }
    return parts.reduce(0) { $0 + $1.elementCount } == shape.elementCount ? .all : .disjoint
  }
}

extension Place: Joining {
  static func sum(_ terms: [Node]) -> NDArray {
    apply(terms.flatMap(\.inputs), at: terms.flatMap { ($0.operation as! Place).slices }, in: terms[0].shape)
  }
}

extension NDArray {
  /// Zeros of `shape` with this array at the slice.
  func placed(in shape: Shape, _ slice: Slice) -> NDArray { Place.apply([node], at: [slice], in: shape) }
}

extension ArrayView {
  func fillWithZeros() {
    let bytes = shape.elementCount * dtype.size
    Parallel.forEachChunk(bytes, of: 1 << 20) { range in
      (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
    }
  }

  /// Writes a part at a slice, or adds it to what is there.
  func write(_ part: ArrayView, at slice: Slice, adding: Bool = false) {
    let layout = slice.layout(Layout(strides: strides, offset: 0, shape: shape), from: shape, to: part.shape)!
    let target = ArrayView(
      base: base + layout.offset * dtype.size, shape: part.shape, strides: layout.strides, dtype: dtype)
    target.write(part, adding: adding)
  }

  /// Writes an array of the same shape, or adds it; large ones in blocks along their longest axis.
  func write(_ source: ArrayView, adding: Bool = false) {
    let count = shape.elementCount
    guard count > 1 << 16, let axis = shape.indices.max(by: { shape[$0] < shape[$1] }) else {
      return place(source, adding: adding)
    }
    Parallel.forEachChunk(shape[axis], of: Swift.max(1, shape[axis] << 15 / count)) { range in
      self.block(range, along: axis).place(source.block(range, along: axis), adding: adding)
    }
  }

  private func block(_ range: Range<Int>, along axis: Int) -> ArrayView {
    var extents = shape.extents
    extents[axis] = range.count
    return ArrayView(
      base: base + range.lowerBound * strides[axis] * dtype.size, shape: Shape(extents), strides: strides, dtype: dtype)
  }

  private func place(_ source: ArrayView, adding: Bool) {
    withUnsafeBytes(of: shape.extents) { extents in
      withUnsafeBytes(of: source.strides) { from in
        withUnsafeBytes(of: strides) { to in
          ag_place(
            Int32(shape.rank), extents.assumingMemoryBound(to: Int64.self).baseAddress!,
            from.assumingMemoryBound(to: Int64.self).baseAddress!,
            to.assumingMemoryBound(to: Int64.self).baseAddress!, dtype.kernelType, adding, source.base, base)
        }
      }
    }
  }
}
