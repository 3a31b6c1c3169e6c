#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

/// A type that LAPACK has routines for: those of `Float` begin with s, those of `Double` with d.
protocol LAPACKScalar: BinaryFloatingPoint, NDArrayScalar {
  typealias Values = UnsafeMutablePointer<Self>?
  typealias Counts = UnsafeMutablePointer<Int32>?
  typealias Choice = UnsafeMutablePointer<CChar>?

  static var getrf: @Sendable (Counts, Counts, Values, Counts, Counts, Counts) -> Void { get }
  static var getrs: @Sendable (Choice, Counts, Counts, Values, Counts, Counts, Values, Counts, Counts) -> Void { get }
  static var potrf: @Sendable (Choice, Counts, Values, Counts, Counts) -> Void { get }
  static var trtrs: @Sendable (Choice, Choice, Choice, Counts, Counts, Values, Counts, Values, Counts, Counts) -> Void
  { get }
  static var geqrf: @Sendable (Counts, Counts, Values, Counts, Values, Values, Counts, Counts) -> Void { get }
  static var orgqr: @Sendable (Counts, Counts, Counts, Values, Counts, Values, Values, Counts, Counts) -> Void { get }
  static var syevd:
    @Sendable (Choice, Choice, Counts, Values, Counts, Values, Values, Counts, Counts, Counts, Counts) -> Void
  { get }
  static var gesdd:
    @Sendable (
      Choice, Counts, Counts, Values, Counts, Values, Values, Counts, Values, Counts, Values, Counts, Counts, Counts
    ) -> Void
  { get }
}

extension Float: LAPACKScalar {
  static let getrf = sgetrf_
  static let getrs = sgetrs_
  static let potrf = spotrf_
  static let trtrs = strtrs_
  static let geqrf = sgeqrf_
  static let orgqr = sorgqr_
  static let syevd = ssyevd_
  static let gesdd = sgesdd_
}

extension Double: LAPACKScalar {
  static let getrf = dgetrf_
  static let getrs = dgetrs_
  static let potrf = dpotrf_
  static let trtrs = dtrtrs_
  static let geqrf = dgeqrf_
  static let orgqr = dorgqr_
  static let syevd = dsyevd_
  static let gesdd = dgesdd_
}

extension DType {
  /// The Swift type of a floating-point type.
  var lapackScalar: any LAPACKScalar.Type { self == .float64 ? Double.self : Float.self }
}

// Matrices are column-major, without gaps. Each returns LAPACK's `info`: 0 for success.
extension LAPACKScalar {
  /// Replaces a square matrix by its LU factors. Not 0: the position, from 1, of the first pivot that is exactly 0.
  static func factorLU(_ a: Values, _ n: Int, pivots: Counts) -> Int {
    BLAS.configure()
    var (rows, columns, lda, info) = (Int32(n), Int32(n), Int32(n), Int32(0))
    getrf(&rows, &columns, a, &lda, pivots, &info)
    return Int(info)
  }

  /// Replaces `columns` columns by the solutions for them, given the LU factors.
  static func solveLU(_ a: Values, _ n: Int, pivots: Counts, transposed: Bool, _ b: Values, columns: Int) -> Int {
    BLAS.configure()
    var trans = choice(transposed ? "T" : "N")
    var (n, columns, lda, ldb, info) = (Int32(n), Int32(columns), Int32(n), Int32(n), Int32(0))
    getrs(&trans, &n, &columns, a, &lda, pivots, b, &ldb, &info)
    return Int(info)
  }

  /// Replaces the upper triangle by that of the Cholesky factor. Not 0: the order, from 1, of the first leading minor
  /// that is not positive.
  static func factorCholesky(_ a: Values, _ n: Int) -> Int {
    BLAS.configure()
    var uplo = choice("U")
    var (n, lda, info) = (Int32(n), Int32(n), Int32(0))
    potrf(&uplo, &n, a, &lda, &info)
    return Int(info)
  }

  /// Replaces `columns` columns by the solutions for them, given the transpose of a triangular matrix, which is upper
  /// or not. Not 0: the position, from 1, of the first zero on the diagonal.
  static func solveTransposedTriangle(_ a: Values, _ n: Int, isUpper: Bool, _ b: Values, columns: Int) -> Int {
    BLAS.configure()
    var (uplo, trans, diag) = (choice(isUpper ? "L" : "U"), choice("T"), choice("N"))
    var (n, columns, lda, ldb, info) = (Int32(n), Int32(columns), Int32(n), Int32(n), Int32(0))
    trtrs(&uplo, &trans, &diag, &n, &columns, a, &lda, b, &ldb, &info)
    return Int(info)
  }

  /// Replaces a matrix with no more columns than rows by the factor with orthonormal columns.
  static func factorOrthogonal(_ a: Values, rows: Int, columns: Int) -> Int {
    BLAS.configure()
    var (m, n, k, lda, info) = (Int32(rows), Int32(columns), Int32(columns), Int32(rows), Int32(0))
    return withUnsafeTemporaryAllocation(of: Self.self, capacity: columns) { tau in
      let tau = tau.baseAddress
      withWorkspace { geqrf(&m, &n, a, &lda, tau, $0, $1, &info) }
      if info == 0 { withWorkspace { orgqr(&m, &n, &k, a, &lda, tau, $0, $1, &info) } }
      return Int(info)
    }
  }

  /// Writes the eigenvalues of a symmetric matrix in ascending order, and overwrites it, with the eigenvectors in
  /// columns if they are wanted. Not 0: it did not converge.
  static func factorSymmetric(_ a: Values, _ n: Int, values: Values, withVectors: Bool) -> Int {
    BLAS.configure()
    var (jobz, uplo) = (choice(withVectors ? "V" : "N"), choice("U"))
    var (n, lda, info) = (Int32(n), Int32(n), Int32(0))
    var integers = 3 + 5 * n
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Int(integers)) { iwork in
      withWorkspace { syevd(&jobz, &uplo, &n, a, &lda, values, $0, $1, iwork.baseAddress, &integers, &info) }
    }
    return Int(info)
  }

  /// Overwrites a matrix, and writes its singular values, descending, and if they are wanted the left singular vectors
  /// in columns, and the right ones in rows. Not 0: it did not converge.
  static func factorSingular(
    _ a: Values, rows: Int, columns: Int, left: Values, values: Values, right: Values, withVectors: Bool
  ) -> Int {
    BLAS.configure()
    let size = min(rows, columns)
    var jobz = choice(withVectors ? "S" : "N")
    var (m, n, lda, ldu, ldvt, info) = (
      Int32(rows), Int32(columns), Int32(rows), Int32(rows), Int32(size), Int32(0)
    )
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 8 * size) { iwork in
      withWorkspace {
        gesdd(&jobz, &m, &n, a, &lda, values, left, &ldu, right, &ldvt, $0, $1, iwork.baseAddress, &info)
      }
    }
    return Int(info)
  }

  /// Runs `body` twice: for the size of the workspace that it wants, and with it.
  private static func withWorkspace(_ body: (Values, Counts) -> Void) {
    var (wanted, query) = (Self.zero, Int32(-1))
    body(&wanted, &query)
    var count = Swift.max(1, Int32(wanted.nextUp.rounded(.up)))
    withUnsafeTemporaryAllocation(of: Self.self, capacity: Int(count)) { body($0.baseAddress, &count) }
  }

  private static func choice(_ letter: Unicode.Scalar) -> CChar { CChar(UInt8(ascii: letter)) }
}
