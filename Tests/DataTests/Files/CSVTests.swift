import Autograd
import Foundation
import FuzzSupport
import Testing

@testable import Data

@Suite struct CSVTests {
  @Test func quotesAndLineEnds() throws {
    let table = try CSV("\u{FEFF}a;b\r\n\r\n\"x;\r\n\"\"y\"\"\";\r1;\"\"\n2;é", delimiter: ";")
    #expect(table.header == ["a", "b"] && table.count == 3)
    #expect(table[0] == ["x;\r\n\"y\"", ""] && table[1] == ["1", ""] && table["b"]! == ["", "", "é"])
    #expect(try CSV("1,2\n3,", hasHeader: false)[1] == ["3", ""])
    #expect(try CSV("").count == 0 && CSV("a,b\n").count == 0)
  }

  @Test func numbers() throws {
    let text = "1, -2.5 ,+3\n.5,1e-3,123456789.125\n1234567890123456789,0.1,-0\ninf,-nan,5.\n"
    let array = try NDArray(csvBytes: Array(text.utf8), dtype: .float64)
    let expected = [1, -2.5, 3, 0.5, 0.001, 123_456_789.125, 1_234_567_890_123_456_768, 0.1, -0.0, .infinity, .nan, 5]
    #expect(array.shape == [4, 3])
    for (a, b) in zip(array.scalars(as: Double.self), expected) {
      #expect(a == b && a.sign == b.sign || a.isNaN && b.isNaN)
    }
    let table = try CSV("id,x,y\n7,1,2\n8,3,4\n")
    #expect(try table.numbers("y", "x") == NDArray([[2, 1], [4, 3]]))
    #expect(try NDArray(csvBytes: Array("x,y\n1,2\n".utf8), hasHeader: true) == NDArray([[1, 2]]))
    #expect(try NDArray(csvBytes: []).shape == [0, 0])
  }

  @Test func manyDecimalsAreRoundedAsSwiftDoes() throws {
    var damage = Damage(seed: 3)
    for _ in 0..<10_000 {
      let digits = Int.random(in: -999_999_999_999...999_999_999_999, using: &damage)
      let text = "\(Double(digits) / pow(10, Double(Int.random(in: 0...12, using: &damage))))"
      #expect(CSVParser.number(Array(text.utf8)[...]) == Double(text))
    }
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", "line 3: the row has 1 fields, the first 2"),
    ("a,b\n1,\"2\n\n3,4", "line 2, column 2: the quote does not end"),
    ("a\n\"\n\"\n\"x\"y\n", "line 4, column 1: there is text behind the quote"),
    ("a,b\n\"1\n\",2,3\n", "line 3: the row has 3 fields, the first 2"),
  ]) func errorsTellThePlace(_ text: String, _ message: String) {
    let error = #expect(throws: FileError.self) { try CSV(text) }
    #expect(error!.message == message)
  }

  @Test func errorsTellWhatIsNoNumber() throws {
    let bytes = Array("1,2\n\n3,x\n".utf8)
    let error = #expect(throws: FileError.self) { try NDArray(csvBytes: bytes) }
    #expect(error!.message == "line 3, column 2: \"x\" is no number")
    let table = try CSV("a,b\n\n\"1\n\",\n")
    #expect(
      #expect(throws: FileError.self) { try table.numbers("b") }!.message == "line 3, column 2: \"\" is no number")
    #expect(throws: FileError.self) { try table.numbers("c") }
    #expect(throws: FileError.self) { try CSV("a", delimiter: "é") }
    #expect(throws: NDArrayError.self) { try recovering { _ = table[1] } }
    let invalid = [UInt8(ascii: "a"), 10, 0xFF, 10]
    #expect(throws: FileError.self) { try NDArray(csvBytes: invalid, hasHeader: true) }
  }
}
