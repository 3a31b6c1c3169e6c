/// Whether elements are equal within a tolerance: |x - y| ≤ `absolute` + `relative` · |y|. Infinities must be equal;
/// NaN is close to NaN only if `equalNaN` is true.
///
/// ```swift
/// isClose(NDArray([1, 1.5]), NDArray([1.000001, 2]))  // array([ True, False])
/// ```
public func isClose(
  _ x: NDArray, _ y: NDArray, relative: Double = 1e-5, absolute: Double = 1e-8, equalNaN: Bool = false
) -> NDArray {
  let joint = DType.promoted(x.dtype, y.dtype)
  let dtype = joint.isFloatingPoint ? joint.computing : .float64
  let (x, y) = (x.converted(to: dtype), y.converted(to: dtype))
  let isNear = (abs(x - y) .<= absolute + relative * abs(y)) .& isfinite(y)
  return isNear .| (equalNaN ? (x .== y) .| (isnan(x) .& isnan(y)) : x .== y)
}

/// Whether all elements are equal within a tolerance; the shapes broadcast. See
/// ``isClose(_:_:relative:absolute:equalNaN:)``.
///
/// ```swift
/// allClose(NDArray([1, 2]), NDArray([1.000001, 2]))  // true
/// ```
public func allClose(
  _ x: NDArray, _ y: NDArray, relative: Double = 1e-5, absolute: Double = 1e-8, equalNaN: Bool = false
) -> Bool {
  let isNear = pause { isClose(x, y, relative: relative, absolute: absolute, equalNaN: equalNaN).all() }
  return !hasFailed && isNear.item(as: Bool.self)
}

/// The elements with NaN and infinities replaced: by 0 and by the largest finite numbers unless told otherwise. Where
/// one was replaced the gradient is 0.
///
/// ```swift
/// nanToNum(NDArray([1, .nan, .infinity]), positiveInfinity: 9)  // array([1., 0., 9.])
/// ```
public func nanToNum(
  _ x: NDArray, nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
) -> NDArray {
  guard x.dtype.isFloatingPoint else { return x.unchanged }
  let largest = x.dtype.greatestFinite
  let infinity = which(x .> 0, x.fullLike(positiveInfinity ?? largest), negativeInfinity ?? -largest)
  return which(isfinite(x), x, which(isnan(x), nan, infinity))
}
