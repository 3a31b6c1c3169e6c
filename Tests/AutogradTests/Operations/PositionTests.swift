import Testing

@testable import Autograd

/// Positions of extremes, in rows shorter and longer than the vectors and blocks of the loops.
@Suite struct PositionTests {
  private static let columns = [1, 5, 31, 32, 33, 64, 65, 200, 1000]

  @Test(arguments: [DType.float16, .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .bool])
  func theFirstOfEqualOnes(_ dtype: DType) {
    for columns in Self.columns {
      let x = NDArray.randint(0, 7, [20, columns]).astype(dtype)
      let rows = (0..<20).map { x[$0].scalars(as: Double.self) }
      let largest = rows.map { row in row.firstIndex(of: row.max()!)! }
      let smallest = rows.map { row in row.firstIndex(of: row.min()!)! }
      #expect(x.argmax(axis: 1).scalars(as: Int.self) == largest)
      #expect(x.argmin(axis: 1).scalars(as: Int.self) == smallest)
      #expect(x.T.argmax(axis: 0).scalars(as: Int.self) == largest)
      #expect(x.argmin(axis: 1, keepDims: true).shape == [20, 1])
    }
  }

  @Test(arguments: [DType.float32, .float64]) func theFirstNaN(_ dtype: DType) {
    for columns in Self.columns {
      for place in Set([0, columns / 2, columns - 1]) {
        var x = NDArray.full([columns], Double.infinity, dtype: dtype)
        x[place...] = NDArray(Double.nan, dtype: dtype)
        #expect(x.argmax().item(as: Int.self) == place)
        #expect((-x).argmin().item(as: Int.self) == place)
      }
    }
    #expect(NDArray([-0.0, 0.0], dtype: dtype).argmax().item(as: Int.self) == 0)
    #expect(NDArray([-Double.infinity, -Double.infinity], dtype: dtype).argmax().item(as: Int.self) == 0)
  }
}
