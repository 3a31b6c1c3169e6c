#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

/// A type that LAPACK has routines for. Matrices are square and column-major, without gaps.
protocol LAPACKScalar: BinaryFloatingPoint {
  /// Replaces a matrix by its LU factors. Returns 0, or the position, from 1, of the first pivot that is exactly 0.
  static func factorLU(_ a: UnsafeMutablePointer<Self>, _ n: Int, pivots: UnsafeMutablePointer<Int32>) -> Int

  /// Replaces `columns` columns by the solutions for them, given the LU factors.
  static func solveLU(
    _ a: UnsafeMutablePointer<Self>, _ n: Int, pivots: UnsafeMutablePointer<Int32>, transposed: Bool,
    _ b: UnsafeMutablePointer<Self>, columns: Int)

  /// Replaces the upper triangle by that of the Cholesky factor. Returns 0, or the order, from 1, of the first leading
  /// minor that is not positive.
  static func factorCholesky(_ a: UnsafeMutablePointer<Self>, _ n: Int) -> Int
}

extension Float: LAPACKScalar {
  static func factorLU(_ a: UnsafeMutablePointer<Float>, _ n: Int, pivots: UnsafeMutablePointer<Int32>) -> Int {
    BLAS.configure()
    var (m, n, lda, info) = (Int32(n), Int32(n), Int32(n), Int32(0))
    sgetrf_(&m, &n, a, &lda, pivots, &info)
    return Int(info)
  }

  static func solveLU(
    _ a: UnsafeMutablePointer<Float>, _ n: Int, pivots: UnsafeMutablePointer<Int32>, transposed: Bool,
    _ b: UnsafeMutablePointer<Float>, columns: Int
  ) {
    BLAS.configure()
    var trans = LAPACK.trans(transposed)
    var (n, columns, lda, ldb, info) = (Int32(n), Int32(columns), Int32(n), Int32(n), Int32(0))
    sgetrs_(&trans, &n, &columns, a, &lda, pivots, b, &ldb, &info)
  }

  static func factorCholesky(_ a: UnsafeMutablePointer<Float>, _ n: Int) -> Int {
    BLAS.configure()
    var uplo = LAPACK.upper
    var (n, lda, info) = (Int32(n), Int32(n), Int32(0))
    spotrf_(&uplo, &n, a, &lda, &info)
    return Int(info)
  }
}

extension Double: LAPACKScalar {
  static func factorLU(_ a: UnsafeMutablePointer<Double>, _ n: Int, pivots: UnsafeMutablePointer<Int32>) -> Int {
    BLAS.configure()
    var (m, n, lda, info) = (Int32(n), Int32(n), Int32(n), Int32(0))
    dgetrf_(&m, &n, a, &lda, pivots, &info)
    return Int(info)
  }

  static func solveLU(
    _ a: UnsafeMutablePointer<Double>, _ n: Int, pivots: UnsafeMutablePointer<Int32>, transposed: Bool,
    _ b: UnsafeMutablePointer<Double>, columns: Int
  ) {
    BLAS.configure()
    var trans = LAPACK.trans(transposed)
    var (n, columns, lda, ldb, info) = (Int32(n), Int32(columns), Int32(n), Int32(n), Int32(0))
    dgetrs_(&trans, &n, &columns, a, &lda, pivots, b, &ldb, &info)
  }

  static func factorCholesky(_ a: UnsafeMutablePointer<Double>, _ n: Int) -> Int {
    BLAS.configure()
    var uplo = LAPACK.upper
    var (n, lda, info) = (Int32(n), Int32(n), Int32(0))
    dpotrf_(&uplo, &n, a, &lda, &info)
    return Int(info)
  }
}

private enum LAPACK {
  static let upper = CChar(UInt8(ascii: "U"))
  static func trans(_ transposed: Bool) -> CChar { CChar(transposed ? UInt8(ascii: "T") : UInt8(ascii: "N")) }
}
