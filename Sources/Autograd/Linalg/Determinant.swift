#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The determinant of regular matrices.
struct Determinant: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    return g.expandedDims([-1, -2]) .* (y.expandedDims([-1, -2]) * inverse(x[1], "det").matrixTransposed)
  }
  func computed(_ arguments: [NDArray]) -> NDArray { det(arguments[0]) }

  static func apply(_ x: NDArray, _ factors: LUFactors) -> NDArray {
    let value = NDArray(Shape(x.shape.dropLast(2)), dtype: x.dtype) { factors.determinant($0) }
    return Determinant()(value, of: x)
  }
}

/// The logarithm of the absolute value of the determinant.
///
/// Not `log(abs(det(x)))`, which is infinite where the determinant is beyond 3e38 in float32.
struct LogDeterminant: ComputedAtCall {
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? nil : g.expandedDims([-1, -2]) .* inverse(x[1], "slogdet").matrixTransposed
  }
  func computed(_ arguments: [NDArray]) -> NDArray { slogdet(arguments[0]).logdet }
}

/// The sign of the determinant, which is constant almost everywhere.
///
/// Not `sign(det(x))`, which is 0 where the determinant is below 1e-45 in float32.
struct DeterminantSign: ComputedAtCall {
  func computed(_ arguments: [NDArray]) -> NDArray { slogdet(arguments[0]).sign }
}

/// The determinant of a square matrix, or of each in the last two axes. Its derivatives are those of a polynomial:
/// right for a singular matrix too.
///
/// ```swift
/// det(NDArray([[1, 2], [3, 4]]))  // array(-2.)
/// ```
public func det(_ x: NDArray) -> NDArray {
  guard let x = x.asSquareMatrices("det") else { return .placeholder(.scalar, x.floatingType) }
  if x.isTraced { return Determinant().waiting(for: x, shape: Shape(x.shape.dropLast(2))) }
  let factors = LUFactors(x)
  guard isRecording, x.node.isTracked, factors.isNearlySingular else { return Determinant.apply(x, factors) }
  return determinantByParts(x)
}

/// The sign of the determinant and the logarithm of its absolute value, which cannot overflow: 0 and -inf for a
/// singular matrix. The gradient of the sign is 0.
public func slogdet(_ x: NDArray) -> (sign: NDArray, logdet: NDArray) {
  guard let x = x.asSquareMatrices("slogdet") else {
    let failed = NDArray.placeholder(.scalar, x.floatingType)
    return (failed, failed)
  }
  let shape = Shape(x.shape.dropLast(2))
  if x.isTraced {
    let sign = DeterminantSign().waiting(for: x, shape: shape)
    return (sign, LogDeterminant().waiting(for: x, shape: shape))
  }
  let factors = LUFactors(x)
  let sign = DeterminantSign()(NDArray(shape, dtype: x.dtype) { factors.sign($0) }, of: x)
  let logarithm = NDArray(shape, dtype: x.dtype) { factors.logarithm($0) }
  return (sign, LogDeterminant()(logarithm, of: x))
}

extension LUFactors {
  fileprivate func sign(_ i: Int) -> Double {
    diagonal(i).reduce(isOdd(i) ? -1 : 1) { $0 * ($1 == 0 || $1.isNaN ? $1 : $1 < 0 ? -1 : 1) }
  }

  fileprivate func logarithm(_ i: Int) -> Double {
    diagonal(i).reduce(0.0) { $0 + log($1.magnitude) }
  }

  /// The product of the diagonal, which overflows only if the result does.
  fileprivate func determinant(_ i: Int) -> Double {
    var product = isOdd(i) ? -1.0 : 1.0
    var exponent = 0
    for element in diagonal(i) {
      product *= element
      guard product.isFinite, product != 0 else { return product }
      exponent += Int(product.exponent)
      product = product.significand * (product < 0 ? -1 : 1)
    }
    return Double(sign: .plus, exponent: Swift.max(-3000, Swift.min(3000, exponent)), significand: product)
  }

  /// Whether the inverse of a matrix would be too inexact for the derivative.
  fileprivate var isNearlySingular: Bool {
    let tolerance = Pivoting.tolerance(matrices.dtype)
    return (0..<matrices.count).contains { i in
      let pivots = diagonal(i).map(\.magnitude)
      return pivots.contains { $0 <= tolerance * (pivots.max() ?? 0) }
    }
  }
}

// MARK: Nearly singular matrices

/// The determinant as that of a regular block times that of what elimination leaves of the rest, by a polynomial.
private func determinantByParts(_ x: NDArray) -> NDArray {
  let pivoting = Pivoting(x)
  let ordered = matmul(matmul(pivoting.rows, x), pivoting.columns)
  let k = pivoting.rank
  guard k > 0 else { return pivoting.sign * polynomialDeterminant(ordered) }
  let regular = ordered[.ellipsis, 0..<k, 0..<k]
  let above = ordered[.ellipsis, 0..<k, k...]
  let left = ordered[.ellipsis, k..., 0..<k]
  let rest = ordered[.ellipsis, k..., k...] - matmul(left, Solve.apply(regular, above))
  return pivoting.sign * Determinant.apply(regular, LUFactors(regular)) * polynomialDeterminant(rest)
}

/// The determinant without a division (R. Bird, "A simple division-free algorithm for computing determinants").
private func polynomialDeterminant(_ x: NDArray) -> NDArray {
  let size = x.shape[x.rank - 1]
  let identity = NDArray.eye(size, dtype: x.dtype)
  let following = NDArray.ones([size, size], dtype: x.dtype).tril(-1)
  var product = x
  for _ in 1..<size {
    let diagonal = (product * identity).sum(axis: -1)
    let sums = matmul(diagonal.expandedDims(-2), following).matrixTransposed
    product = matmul(product.triu(1) - sums * identity, x)
  }
  let corner = product[.ellipsis, 0, 0]
  return size % 2 == 1 ? corner : -corner
}

/// Orders of rows and columns, found by elimination with complete pivoting, that put a regular block first.
private struct Pivoting {
  /// Matrices that exchange rows from the left and columns from the right, and the sign of doing so.
  private(set) var rows: NDArray
  private(set) var columns: NDArray
  private(set) var sign: NDArray
  /// The extent of the block: the least over the batch, so that all have one shape; below the full extent.
  private(set) var rank: Int

  static func tolerance(_ dtype: DType) -> Double {
    (dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)).squareRoot()
  }

  init(_ x: NDArray) {
    let size = x.shape[x.rank - 1]
    let eliminations = Self.eliminations(x, size)
    rank = eliminations.reduce(size - 1) { Swift.min($0, $1.rank) }
    rows = NDArray(x.shape, dtype: x.dtype) { e in
      eliminations[e / (size * size)].rows[e / size % size] == e % size ? 1.0 : 0.0
    }
    columns = NDArray(x.shape, dtype: x.dtype) { e in
      eliminations[e / (size * size)].columns[e % size] == e / size % size ? 1.0 : 0.0
    }
    sign = NDArray(Shape(x.shape.dropLast(2)), dtype: x.dtype) { eliminations[$0].sign }
  }

  private static func eliminations(_ x: NDArray, _ size: Int) -> [Elimination] {
    let values = x.detached().scalars(as: Double.self)
    return stride(from: 0, to: values.count, by: size * size).map {
      Elimination(Array(values[$0..<($0 + size * size)]), size, tolerance(x.dtype))
    }
  }

  struct Elimination {
    private(set) var rows: [Int]
    private(set) var columns: [Int]
    private(set) var sign = 1.0
    private(set) var rank = 0

    init(_ matrix: [Double], _ size: Int, _ tolerance: Double) {
      var a = matrix
      rows = Array(0..<size)
      columns = Array(0..<size)
      let largest = a.reduce(0) { Swift.max($0, $1.magnitude) }
      for k in 0..<size {
        let rest = (k * size..<size * size).filter { $0 % size >= k }
        let pivot = rest.max { a[$0].magnitude < a[$1].magnitude }!
        guard a[pivot].magnitude > tolerance * largest else { return }
        exchange(k, pivot / size, pivot % size, &a, size)
        for i in (k + 1)..<Swift.max(size, k + 1) {
          let factor = a[i * size + k] / a[k * size + k]
          for j in k..<size { a[i * size + j] -= factor * a[k * size + j] }
        }
        rank += 1
      }
    }

    private mutating func exchange(_ k: Int, _ row: Int, _ column: Int, _ a: inout [Double], _ size: Int) {
      if row != k {
        for j in 0..<size { a.swapAt(k * size + j, row * size + j) }
        rows.swapAt(k, row)
        sign = -sign
      }
      if column != k {
        for i in 0..<size { a.swapAt(i * size + k, i * size + column) }
        columns.swapAt(k, column)
        sign = -sign
      }
    }
  }
}
