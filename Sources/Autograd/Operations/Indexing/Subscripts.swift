extension NDArray {
  /// The selected elements: integers, ranges, slices with any step, new axes, an ellipsis, integer arrays, masks.
  ///
  /// Negative positions count from the end. Writing makes a new value of this array alone.
  ///
  /// ```swift
  /// var x = NDArray.arange(6).reshaped([2, 3])
  /// x[0, 1...]  // array([1., 2.])
  /// x[.ellipsis, -1] = NDArray([7, 8])
  /// ```
  public subscript(_ items: any ArrayIndex...) -> NDArray {
    get { self[items] }
    set { self[items] = newValue }
  }

  /// The elements selected by a list of index items.
  public subscript(_ items: [any ArrayIndex]) -> NDArray {
    get {
      guard let selection = Selection(items, of: shape) else { return self }
      let part = selected(by: selection)
      return selection.gathered.isEmpty ? part : part.gathered(selection)
    }
    set { write(newValue, items) }
  }

  /// All elements: `x[...] = y` writes to each.
  public subscript(_ all: UnboundedRange) -> NDArray {
    get { unchanged }
    set { write(newValue, []) }
  }

  /// Writes a number to the selected elements.
  public mutating func set(_ value: some NDArrayScalar, at items: any ArrayIndex...) {
    write(NDArray(value, as: dtype), items)
  }

  fileprivate func selected(by selection: Selection) -> NDArray {
    let isAll = selection.sliceShape == shape && selection.slice.steps.allSatisfy { $0 == 1 }
    let part = isAll ? unchanged : sliced(selection.slice, shape: selection.sliceShape)
    return part.reshaped(to: selection.shape)
  }

  private mutating func write(_ value: NDArray, _ items: [any ArrayIndex]) {
    guard let selection = Selection(items, of: shape), !hasFailed else { return }
    let target = selection.resultShape
    guard Shape.broadcast(value.shape, target) == target else {
      report(
        .shape("index: an array of shape \(value.shape) does not broadcast to the selected part, of shape \(target)"))
      return
    }
    let values = value.converted(to: dtype).broadcast(unchecked: target)
    let part: NDArray
    if selection.gathered.isEmpty {
      part = values.reshaped(to: selection.sliceShape)
    } else {
      let selected = self.selected(by: selection)
      part = selected.scattering(values, selection).reshaped(to: selection.sliceShape)
    }
    rebind(to: Overwrite(slice: selection.slice).callAsFunction(self, part))
  }
}

extension Selection {
  /// The shape of what is selected.
  var resultShape: Shape {
    guard let first = gathered.first else { return shape }
    let kept = shape.dropping(AxisSet(gathered.map(\.axis)))
    return Shape(Array(kept[..<position]) + Array(first.positions.shape) + Array(kept[position...]))
  }
}

/// The second input written over a part of the first.
struct Overwrite: Custom {
  let slice: Slice

  func callAsFunction(_ x: NDArray, _ part: NDArray) -> NDArray {
    apply(self, Inputs(x.node, part.node), shape: x.shape, dtype: x.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? self(g, x[1].zerosLike()) : g.sliced(slice, shape: x[1].shape)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    output.base.copyMemory(from: inputs[0].base, byteCount: output.shape.elementCount * output.dtype.size)
    output.write(inputs[1], slice)
  }
}

/// Zeros with the input written at a slice: what passes a gradient back through indexing.
struct Place: Custom {
  let slice: Slice

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g.sliced(slice, shape: x[0].shape) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    output.base.initializeMemory(as: UInt8.self, repeating: 0, count: output.shape.elementCount * output.dtype.size)
    output.write(inputs[0], slice)
  }
}

extension NDArray {
  /// Zeros of `shape` with this array at the slice.
  func placed(in shape: Shape, _ slice: Slice) -> NDArray {
    apply(Place(slice: slice), Inputs(node), shape: shape, dtype: dtype)
  }
}

extension ArrayView {
  /// Writes a contiguous part at a slice.
  func write(_ part: ArrayView, _ slice: Slice) {
    guard part.shape.elementCount > 0 else { return }
    let layout = slice.layout(Layout(strides: strides, offset: 0, shape: shape), from: shape, to: part.shape)!
    let last = part.shape.rank - 1
    let row = last < 0 ? 1 : part.shape[last]
    let step = last < 0 ? 1 : layout.strides[last]
    let size = dtype.size
    var index = InlineInts(repeating: 0, count: Swift.max(last, 0))
    var target = layout.offset
    for start in stride(from: 0, to: part.shape.elementCount, by: row) {
      let source = part.base + start * size
      if step == 1 {
        (base + target * size).copyMemory(from: source, byteCount: row * size)
      } else {
        for k in 0..<row { (base + (target + k * step) * size).copyMemory(from: source + k * size, byteCount: size) }
      }
      for axis in index.indices.reversed() {
        target += layout.strides[axis]
        index[axis] += 1
        if index[axis] < part.shape[axis] { break }
        target -= layout.strides[axis] * part.shape[axis]
        index[axis] = 0
      }
    }
  }
}
