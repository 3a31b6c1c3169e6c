/// The matrix product over the last two axes; the axes before them broadcast, and a vector is a row or a column.
///
/// ```swift
/// matmul(NDArray([[1, 2], [3, 4]]), NDArray([1, 1]))  // array([3., 7.])
/// ```
public func matmul(_ x: NDArray, _ y: NDArray) -> NDArray {
  guard x.rank > 0, y.rank > 0 else {
    report(.shape("matmul: the shapes are \(x.shape) and \(y.shape); a scalar is no matrix. Multiply with *."))
    return .placeholder(.scalar, x.dtype)
  }
  let a = x.rank == 1 ? x.expandedDims(0) : x
  let b = y.rank == 1 ? y.expandedDims(1) : y
  guard a.shape[a.rank - 1] == b.shape[b.rank - 2],
    let batch = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2)))
  else {
    report(
      .shape(
        "matmul: the shapes \(x.shape) and \(y.shape) do not match: the last extent of the first must equal the last "
          + "but one of the second (or its only one), and the axes before must broadcast"))
    return .placeholder(x.shape, .promoted(x.dtype, y.dtype))
  }
  let product = product(a, b, batch)
  var shape = Array(product.shape)
  if y.rank == 1 { shape.removeLast() }
  if x.rank == 1 { shape.remove(at: shape.count - (y.rank == 1 ? 1 : 2)) }
  return shape.count == product.rank ? product : product.reshaped(to: Shape(shape))
}

private func product(_ a: NDArray, _ b: NDArray, _ batch: Shape) -> NDArray {
  let promoted = DType.promoted(a.dtype, b.dtype)
  let dtype = promoted == .bool ? .int32 : promoted
  if a.rank > 2, b.shape.dropLast(2).allSatisfy({ $0 == 1 }), b.rank <= a.rank, a.shape.elementCount > 0 {
    // One matrix for a whole stack: its rows are one after the other, and the matrix's gradient is one product too.
    let rows = a.converted(to: dtype).reshaped([-1, a.shape[a.rank - 1]])
    let matrix = b.converted(to: dtype).reshaped(to: Shape(b.shape.suffix(2)))
    return MatrixProduct.apply(rows, matrix).reshaped(to: Shape(a.shape.dropLast() + b.shape.suffix(1)))
  }
  func spread(_ x: NDArray) -> NDArray {
    let shape = Shape(Array(batch) + x.shape.suffix(2))
    return x.shape == shape ? x.converted(to: dtype) : x.converted(to: dtype).broadcast(unchecked: shape)
  }
  return MatrixProduct.apply(spread(a), spread(b))
}

/// The dot product: of vectors the sum of products, of matrices the matrix product, with a scalar the product; in
/// general over the last axis of `x` and the last but one of `y`.
///
/// ```swift
/// dot(NDArray.arange(4), NDArray.arange(4))  // array(14.)
/// ```
public func dot(_ x: NDArray, _ y: NDArray) -> NDArray {
  if x.rank == 0 || y.rank == 0 { return x * y }
  let axis = y.rank == 1 ? 0 : y.rank - 2
  guard x.shape[x.rank - 1] == y.shape[axis] else {
    report(
      .shape(
        "dot: the shapes \(x.shape) and \(y.shape) do not match: the last extent of the first must equal the "
          + "\(y.rank == 1 ? "extent" : "last extent but one") of the second"))
    return .placeholder(.scalar, .promoted(x.dtype, y.dtype))
  }
  if x.rank == 1, y.rank == 1 {
    let dtype = DType.promoted(x.dtype, y.dtype)
    return (x.converted(to: dtype.computing) * y).sum().converted(to: dtype == .bool ? .int32 : dtype)
  }
  return tensordot(x, y, axes: [[x.rank - 1], [axis]])
}

/// The sum of products over the last `axes` axes of `x` and the first of `y`.
public func tensordot(_ x: NDArray, _ y: NDArray, axes: Int = 2) -> NDArray {
  guard axes >= 0, axes <= x.rank, axes <= y.rank else {
    report(
      .axis(
        "tensordot: \(axes) axes of arrays of shapes \(x.shape) and \(y.shape); at most the axes of either are possible"
      ))
    return .placeholder(.scalar, x.dtype)
  }
  return tensordot(x, y, axes: [Array((x.rank - axes)..<x.rank), Array(0..<axes)])
}

/// The sum of products over pairs of axes: a list of axes of `x`, and one of `y`.
public func tensordot(_ x: NDArray, _ y: NDArray, axes: [[Int]]) -> NDArray {
  let dtype = DType.promoted(x.dtype, y.dtype)
  guard axes.count == 2, let a = resolve(Axes(axes[0]), rank: x.rank, "tensordot"),
    let b = resolve(Axes(axes[1]), rank: y.rank, "tensordot")
  else {
    if axes.count != 2 { report(.axis("tensordot: axes are two lists, one for each array; found \(axes)")) }
    return .placeholder(.scalar, dtype)
  }
  let left = axes[0].map { $0 < 0 ? $0 + x.rank : $0 }
  let right = axes[1].map { $0 < 0 ? $0 + y.rank : $0 }
  guard left.count == right.count, zip(left, right).allSatisfy({ x.shape[$0] == y.shape[$1] }) else {
    report(
      .shape(
        "tensordot: the axes \(axes[0]) of shape \(x.shape) and \(axes[1]) of shape \(y.shape) do not have "
          + "equal extents"
      ))
    return .placeholder(.scalar, dtype)
  }
  let keptLeft = (0..<x.rank).filter { !a.contains($0) }
  let keptRight = (0..<y.rank).filter { !b.contains($0) }
  let inner = left.reduce(1) { $0 * x.shape[$1] }
  let rows = keptLeft.map { x.shape[$0] }
  let columns = keptRight.map { y.shape[$0] }
  let matrix = matmul(
    x.permuted(InlineInts(keptLeft + left)).reshaped(to: Shape([rows.reduce(1, *), inner])),
    y.permuted(InlineInts(right + keptRight)).reshaped(to: Shape([inner, columns.reduce(1, *)])))
  return matrix.reshaped(rows + columns)
}

/// All products of an element of `x` and one of `y`, as a matrix.
public func outer(_ x: NDArray, _ y: NDArray) -> NDArray {
  x.reshaped([x.elementCount, 1]) * y.reshaped([1, y.elementCount])
}
