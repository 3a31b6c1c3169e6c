/// The values at `x` of the function that is linear between the points (`xp`, `fp`), of which `xp` ascends; beyond the
/// ends it is `left` and `right`, the first and the last value unless told otherwise.
///
/// Differentiable for `x`, `xp` and `fp`.
///
/// ```swift
/// interp(NDArray([0.5, 1.5, 9]), NDArray([0, 1, 2]), NDArray([0, 10, 30]))  // array([ 5., 20., 30.])
/// ```
public func interp(
  _ x: NDArray, _ xp: NDArray, _ fp: NDArray, left: Double? = nil, right: Double? = nil
) -> NDArray {
  let joint = DType.promoted(x.dtype, .promoted(xp.dtype, fp.dtype))
  let result = joint.isFloatingPoint ? joint : .float32
  guard xp.rank == 1, xp.shape == fp.shape, xp.elementCount > 0 else {
    report(
      .shape("interp: the points have the shapes \(xp.shape) and \(fp.shape); expected two vectors of one count, not 0")
    )
    return .placeholder(x.shape, result)
  }
  let dtype = result.computing
  let (x, xp, fp) = (x.converted(to: dtype), xp.converted(to: dtype), fp.converted(to: dtype))
  let last = xp.elementCount - 1
  let i = clip(searchsorted(xp, x, side: .right) - 1, 0, Swift.max(last - 1, 0))
  let next = minimum(i + 1, last)
  let (start, width) = (xp.take(i), xp.take(next) - xp.take(i))
  let inside = interpolated(fp.take(i), fp.take(next), which(width .== 0, 1, (x - start) / width))
  let above = right.map { fp[last].fullLike($0) } ?? fp[last]
  let below = left.map { fp[0].fullLike($0) } ?? fp[0]
  return which(x .> xp[last], above, which(x .< xp[0], below, inside)).converted(to: result)
}

/// From `a` to `b` as `t` goes from 0 to 1: exact at both ends, and where `a` and `b` are equal or infinite.
func interpolated(_ a: NDArray, _ b: NDArray, _ t: NDArray) -> NDArray {
  let gap = which(isinf(a) .& (a .== b), 0, b - a)
  return which(isinf(b) .| ((t .< 0.5) .& isfinite(a)), a + t .* gap, b - (1 - t) .* gap)
}
