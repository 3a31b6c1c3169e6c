import Testing

@testable import Autograd

/// Types that only store: float16, int8 and int16.
@Suite struct StorageTypeTests {
  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    /// Every number that there is, there and back, and beside Swift's own.
    @Test func everyHalf() {
      let all = (UInt16.min...UInt16.max).map(Float16.init(bitPattern:))
      let x = NDArray(all)
      #expect(x.dtype == .float16 && x.elementCount == 65536)
      let wide = x.astype(.float32).scalars(as: Float.self)
      #expect(zip(all, wide).allSatisfy { $0.isNaN ? $1.isNaN : Float($0).bitPattern == $1.bitPattern })
      let back = x.astype(.float64).astype(.float16).scalars(as: Float16.self)
      #expect(zip(all, back).allSatisfy { $0.isNaN ? $1.isNaN : $0.bitPattern == $1.bitPattern })
    }

    /// Sums and products are the correctly rounded ones, fused or not.
    @Test func halvesRoundOnce() {
      let a = NDArray.normal([300, 7], dtype: .float16)
      let b = NDArray.normal([300, 7], dtype: .float16)
      let expected = zip(a.scalars(as: Float16.self), b.scalars(as: Float16.self)).map { $0 * $1 + $0 }
      for run in [fused({ (a * b + a).scalars(as: Float16.self) }), unfused { (a * b + a).scalars(as: Float16.self) }] {
        #expect(zip(run, expected).allSatisfy { $0.bitPattern == $1.bitPattern })
      }
    }

    /// From float64 in one rounding: by way of float32 this would be the even neighbour.
    @Test func doublesAreRoundedOnce() {
      let halfway = 1 + 0x1p-11
      let x = NDArray([halfway + 0x1p-40, halfway, halfway - 0x1p-40, 65519.99, 65520], dtype: .float64)
      #expect(x.astype(.float16).scalars(as: Double.self) == [1 + 0x1p-10, 1, 1, 65504, .infinity])
    }
  #endif

  @Test(arguments: [DType.int8, .int16]) func integersWrap(_ dtype: DType) {
    let top = dtype == .int8 ? 127 : 32767
    let x = NDArray([top, -top - 1, 7, -7], dtype: dtype)
    func check(_ y: NDArray, _ expected: [Int]) {
      #expect(y.dtype == dtype && y.scalars(as: Int.self) == expected)
    }
    for run in [{ fused($0) }, { unfused($0) }] as [(() -> NDArray) -> NDArray] {
      check(run { x + 1 }, [-top - 1, -top, 8, -6])
      check(run { -x }, [-top, -top - 1, -7, 7])
      check(run { x * x }, [1, 0, 49, 49])
      check(run { floorDivide(x, -1) }, [-top, -top - 1, -7, 7])
      check(run { x % 4 }, [3, 0, 3, 1])
      check(run { maximum(x, 0) }, [top, 0, 7, 0])
      check(run { x[.slice(nil, nil, step: -1)] }, [-7, 7, -top - 1, top])
      check(run { concatenate([x, x])[2..<6] }, [7, -7, top, -top - 1])
      check(run { x.sorted() }, [-top - 1, -7, 7, top])
    }
    #expect(x.sum().item() == -1 && x.max().item() == Double(top) && x.min().item() == Double(-top - 1))
    #expect(matmul(x.reshaped([2, 2]), x.reshaped([2, 2])).dtype == dtype)
  }

  /// All conversions, by way of Swift's.
  @Test func conversions() {
    for from in DType.allCases {
      for to in DType.allCases {
        let x = NDArray([0, 1, 5, 100], dtype: from)
        let expected = NDArray(x.scalars(as: Double.self), shape: [4]).scalars(as: Double.self)
        let y = x.astype(to)
        #expect(
          y.dtype == to && y.scalars(as: Double.self) == (to == .bool ? expected.map { $0 == 0 ? 0 : 1 } : expected))
      }
    }
    #expect(NDArray([300, -300, 1e9]).astype(.int8).scalars(as: Int.self) == [44, -44, 0])
  }

  @Test func gradientsAreOfTheSameType() {
    let x = NDArray([1, 2, 3], dtype: .float16).attachingGrad()
    let y = record { (sin(x) * x).sum() }
    #expect(y.dtype == .float16)
    y.backward()
    #expect(x.grad.dtype == .float16)
    let exact = NDArray([1, 2, 3])
    #expect(isClose(x.grad.astype(.float32), sin(exact) + exact * cos(exact), relative: 2e-3, absolute: 2e-3))
    let slope = grad(of: record { x * x * x }, wrt: x, createGraph: true)
    #expect(grad(of: slope, wrt: x) == 6 * x)
  }

  @Test func reductionsOfHalvesDoNotOverflow() {
    let x = NDArray.full([1000], 300, dtype: .float16)
    #expect(x.mean().item() == 300 && x.variance().item() == 0 && (x / 2).norm().item().isFinite)
    #expect(NDArray.ones([3000], dtype: .float16).sum().item() == 3000)
    #expect(softmax(x).dtype == .float16 && matmul(x, x.astype(.float32)).dtype == .float32)
    #expect(solve(NDArray.eye(2, dtype: .float16), NDArray.ones([2], dtype: .float16)) == NDArray.ones([2]))
  }

  /// As NumPy prints them.
  @Test func printing() {
    func check(_ values: NDArrayLiteral, _ dtype: DType, _ text: String) {
      #expect(NDArray(values, dtype: dtype).debugDescription == text)
    }
    check([0.1, 1], .float16, "array([0.1, 1. ], dtype=float16)")
    check(999.5, .float16, "array(999.5, dtype=float16)")
    check(1001, .float16, "array(1.001e+03, dtype=float16)")
    check([65504, 1], .float16, "array([6.55e+04, 1.00e+00], dtype=float16)")
    check([0.3333, 1], .float16, "array([0.3333, 1.    ], dtype=float16)")
    check(6e-8, .float16, "array(6.e-08, dtype=float16)")
    check([.nan, .infinity, -0.0], .float16, "array([nan, inf, -0.], dtype=float16)")
    check([1, -128], .int8, "array([   1, -128], dtype=int8)")
    check(-300, .int16, "array(-300, dtype=int16)")
  }
}
