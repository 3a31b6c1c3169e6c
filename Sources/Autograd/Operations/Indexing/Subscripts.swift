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
