import CKernels
import Testing

@testable import Autograd

/// Loops in which an operand is one element for a whole row: it stays in a register, and means the same.
@Suite struct RowOperandTests {
  private static let widths = [1, 2, 5, 300, 512, 513, 700, 1024, 1025, 5000]
  private static let operations: [(name: String, apply: @Sendable (NDArray, NDArray) -> NDArray)] = [
    ("add", { $0 + $1 }), ("subtract", { $0 - $1 }), ("multiply", { $0 * $1 }), ("divide", { $0 / $1 }),
    ("masked multiply", { $0 .* $1 }), ("maximum", { maximum($0, $1) }), ("minimum", { minimum($0, $1) }),
    ("less", { $0 .< $1 }), ("greater", { $0 .> $1 }), ("power", { power(abs($0), $1) }),
    ("arctan2", { arctan2($0, $1) }), ("which", { which($0 .> 0, $0, $1) }),
  ]

  @Test(arguments: [DType.float32, .float64, .int32], widths) func fusedEqualsUnfused(_ dtype: DType, _ width: Int) {
    let x = values([7, width], dtype)
    let column = values([7, 1], dtype, from: 1)
    for (name, apply) in Self.operations {
      func results() -> [NDArray] {
        let largest = x.max(axis: 1, keepDims: true)  // a row value of the loop itself
        let parts = [column, largest, NDArray(2, dtype: dtype)]
        return parts.flatMap { [apply(x, $0), apply($0, x), apply(x, $0).sum(axis: 0), apply($0, apply(x, $0))] }
          + [apply(column, x.sum(axis: 0)), apply(apply(column, largest), x), (x * column).T.copy()]
      }
      for (i, (f, u)) in zip(fused { evaluated(results()) }, unfused { results() }).enumerated() {
        #expect(isClose(f, u), "\(name), result \(i)")
      }
    }
  }

  /// The elements of a column used both ways in one loop: as one element, and repeated.
  @Test(arguments: widths) func bothWays(_ width: Int) {
    let x = values([7, width], .float32)
    let column = values([7, 1], .float32, from: 1)
    func results() -> [NDArray] {
      let y = x * column
      return [power(abs(y), column) + column, (column + 0 * x).sum(axis: 0), y.sum(), y.sum(axis: 1) + x.sum(axis: 1)]
    }
    for (f, u) in zip(fused { evaluated(results()) }, unfused { results() }) { #expect(isClose(f, u)) }
  }

  /// The same bits as with the element repeated, for special values too, in vectors and in what remains.
  @Test(arguments: scalarOps.filter { ag_map_one($0, DType.float32.kernelType, 0) != nil })
  func loopsGiveTheSameBits(_ op: ScalarOp) {
    check(op, Float.self)
    check(op, Double.self)
  }

  private func check<T: KernelFloat & BitwiseCopyable>(_ op: ScalarOp, _ type: T.Type) {
    let special: [T] = [0, -0.0, 1, -2.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 3e30, -1e-30]
    let others = (0..<67).map { special[$0 * 7 % 10] * (1 + T($0 / 10)) }
    for one in special {
      let repeated = Array(repeating: one, count: others.count)
      for operand in 0..<2 {
        let pair = operand == 0 ? [repeated, others] : [others, repeated]
        let short = operand == 0 ? [[one], others] : [others, [one]]
        let loop = ag_map_one(op, T.kernelType, Int32(operand))!
        if ag_op_gives_bool(op) {
          #expect(run(loop, short, others.count, Bool.self) == op.results(pair, Bool.self), "\(op.name), \(one)")
        } else {
          let found = run(loop, short, others.count, T.self).map(\.pattern)
          #expect(found == op.results(pair, T.self).map(\.pattern), "\(op.name), \(one)")
        }
      }
    }
  }

  private func run<T: BitwiseCopyable, R>(_ loop: ag_map_fn, _ operands: [[T]], _ count: Int, _ result: R.Type) -> [R] {
    Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      loop(Int64(count), operands[0], operands[1], nil, buffer.baseAddress)
      initialized = count
    }
  }

  private func evaluated(_ arrays: [NDArray]) -> [NDArray] {
    evaluate(arrays.map(\.node))
    return arrays
  }

  private func values(_ shape: Shape, _ dtype: DType, from first: Double = -4) -> NDArray {
    let count = shape.elementCount
    return NDArray((0..<count).map { first + Double($0 * 37 % 19) / 2 }, shape: shape, dtype: dtype)
  }
}
