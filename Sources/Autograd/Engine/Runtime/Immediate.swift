import CKernels

/// Runs one operation on small ready arrays, without a schedule.
enum Immediate {
  static func run(_ kernel: Kernel, _ inputs: Inputs, shape: Shape, dtype: DType) -> Buffer {
    let output = Buffer(byteCount: shape.elementCount * dtype.size)
    switch kernel {
    case .map(let body):
      let loop = ag_map(body, inputs.operandType.kernelType)!
      map(loop, inputs[0], inputs.second, inputs.third, shape, into: output.address)
    case .cast:
      map(ag_cast(inputs[0].dtype.kernelType, dtype.kernelType)!, inputs[0], nil, nil, shape, into: output.address)
    case .reduce(let reduction, let axes):
      reduce(reduction, axes, inputs[0], dtype, into: output.address)
    case .custom(let operation):
      run(operation, inputs, shape, dtype, into: output.address)
    case .view, .none:
      preconditionFailure("an operation without a loop has nothing to run")
    }
    return output
  }

  @inline(__always)
  static func map(_ loop: ag_map_fn, _ a: Node, _ b: Node?, _ c: Node?, shape: Shape, dtype: DType) -> Buffer {
    let output = Buffer(byteCount: shape.elementCount * dtype.size)
    map(loop, a, b, c, shape, into: output.address)
    return output
  }

  /// Adds `part` to `sum` in place, if both are small and nobody else sees `sum`: a gradient from several sides needs
  /// no array for each partial sum.
  static func add(_ part: Node, into sum: inout Node) -> Bool {
    guard Observer.current == nil, Node.ownsBlock(&sum), part.isReady, part.isContiguous, part.shape == sum.shape,
      part.dtype == sum.dtype, let add = ag_map(.add, sum.dtype.kernelType)
    else { return false }
    add(Int64(sum.shape.elementCount), sum.base, part.base, nil, sum.base)
    return true
  }

  /// The storage and layout of a view of a ready array; a copy where there is no such layout.
  static func view(_ view: any View, _ input: Node, _ shape: Shape) -> (Storage, Layout) {
    if let layout = view.layout(input.layout, from: input.shape, to: shape) { return (input.sharedStorage(), layout) }
    let copy = packed(ArrayView(input))
    let layout = view.layout(Layout(contiguous: input.shape), from: input.shape, to: shape)
    return (copy, layout!)
  }

  /// A contiguous copy.
  static func packed(_ array: ArrayView) -> Storage {
    let copy = Storage.allocate(byteCount: array.shape.elementCount * array.dtype.size)
    pack(array, strides: array.strides, shape: array.shape, into: copy.address)
    return copy
  }

  @inline(__always)
  private static func map(
    _ function: ag_map_fn, _ a: Node, _ b: Node?, _ c: Node?, _ shape: Shape, into output: UnsafeMutableRawPointer
  ) {
    var owners: [Storage] = []
    let x = elements(of: a, shape, 0, &owners)
    let y = b.map { elements(of: $0, shape, 1, &owners) }
    let z = c.map { elements(of: $0, shape, 2, &owners) }
    withExtendedLifetime(owners) { function(Int64(shape.elementCount), x, y, z, output) }
  }

  /// The elements of an input, broadcast to `shape` and contiguous.
  @inline(__always)
  private static func elements(
    of node: Node, _ shape: Shape, _ index: Int32, _ owners: inout [Storage]
  ) -> UnsafeMutableRawPointer {
    let isInPlace = node.shape.elementCount == shape.elementCount && node.isContiguous
    return isInPlace ? node.base : spread(node, shape, index, &owners)
  }

  private static func spread(
    _ node: Node, _ shape: Shape, _ index: Int32, _ owners: inout [Storage]
  ) -> UnsafeMutableRawPointer {
    let bytes = shape.elementCount * node.dtype.size
    let address: UnsafeMutableRawPointer
    if bytes <= AG_SMALL_BYTES {
      address = ag_small_scratch(index)
    } else {
      owners.append(Storage.allocate(byteCount: bytes))
      address = owners.last!.address
    }
    if node.shape.elementCount == 1 {
      ag_fill(Int32(node.dtype.size), Int64(shape.elementCount), node.base, address)
    } else {
      let strides = node.layout.broadcastStrides(from: node.shape, to: shape)
      pack(ArrayView(node), strides: strides, shape: shape, into: address)
    }
    return address
  }

  private static func pack(
    _ array: ArrayView, strides: InlineInts, shape: Shape, into address: UnsafeMutableRawPointer
  ) {
    withUnsafeBytes(of: shape.extents) { extents in
      withUnsafeBytes(of: strides) { strides in
        ag_pack(
          Int32(shape.rank), extents.assumingMemoryBound(to: Int64.self).baseAddress!,
          strides.assumingMemoryBound(to: Int64.self).baseAddress!, Int32(array.dtype.size), array.base, address)
      }
    }
  }

  private static func reduce(
    _ reduction: Reduction, _ axes: AxisSet, _ input: Node, _ dtype: DType,
    into output: UnsafeMutableRawPointer
  ) {
    let (rows, columns, source, owner) = rowsToReduce(input, axes)
    withExtendedLifetime(owner) {
      for row in 0..<rows {
        ag_reduce_contiguous(
          reduction, input.dtype.kernelType, dtype.kernelType, Int64(columns),
          source + row * columns * input.dtype.size, output + row * dtype.size)
      }
    }
  }

  /// The elements with the reduced axes last.
  private static func rowsToReduce(
    _ input: Node, _ axes: AxisSet
  ) -> (rows: Int, columns: Int, source: UnsafeMutableRawPointer, owner: Storage?) {
    var extents = InlineInts()
    var strides = InlineInts()
    for axis in 0..<input.shape.rank where !axes.contains(axis) {
      extents.append(input.shape[axis])
      strides.append(input.layout.strides[axis])
    }
    let rows = extents.reduce(1, *)
    for axis in axes {
      extents.append(input.shape[axis])
      strides.append(input.layout.strides[axis])
    }
    let columns = extents[(extents.count - axes.count)...].reduce(1, *)
    let shape = Shape(extents)
    if Layout(strides: strides, offset: 0, shape: shape).isContiguous { return (rows, columns, input.base, nil) }
    let view = ArrayView(base: input.base, shape: shape, strides: strides, dtype: input.dtype)
    let owner = packed(view)
    return (rows, columns, owner.address, owner)
  }

  /// Runs an operation's own code on ready inputs.
  static func run(
    _ operation: any Custom, _ inputs: Inputs, _ shape: Shape, _ dtype: DType,
    into output: UnsafeMutableRawPointer
  ) {
    var owners: [Storage] = []
    let views = inputs.map { node in
      guard operation.needsContiguousInputs, !node.isContiguous else { return ArrayView(node) }
      let copy = packed(ArrayView(node))
      owners.append(copy)
      return ArrayView(
        base: copy.address, shape: node.shape, strides: node.shape.contiguousStrides, dtype: node.dtype)
    }
    withExtendedLifetime(owners) {
      operation.execute(
        views,
        into: ArrayView(base: output, shape: shape, strides: shape.contiguousStrides, dtype: dtype))
    }
  }
}
