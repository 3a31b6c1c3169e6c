import Testing

@testable import Autograd

/// What NumPy 2.4 makes of float16, int8 and int16, bit for bit: `operation type = type of the result, elements`. The
/// operands are the `a` and `b` before, those of reductions `r`.
@Suite struct NumPyTypeTests {
  @Test func operationsAreNumPys() throws {
    var operands: [Substring: NDArray] = [:]
    for line in numPyResults.split(separator: "\n") {
      let words = line.split(separator: " ")
      let (name, expected) = (words[0], try array(words[3], words[4...]))
      guard let operation = Self.operations[String(name)] else {
        operands[name] = expected
        continue
      }
      let (a, b, r) = (operands["a"]!, operands["b"]!, operands["r"]!)
      for found in [unfused { operation(a, b, r, expected.dtype) }, fused { operation(a, b, r, expected.dtype) }] {
        #expect(found.dtype == expected.dtype, "\(line)")
        #expect(found.reshaped([-1]).debugDescription == expected.debugDescription, "\(line)")
      }
    }
  }

  private func array(_ type: Substring, _ elements: ArraySlice<Substring>) throws -> NDArray {
    let dtype = try #require(DType.allCases.first { $0.name == type })
    let integers = elements.compactMap { Int($0) }
    return integers.count == elements.count && !dtype.isFloatingPoint
      ? NDArray(integers, shape: [integers.count], dtype: dtype)
      : NDArray(elements.map { Double($0)! }, shape: [elements.count], dtype: dtype)
  }

  private typealias Operation = @Sendable (_ a: NDArray, _ b: NDArray, _ r: NDArray, _ result: DType) -> NDArray

  private static let operations: [String: Operation] = [
    "astype": { a, _, _, result in a.astype(result) },
    "add": { a, b, _, _ in a + b }, "subtract": { a, b, _, _ in a - b }, "multiply": { a, b, _, _ in a * b },
    "divide": { a, b, _, _ in a / b }, "floorDivide": { a, b, _, _ in floorDivide(a, b) },
    "mod": { a, b, _, _ in a % b }, "maximum": { a, b, _, _ in maximum(a, b) },
    "minimum": { a, b, _, _ in minimum(a, b) }, "less": { a, b, _, _ in a .< b }, "equal": { a, b, _, _ in a .== b },
    "hypot": { a, b, _, _ in hypot(a, b) }, "arctan2": { a, b, _, _ in arctan2(a, b) },
    "logaddexp": { a, b, _, _ in logaddexp(a, b) }, "power": { a, b, _, _ in power(a, b) },
    "negative": { a, _, _, _ in -a }, "abs": { a, _, _, _ in abs(a) }, "square": { a, _, _, _ in square(a) },
    "sqrt": { a, _, _, _ in sqrt(a) }, "exp": { a, _, _, _ in exp(a) }, "log": { a, _, _, _ in log(a) },
    "sin": { a, _, _, _ in sin(a) }, "tanh": { a, _, _, _ in tanh(a) }, "floor": { a, _, _, _ in floor(a) },
    "rint": { a, _, _, _ in rint(a) }, "sign": { a, _, _, _ in sign(a) },
    "reciprocal": { a, _, _, _ in reciprocal(a) }, "expm1": { a, _, _, _ in expm1(a) },
    "log1p": { a, _, _, _ in log1p(a) }, "sum": { _, _, r, _ in r.sum() }, "prod": { _, _, r, _ in r.prod() },
    "mean": { _, _, r, _ in r.mean() }, "max": { _, _, r, _ in r.max() }, "argmax": { _, _, r, _ in r.argmax() },
    "cumsum": { _, _, r, _ in r.cumsum() }, "sort": { _, _, r, _ in r.sorted() },
    "argsort": { _, _, r, _ in r.argsorted() }, "any": { _, _, r, _ in r.any() }, "dot": { _, _, r, _ in dot(r, r) },
  ]
}

private let numPyResults = """
  a float16 = float16 1.5 -0.1 2048 6.55e+04 6e-08 -0 inf nan -7.5 3e+02
  b float16 = float16 -2.25 3 1 16 6e-08 -0 inf 1 2 3e+02
  r float16 = float16 0.1 1.75 -3 240.5 1 1 0.33 7
  add float16 = float16 -0.75 2.9 2048 inf 1e-07 -0 inf nan -5.5 6e+02
  subtract float16 = float16 3.75 -3.1 2047 6.547e+04 0 0 nan nan -9.5 0
  multiply float16 = float16 -3.375 -0.2998 2048 inf 0 0 inf nan -15 inf
  divide float16 = float16 -0.6665 -0.03333 2048 4094 1 nan nan nan -3.75 1
  floorDivide float16 = float16 -1 -1 2048 4094 1 nan nan nan -4 1
  mod float16 = float16 -0.75 2.9 0 0 0 nan nan nan 0.5 0
  maximum float16 = float16 1.5 3 2048 6.55e+04 6e-08 -0 inf nan 2 3e+02
  minimum float16 = float16 -2.25 -0.1 1 16 6e-08 -0 inf nan -7.5 3e+02
  less float16 = bool 0 1 0 0 0 0 0 0 1 0
  equal float16 = bool 0 0 0 0 1 1 1 0 0 1
  hypot float16 = float16 2.705 3.002 2048 6.55e+04 6e-08 0 inf nan 7.76 424.2
  arctan2 float16 = float16 2.553 -0.03333 1.57 1.57 0.785 -3.14 0.785 nan -1.311 0.785
  logaddexp float16 = float16 1.523 3.045 2048 6.55e+04 0.6934 0.6934 inf nan 2 300.8
  power float16 = float16 0.4016 -0.000999 2048 inf 1 1 inf nan 56.25 inf
  negative float16 = float16 -1.5 0.1 -2048 -6.55e+04 -6e-08 0 -inf nan 7.5 -3e+02
  abs float16 = float16 1.5 0.1 2048 6.55e+04 6e-08 0 inf nan 7.5 3e+02
  square float16 = float16 2.25 0.009995 inf inf 0 0 inf nan 56.25 inf
  sqrt float16 = float16 1.225 nan 45.25 255.9 0.0002441 -0 inf nan nan 17.33
  exp float16 = float16 4.48 0.905 inf inf 1 1 inf nan 0.000553 inf
  log float16 = float16 0.4055 nan 7.625 11.09 -16.64 -inf inf nan nan 5.703
  sin float16 = float16 0.9976 -0.0998 -0.313 0.9756 6e-08 -0 nan nan -0.938 -0.9995
  tanh float16 = float16 0.9053 -0.0997 1 1 6e-08 -0 1 nan -1 1
  floor float16 = float16 1 -1 2048 6.55e+04 0 -0 inf nan -8 3e+02
  rint float16 = float16 2 -0 2048 6.55e+04 0 -0 inf nan -8 3e+02
  sign float16 = float16 1 -1 1 1 1 0 1 nan -1 1
  reciprocal float16 = float16 0.6665 -1e+01 0.0004883 1.526e-05 inf -inf 0 nan -0.1333 0.003334
  expm1 float16 = float16 3.482 -0.09515 inf inf 6e-08 -0 inf nan -0.9995 inf
  log1p float16 = float16 0.9165 -0.10535 7.625 11.09 6e-08 -0 inf nan nan 5.707
  sum float16 = float16 248.6
  prod float16 = float16 -291.8
  mean float16 = float16 31.08
  max float16 = float16 240.5
  argmax float16 = int64 3
  sort float16 = float16 -3 0.1 0.33 1 1 1.75 7 240.5
  argsort float16 = int64 2 0 6 4 5 1 7 3
  any float16 = bool 1
  dot float16 = float16 5.79e+04
  a int8 = int8 127 -128 7 -7 100 -100 11
  b int8 = int8 2 -1 3 3 -9 100 -128
  r int8 = int8 127 -128 7 -7 100 -100 11
  add int8 = int8 -127 127 10 -4 91 0 -117
  subtract int8 = int8 125 -127 4 -10 109 56 -117
  multiply int8 = int8 -2 -128 21 -21 124 -16 -128
  floorDivide int8 = int8 63 -128 2 -3 -12 -1 -1
  mod int8 = int8 1 0 1 2 -8 0 -117
  maximum int8 = int8 127 -1 7 3 100 100 11
  minimum int8 = int8 2 -128 3 -7 -9 -100 -128
  less int8 = bool 0 1 0 1 0 1 0
  equal int8 = bool 0 0 0 0 0 0 0
  negative int8 = int8 -127 -128 -7 7 -100 100 -11
  abs int8 = int8 127 -128 7 7 100 100 11
  square int8 = int8 1 0 49 49 16 16 121
  sign int8 = int8 1 -1 1 -1 1 -1 1
  sum int8 = int64 10
  prod int8 = int64 -87619840000
  max int8 = int8 127
  argmax int8 = int64 0
  cumsum int8 = int64 127 -1 6 -1 99 -1 10
  sort int8 = int8 -128 -100 -7 7 11 100 127
  argsort int8 = int64 1 5 3 2 6 4 0
  any int8 = bool 1
  dot int8 = int8 -4
  a int16 = int16 32767 -32768 7 -7 100 -100 11
  b int16 = int16 2 -1 3 3 -9 100 -128
  r int16 = int16 32767 -32768 7 -7 100 -100 11
  add int16 = int16 -32767 32767 10 -4 91 0 -117
  subtract int16 = int16 32765 -32767 4 -10 109 -200 139
  multiply int16 = int16 -2 -32768 21 -21 -900 -10000 -1408
  floorDivide int16 = int16 16383 -32768 2 -3 -12 -1 -1
  mod int16 = int16 1 0 1 2 -8 0 -117
  maximum int16 = int16 32767 -1 7 3 100 100 11
  minimum int16 = int16 2 -32768 3 -7 -9 -100 -128
  less int16 = bool 0 1 0 1 0 1 0
  equal int16 = bool 0 0 0 0 0 0 0
  negative int16 = int16 -32767 -32768 -7 7 -100 100 -11
  abs int16 = int16 32767 -32768 7 7 100 100 11
  square int16 = int16 1 0 49 49 10000 10000 121
  sign int16 = int16 1 -1 1 -1 1 -1 1
  sum int16 = int64 10
  prod int16 = int64 -5787291811840000
  max int16 = int16 32767
  argmax int16 = int64 0
  cumsum int16 = int64 32767 -1 6 -1 99 -1 10
  sort int16 = int16 -32768 -100 -7 7 11 100 32767
  argsort int16 = int64 1 5 3 2 6 4 0
  any int16 = bool 1
  dot int16 = int16 20220
  a float16 = float16 0 -0.5 1.99 -7.6 100.5 1e-07
  astype float16 = float32 0 -0.5 1.9902344 -7.6015625 100.5 1.1920929e-07
  astype float16 = float64 0 -0.5 1.990234375 -7.6015625 100.5 1.1920928955078125e-07
  astype float16 = int8 0 0 1 -7 100 0
  astype float16 = int16 0 0 1 -7 100 0
  astype float16 = int32 0 0 1 -7 100 0
  astype float16 = int64 0 0 1 -7 100 0
  astype float16 = uint8 0 0 1 249 100 0
  astype float16 = bool 0 1 1 1 1 1
  a float32 = float32 0.1 -3.9 2049 65519.996 6.552e+04 3e-08 1e-08
  astype float32 = float16 0.1 -3.9 2048 6.55e+04 inf 6e-08 0
  astype float32 = int8 0 -3 1 -17 -16 0 0
  astype float32 = int16 0 -3 2049 -17 -16 0 0
  a float64 = float64 1.00048828125 1.000488281251 0.1 -2.5 65519.99
  astype float64 = float16 1 1.001 0.1 -2.5 6.55e+04
  astype float64 = int8 1 1 0 -2 -17
  astype float64 = int16 1 1 0 -2 -17
  a int8 = int8 0 1 -1 127 -128
  astype int8 = float16 0 1 -1 127 -128
  astype int8 = float32 0 1 -1 127 -128
  astype int8 = float64 0 1 -1 127 -128
  astype int8 = int16 0 1 -1 127 -128
  astype int8 = int32 0 1 -1 127 -128
  astype int8 = int64 0 1 -1 127 -128
  astype int8 = uint8 0 1 255 127 128
  astype int8 = bool 0 1 1 1 1
  a int16 = int16 0 1 -1 32767 -32768 2049
  astype int16 = float16 0 1 -1 3.277e+04 -3.277e+04 2048
  astype int16 = float32 0 1 -1 32767 -32768 2049
  astype int16 = float64 0 1 -1 32767 -32768 2049
  astype int16 = int8 0 1 -1 -1 0 1
  astype int16 = int32 0 1 -1 32767 -32768 2049
  astype int16 = int64 0 1 -1 32767 -32768 2049
  astype int16 = uint8 0 1 255 255 0 1
  astype int16 = bool 0 1 1 1 1 1
  a int32 = int32 300 -300 65535 70000 -1
  astype int32 = float16 3e+02 -3e+02 inf inf -1
  astype int32 = int8 44 -44 -1 112 -1
  astype int32 = int16 300 -300 -1 4464 -1
  a int64 = int64 1099511627781 -1099511627781 129 2049
  astype int64 = float16 inf -inf 129 2048
  astype int64 = int8 5 -5 -127 1
  astype int64 = int16 5 -5 129 2049
  a uint8 = uint8 0 200 255
  astype uint8 = float16 0 2e+02 255
  astype uint8 = int8 0 -56 -1
  astype uint8 = int16 0 200 255
  a bool = bool 0 1
  astype bool = float16 0 1
  astype bool = int8 0 1
  astype bool = int16 0 1
  """
