#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The product of `n` factors of a square matrix, or of each in the last two axes; of the inverse for a negative `n`.
///
/// ```swift
/// matrixPower(NDArray([[1, 1], [1, 0]]), 10)  // array([[89., 55.], [55., 34.]])
/// ```
public func matrixPower(_ x: NDArray, _ n: Int) -> NDArray {
  guard x.asSquareMatrices("matrixPower") != nil else { return x }
  guard n >= 0 else { return matrixPower(inverse(x, "matrixPower"), n.magnitude) }
  return matrixPower(x, n.magnitude)
}

private func matrixPower(_ x: NDArray, _ n: UInt) -> NDArray {
  guard n > 0 else { return NDArray.eye(x.shape[x.rank - 1], dtype: x.dtype).broadcast(unchecked: x.shape) }
  guard n > 1 else { return x.unchanged }
  let root = matrixPower(x, n / 2)
  let square = matmul(root, root)
  return n % 2 == 0 ? square : matmul(square, x)
}

/// The condition of a matrix, or of each in the last two axes: how much it may enlarge a relative error. By the order 2
/// it is the largest singular value over the least, infinite for a singular matrix; by others the product of the norms
/// of the matrix and of its inverse.
///
/// ```swift
/// cond(NDArray([[2, 0], [0, 8]]))  // array(4.)
/// ```
public func cond(_ x: NDArray, _ order: NormOrder = .two) -> NDArray {
  guard let x = x.asMatrices("cond") else { return x }
  guard order != 2 else {
    let s = svdvals(x)
    return s.max(axis: -1) / s.min(axis: -1)
  }
  return x.norm(order, axis: [-2, -1]) * inverse(x, "cond").norm(order, axis: [-2, -1])
}

/// The exponential of a square matrix, or of each in the last two axes: the sum of xᵏ / k!.
///
/// By scaling, a Padé approximant of order 13, and squaring (N. Higham, "The scaling and squaring method for the matrix
/// exponential revisited"). Infinite or NaN elements are an error.
///
/// ```swift
/// expm(NDArray([[0, 1], [0, 0]]))  // array([[1., 1.], [0., 1.]])
/// ```
public func expm(_ x: NDArray) -> NDArray {
  guard let x = x.asSquareMatrices("expm")?.asFinite("expm"), x.elementCount > 0 else { return x }
  let largest = pause(trainMode: isTraining) { x.overAllExamples.norm(.one, axis: [-2, -1]).max().item() }
  let squarings = Int(Swift.max(0, log2(largest / 5.371920351148152).rounded(.up)))
  let scaled = x * exp2(-Double(squarings))
  let (even, odd) = padeTerms(scaled)
  return (0..<squarings).reduce(solve(even - odd, even + odd)) { y, _ in matmul(y, y) }
}

/// The terms of even and of odd order of the numerator.
private func padeTerms(_ x: NDArray) -> (even: NDArray, odd: NDArray) {
  // The coefficient of xᵏ is 26! / (13 - k)! / k! / (14 ... (26 - k)), up to a common factor.
  var c = [1.0]
  for k in 1...13 { c.append(c[k - 1] * Double(14 - k) / Double(k * (27 - k))) }
  let identity = NDArray.eye(x.shape[x.rank - 1], dtype: x.dtype)
  let x2 = matmul(x, x)
  let x4 = matmul(x2, x2)
  let x6 = matmul(x4, x2)
  func polynomial(_ k: Int) -> NDArray {
    let low = c[k] * identity + c[k + 2] * x2 + c[k + 4] * x4 + c[k + 6] * x6
    return low + matmul(x6, c[k + 8] * x2 + c[k + 10] * x4 + c[k + 12] * x6)
  }
  return (polynomial(0), matmul(x, polynomial(1)))
}
