import Autograd
import Testing

/// The examples of `UsingArrays.md`.
@Suite struct UsingArraysExamples: Examples {
  @Test func usingArrays() {
    var x = NDArray.arange(4)
    let y = x
    x += 10
    print(x)  // [10. 11. 12. 13.]
    print(y)  // [0. 1. 2. 3.]

    let m = NDArray([[1, 2], [3, 4]])
    let exact = NDArray([1, 2, 3], dtype: .float64)
    let swiftNumbers = [[1, 2, 3], [4, 5, 6]]
    print(m.dtype, exact.dtype, NDArray(swiftNumbers).dtype)  // float32 float64 int64
    print(NDArray(swiftNumbers).shape)  // (2, 3)
    print(NDArray.linspace(0, 1, count: 5))  // [0.   0.25 0.5  0.75 1.  ]

    print(m.sum().item())  // 10.0
    print(m.scalars(as: Int.self))  // [1, 2, 3, 4]

    let i = NDArray([7, 8], dtype: .int32)
    print((i * 2).dtype, (i * 1.5).dtype, (i / 2).dtype)  // int32 float32 float32
    print(i.sum().dtype, (i .> 7).dtype, i.argmax().dtype)  // int64 bool int64
    let flags = NDArray([true, false])
    print((flags + flags).dtype)  // int32
    print(NDArray([-7, 7]) % 3, floorDivide(NDArray([-7, 7]), 3))  // [2. 1.] [-3.  2.]

    var grid = NDArray.arange(12).reshaped([3, 4])
    print(grid[1, 2...])  // [6. 7.]
    print(grid[-1, .slice(nil, nil, step: -2)])  // [11.  9.]
    print(grid[NDArray([2, 0], dtype: .int64), 1])  // [9. 1.]
    print(grid[grid .> 9])  // [10. 11.]
    print(grid[.newAxis, .ellipsis, 0].shape)  // (1, 3)
    grid[0] = NDArray.zeros([4])
    grid.set(-1, at: 1, 0)
    print(grid)
    // [[ 0.  0.  0.  0.]
    //  [-1.  5.  6.  7.]
    //  [ 8.  9. 10. 11.]]

    print(m .> 2)
    // [[False False]
    //  [ True  True]]
    print(m.sum() > 5, m == m.T)  // true false
    print(which(m .> 2, m, 0))
    // [[0. 0.]
    //  [3. 4.]]

    let scores = NDArray.normal([1000, 1000])
    let e = exp(scores - scores.max(axis: 1, keepDims: true))
    print(explain(e / e.sum(axis: 1, keepDims: true)))
    // 1 kernel, reads 4.0 MB, writes 4.0 MB
    //   1. loop over (1000, 1000), rows of 1000: max, subtract, exp, sum, divide
    //      writes float32 (1000, 1000)
  }
}
