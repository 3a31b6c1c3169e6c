struct Reshape: View {
  var keepsOrder: Bool { true }
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? {
    input.reshaped(from: shape, to: result)
  }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g.reshaped(to: x[0].shape) }
  func batched(_ x: Batch) -> NDArray? { x.apply(self, x.inputs) }
}

/// The same array as a node of its own: what a gradient is attached to, or stopped at.
struct Alias: View {
  var keepsOrder: Bool { true }
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? { input }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g }
  func batched(_ x: Batch) -> NDArray? { x.apply(self, x.inputs) }
}

struct Broadcast: View {
  var keepsOrder: Bool { true }
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? {
    Layout(strides: input.broadcastStrides(from: shape, to: result), offset: input.offset, shape: result)
  }
  // Broadcasting is undone for all operations in one place.
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g }
  func batched(_ x: Batch) -> NDArray? { x.apply(self, [x.aligned(0)]) }
}

/// Axis `k` of the result is axis `order[k]` of the input.
struct Transpose: View {
  let order: InlineInts

  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? {
    Layout(strides: InlineInts(order.map { input.strides[$0] }), offset: input.offset, shape: result)
  }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    var inverse = order
    for k in 0..<order.count { inverse[order[k]] = k }
    return g.permuted(inverse)
  }
  func batched(_ x: Batch) -> NDArray? {
    x.apply(Transpose(order: InlineInts([0] + order.map { $0 + 1 })), x.inputs)
  }
}

/// Every `steps[k]`-th element of axis `k` from `starts[k]` on.
struct Slice: View {
  var starts: InlineInts
  var steps: InlineInts

  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? {
    var strides = input.strides
    var offset = input.offset
    for k in 0..<shape.rank {
      if result[k] > 0 { offset += starts[k] * input.strides[k] }
      strides[k] = input.strides[k] * steps[k]
    }
    return Layout(strides: strides, offset: offset, shape: result)
  }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g.placed(in: x[0].shape, self)
  }
  func batched(_ x: Batch) -> NDArray? { x.apply(ofEachExample, x.inputs) }

  /// The same slice of all examples.
  var ofEachExample: Slice { Slice(starts: InlineInts([0] + starts), steps: InlineInts([1] + steps)) }
}

extension NDArray {
  func reshaped(to shape: Shape) -> NDArray {
    shape == self.shape ? unchanged : apply(Reshape(), Inputs(node), shape: shape, dtype: dtype)
  }

  func permuted(_ order: InlineInts) -> NDArray {
    if order.indices.allSatisfy({ order[$0] == $0 }) { return unchanged }
    let shape = Shape(InlineInts(order.map { self.shape[$0] }))
    return apply(Transpose(order: order), Inputs(node), shape: shape, dtype: dtype)
  }

  func sliced(_ slice: Slice, shape: Shape) -> NDArray {
    apply(slice, Inputs(node), shape: shape, dtype: dtype)
  }

  func broadcast(unchecked shape: Shape) -> NDArray {
    shape == self.shape ? unchanged : apply(Broadcast(), Inputs(node), shape: shape, dtype: dtype)
  }
}
