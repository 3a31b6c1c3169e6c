import CKernels

#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

/// The only place that knows the matrix library: OpenBLAS, or Accelerate on Apple platforms; and where the loops of
/// `CKernels` are faster.
enum BLAS {
  /// A matrix in memory: rows of `stride` elements, or columns if transposed.
  struct Matrix {
    let base: UnsafeMutableRawPointer
    let stride: Int
    let isTransposed: Bool

    var rowStride: Int { isTransposed ? 1 : stride }
    var columnStride: Int { isTransposed ? stride : 1 }

    fileprivate var strided: ag_matrix {
      ag_matrix(base: base, row_stride: Int64(rowStride), column_stride: Int64(columnStride))
    }
  }

  /// The library's own threads are off: the engine splits products in a way that depends on their shapes alone.
  private static let isConfigured: Bool = {
    #if !canImport(Accelerate)
      openblas_set_num_threads(1)
    #endif
    return true
  }()

  /// To be called before the library is.
  static func configure() { precondition(isConfigured) }

  private static let hasFastLoops = ag_product_is_fast()

  /// Whether our own loops are faster. They work on tiles of up to 6 rows by 4 vectors of 64 bytes: of a narrow result
  /// most of a vector would be empty. A result of 10 to 50 columns takes half of the time that the library takes.
  private static func prefersOwnLoops(_ rows: Int, _ columns: Int, _ inner: Int, _ dtype: DType) -> Bool {
    hasFastLoops && columns * dtype.size > 32 && rows >= 4 && inner >= 4
  }

  /// c = a b, or c + a b when adding, of shapes (rows, inner), (inner, columns) and (rows, columns); c is row-major.
  static func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutableRawPointer, cStride: Int, rows: Int, columns: Int, inner: Int,
    adding: Bool, dtype: DType
  ) {
    if prefersOwnLoops(rows, columns, inner, dtype) {
      var (a, b) = (a.strided, b.strided)
      var c = ag_matrix(base: c, row_stride: Int64(cStride), column_stride: 1)
      return ag_product(dtype == .float64, Int64(rows), Int64(columns), Int64(inner), &a, &b, &c, adding)
    }
    configure()
    let beta = adding ? 1.0 : 0.0
    let ta = a.isTransposed ? CblasTrans : CblasNoTrans
    let tb = b.isTransposed ? CblasTrans : CblasNoTrans
    let (m, n, k) = (Int32(rows), Int32(columns), Int32(inner))
    let (lda, ldb, ldc) = (Int32(a.stride), Int32(b.stride), Int32(cStride))
    if dtype == .float64 {
      cblas_dgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, a.base.assumingMemoryBound(to: Double.self), lda,
        b.base.assumingMemoryBound(to: Double.self), ldb, beta, c.assumingMemoryBound(to: Double.self), ldc)
    } else {
      cblas_sgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, a.base.assumingMemoryBound(to: Float.self), lda,
        b.base.assumingMemoryBound(to: Float.self), ldb, Float(beta), c.assumingMemoryBound(to: Float.self), ldc)
    }
  }
}
