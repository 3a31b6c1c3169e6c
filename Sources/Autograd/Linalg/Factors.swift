/// An operation whose value is computed at the call, because the values may be an error. Inputs: the value, then the
/// arguments.
protocol ComputedAtCall: View {
  /// The result for a batch of arguments, along a new first axis.
  func computed(_ arguments: [NDArray]) -> NDArray
}

extension ComputedAtCall {
  var linearity: Linearity { .unknown }
  func batched(_ x: Batch) -> NDArray? { computed((1..<x.inputs.count).map(x.spread)) }

  var keepsOrder: Bool { true }
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? { input }

  func callAsFunction(_ value: NDArray, of arguments: NDArray...) -> NDArray {
    apply(self, Inputs([value.node] + arguments.map(\.node)), shape: value.shape, dtype: value.dtype)
  }

  /// The result of arguments that have no value yet: to be computed when they have.
  func waiting(for arguments: NDArray..., shape: Shape) -> NDArray {
    let value = NDArray.unknown(shape, arguments[0].dtype)
    return apply(self, Inputs([value.node] + arguments.map(\.node)), shape: shape, dtype: value.dtype)
  }
}

extension NDArray {
  /// The array with a floating-point type, if its last two axes are matrices; else an error.
  func asMatrices(_ operation: String) -> NDArray? {
    guard rank >= 2 else {
      report(.shape("\(operation): an array of shape \(shape) is no matrix, nor a batch of them"))
      return nil
    }
    return converted(to: floatingType.computing)
  }

  /// The array with a floating-point type, if its last two axes are square matrices; else an error.
  func asSquareMatrices(_ operation: String) -> NDArray? {
    guard rank >= 2, shape[rank - 1] == shape[rank - 2] else {
      report(
        .shape(
          "\(operation): an array of shape \(shape) is no square matrix, nor a batch of them; the last two extents "
            + "must be equal"))
      return nil
    }
    return converted(to: floatingType.computing)
  }

  /// The array, if no element is infinite or NaN, on which LAPACK's loops may not end; else an error.
  func asFinite(_ operation: String) -> NDArray? {
    guard pause({ isfinite(overAllExamples.detached()).all().item(as: Bool.self) }) else {
      report(.value("\(operation): an element is infinite or NaN. Run the code in tracingNaN { }, which tells where."))
      return nil
    }
    return self
  }

  /// The matrices in the last two axes transposed.
  var matrixTransposed: NDArray { swappedAxes(-1, -2) }
}

/// A copy of the matrices in the last two axes, to be overwritten by LAPACK.
struct Matrices {
  let rows: Int
  let columns: Int
  let count: Int
  let dtype: DType
  let storage: Storage

  init(copying x: NDArray) {
    x.evaluate()
    rows = x.shape[x.rank - 2]
    columns = x.shape[x.rank - 1]
    count = x.shape.dropLast(2).reduce(1, *)
    dtype = x.dtype
    storage = Immediate.packed(ArrayView(x.node))
  }

  /// Matrices for results, not initialised.
  init(count: Int, rows: Int, columns: Int, dtype: DType) {
    self.rows = rows
    self.columns = columns
    self.count = count
    self.dtype = dtype
    storage = Storage.allocate(byteCount: count * rows * columns * dtype.size)
  }

  /// The extent of square matrices.
  var size: Int { rows }

  /// Runs `body` for each matrix that has elements, and returns the first for which it does not give 0.
  func firstFailure(_ body: (Int) -> Int) -> Int? {
    guard rows > 0, columns > 0 else { return nil }
    let observer = Observer.current
    observer?.willRun("linear algebra", bytesWritten: storage.byteCount)
    defer { observer?.didRun() }
    let work = rows * columns * Swift.min(rows, columns)
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { results in
      // As many matrices as are worth the way to another thread.
      Parallel.forEachChunk(count, of: Swift.max(1, 65536 / work)) { range in
        for i in range { results[i] = body(i) }
      }
      return results.firstIndex { $0 != 0 }
    }
  }

  func matrix<Scalar>(_ i: Int, _ type: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
    storage.address.assumingMemoryBound(to: type) + i * rows * columns
  }

  /// The matrices as an array with these leading axes.
  func array(_ batch: some Sequence<Int>) -> NDArray {
    NDArray(storage: storage, shape: Shape(Array(batch) + [rows, columns]), dtype: dtype)
  }

  /// Where in a batch a matrix is, for messages.
  func place(of i: Int) -> String { count == 1 ? "the matrix" : "matrix \(i) of the batch" }
}

/// The LU factors of square matrices.
struct LUFactors {
  let matrices: Matrices
  /// The first matrix with a pivot that is exactly 0.
  let firstSingular: Int?
  private let pivots: Storage

  init(_ x: NDArray) {
    let matrices = Matrices(copying: x)
    let pivots = Storage.allocate(byteCount: matrices.count * matrices.size * MemoryLayout<Int32>.stride)
    func factor<Scalar: LAPACKScalar>(_ type: Scalar.Type) -> Int? {
      matrices.firstFailure { i in
        Scalar.factorLU(matrices.matrix(i, type), matrices.size, pivots: Self.pivots(pivots, matrices.size, i))
      }
    }
    firstSingular = factor(matrices.dtype.lapackScalar)
    self.matrices = matrices
    self.pivots = pivots
  }

  private static func pivots(_ storage: Storage, _ size: Int, _ i: Int) -> UnsafeMutablePointer<Int32> {
    storage.address.assumingMemoryBound(to: Int32.self) + i * size
  }

  /// Replaces columns by the solutions for them: `columns` contiguous ones for each matrix.
  func solve(transposed: Bool, _ b: Storage, columns: Int) {
    guard columns > 0 else { return }
    let size = matrices.size
    func solve<Scalar: LAPACKScalar>(_ type: Scalar.Type) {
      _ = matrices.firstFailure { i in
        Scalar.solveLU(
          matrices.matrix(i, type), size, pivots: Self.pivots(pivots, size, i), transposed: transposed,
          b.address.assumingMemoryBound(to: type) + i * size * columns, columns: columns)
      }
    }
    solve(matrices.dtype.lapackScalar)
  }

  /// The diagonal of U: the pivots' values.
  func diagonal(_ i: Int) -> [Double] {
    (0..<matrices.size).map { k in
      matrices.dtype.load(
        matrices.storage.address, index: i * matrices.size * matrices.size + k * (matrices.size + 1), as: Double.self)
    }
  }

  /// Whether the rows were exchanged an odd number of times.
  func isOdd(_ i: Int) -> Bool {
    let pivots = Self.pivots(pivots, matrices.size, i)
    return (0..<matrices.size).count { Int(pivots[$0]) != $0 + 1 } % 2 == 1
  }
}
