/// The Kronecker product: each element of `x` replaced by its product with all of `y`.
///
/// The extents are the products of the extents, aligned at the last axis.
///
/// ```swift
/// kron(NDArray([1, 10]), NDArray([1, 2]))  // array([ 1.,  2., 10., 20.])
/// ```
public func kron(_ x: NDArray, _ y: NDArray) -> NDArray {
  let rank = Swift.max(x.rank, y.rank)
  func padded(_ z: NDArray) -> NDArray { z.reshaped(Array(repeating: 1, count: rank - z.rank) + Array(z.shape)) }
  let (a, b) = (padded(x), padded(y))
  return (0..<rank).reduce(a) { $0.repeated(b.shape[$1], axis: $1) } * b.tiled(Array(a.shape))
}

/// The cross product of vectors of three elements along an axis; the other axes broadcast.
///
/// ```swift
/// cross(NDArray([1, 0, 0]), NDArray([0, 1, 0]))  // array([0., 0., 1.])
/// ```
public func cross(_ x: NDArray, _ y: NDArray, axis: Int = -1) -> NDArray {
  guard let i = resolve(axis, rank: x.rank, "cross"), let j = resolve(axis, rank: y.rank, "cross") else { return x }
  guard x.shape[i] == 3, y.shape[j] == 3 else {
    report(
      .shape("cross: the shapes are \(x.shape) and \(y.shape); the vectors along axis \(axis) must have 3 elements"))
    return x
  }
  let (a, b) = (x.movedAxis(from: i, to: -1), y.movedAxis(from: j, to: -1))
  let product = a.rolled(-1, axis: -1) * b.rolled(-2, axis: -1) - a.rolled(-2, axis: -1) * b.rolled(-1, axis: -1)
  return product.movedAxis(from: -1, to: axis)
}
