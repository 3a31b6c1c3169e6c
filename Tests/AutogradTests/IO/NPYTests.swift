import FuzzSupport
import Testing

@testable import Autograd

@Suite struct NPYTests {
  private let arrays = [
    NDArray([[1.5, -2], [3, 4], [5, 6]]), NDArray([0.1], dtype: .float64), NDArray([1, -2], dtype: .int32),
    NDArray([1 << 40]), NDArray([0, 255], dtype: .uint8), NDArray([true, false]), NDArray.zeros([0, 3]),
    NDArray.full([], 3), NDArray.arange(6).reshaped([2, 3]).T,
  ]

  @Test func whatIsWrittenIsRead() throws {
    for array in arrays {
      let copy = try NDArray(npyBytes: array.npyBytes)
      #expect(copy == array && copy.dtype == array.dtype)
      #expect(array.npyBytes.count % 64 == array.elementCount * array.dtype.size % 64)
    }
  }

  private func file(_ descr: String, _ order: String, _ shape: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let header = Array("{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
    let length = [UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + data
  }

  @Test func otherOrdersAreRead() throws {
    let big = file("'>i2'", "False", "(2,)", [1, 2, 0xFF, 0xFE], version: 3)
    #expect(try NDArray(npyBytes: big) == NDArray([258, -2], dtype: .int32))
    let fortran = file("\"|u1\"", "True", "(2, 3)", [1, 2, 3, 4, 5, 6])
    #expect(try NDArray(npyBytes: fortran) == NDArray([[1, 3, 5], [2, 4, 6]], dtype: .uint8))
  }

  @Test(arguments: [
    ("'|O'", "False", "(1,)", 8), ("'<f4'", "False", "(2,)", 4), ("'<f4'", "Maybe", "(1,)", 4),
    ("'<f4'", "False", "(-1,)", 4), ("'<f4'", "False", "(9223372036854775807, 4)", 4), ("'<f4'", "False", "(1", 4),
    ("[('a', '<f4')]", "False", "(1,)", 4), ("'<f4'", "False", "(1,1,1,1,1,1,1,1,1)", 4),
  ])
  func wrongHeadersAreErrors(_ descr: String, _ order: String, _ shape: String, _ count: Int) {
    #expect(throws: FileError.self) {
      try NDArray(npyBytes: file(descr, order, shape, Array(repeating: 0, count: count)))
    }
  }

  @Test func damagedFilesAreNoCrash() throws {
    let result = try fuzz(arrays.map(\.npyBytes)) { _ = try NDArray(npyBytes: $0) }
    #expect(result.isFine, "\(result)")
  }
}
