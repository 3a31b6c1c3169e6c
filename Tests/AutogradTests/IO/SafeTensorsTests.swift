import Foundation
import FuzzSupport
import Testing

@testable import Autograd

@Suite struct SafeTensorsTests {
  private let everything = SafeTensors(
    [
      "f32": NDArray([[1.5, -2], [3, 4]]), "f64": NDArray([0.1], dtype: .float64),
      "i32": NDArray([1, -2], dtype: .int32),
      "i64": NDArray([1 << 40]), "u8": NDArray([0, 255, 7], dtype: .uint8), "bool": NDArray([true, false]),
      "empty": NDArray.zeros([0, 3]), "scalar": NDArray.full([], 3), "a \"quoted\"\n naïve name": NDArray([1]),
      "view": NDArray.arange(6).reshaped([2, 3]).T,
    ], metadata: ["note": "a \\ \"b\" \u{1F600}", "": ""])

  @Test func whatIsWrittenIsRead() throws {
    let copy = try SafeTensors(bytes: everything.bytes)
    #expect(copy.metadata == everything.metadata)
    #expect(copy.arrays.keys.sorted() == everything.arrays.keys.sorted())
    for (name, array) in everything.arrays {
      #expect(copy.arrays[name]! == array && copy.arrays[name]!.dtype == array.dtype, "\(name)")
    }
  }

  @Test func headerIsAligned() {
    let bytes = everything.bytes
    #expect(bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) } % 8 == 0)
  }

  private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + data
  }

  private func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
    "{\"x\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  @Test func smallTypesBecomeLargerOnes() throws {
    func read(_ type: String, _ data: [UInt8]) throws -> NDArray {
      let count = type.contains("8") ? data.count : data.count / 2
      return try SafeTensors(bytes: file(entry(type, "[\(count)]", "[0,\(data.count)]"), data)).arrays["x"]!
    }
    #expect(try read("BF16", [0x80, 0x3F, 0x20, 0xC0]) == NDArray([1, -2.5]))
    let halves: [UInt8] = [0x00, 0x3C, 0x01, 0x00, 0x00, 0xFC, 0xFF, 0x7B]
    #expect(try read("F16", halves).scalars(as: Double.self) == [1, 0x1p-24, -.infinity, 65504])
    #expect(try read("I8", [0xFF, 1]) == NDArray([-1, 1], dtype: .int32))
    #expect(try read("I16", [0xFE, 0xFF]) == NDArray([-2], dtype: .int32))
    #expect(try read("U16", [0xFE, 0xFF]) == NDArray([65534], dtype: .int32))

  }

  @Test func anyByteIsABool() throws {
    let array = try SafeTensors(bytes: file(entry("BOOL", "[3]", "[0,3]"), [2, 0, 255])).arrays["x"]!
    #expect(array == NDArray([true, false, true]))
  }

  @Test(arguments: [
    ("[2]", "[0,8]", 4, "not in the 4 bytes"), ("[2]", "[0,4]", 4, "do not make the shape"),
    ("[1]", "[4,8]", 8, "gaps or overlaps"), ("[1]", "[0,4]", 8, "of which 4 are used"),
    ("[-1]", "[0,4]", 4, "the shape [-1] is none"), ("[4611686018427387904,4]", "[0,0]", 0, "is none"),
    ("[1,1,1,1,1,1,1,1,1]", "[0,4]", 4, "at most 8"), ("[1]", "[4,0]", 4, "not in"), ("[1]", "[-4,0]", 4, "not in"),
    ("[1.5]", "[0,4]", 4, "JSON"), ("7", "[0,4]", 4, "must have dtype"), ("[99999999999999999999]", "[0,4]", 4, "JSON"),
  ])
  func wrongHeadersAreErrors(_ shape: String, _ offsets: String, _ count: Int, _ message: String) {
    let bytes = file(entry("F32", shape, offsets), Array(repeating: 0, count: count))
    let error = #expect(throws: FileError.self) { try SafeTensors(bytes: bytes) }
    #expect(error?.message.contains(message) ?? false, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    "", "{", "[]", "{}}", "{\"x\":1}", "{\"__metadata__\":{\"a\":1}}", "{\"a\":1,\"a\":1}", "{\"\\ud800\":1}",
    "{\"\\u12\":1}", String(repeating: "[", count: 100_000),
    "{\"x\":{\"dtype\":\"Q8\",\"shape\":[],\"data_offsets\":[0,0]}}",
  ])
  func wrongJSONIsAnError(_ header: String) {
    #expect(throws: FileError.self) { try SafeTensors(bytes: file(header)) }
  }

  @Test func hugeLengthsAreErrors() {
    #expect(throws: FileError.self) { try SafeTensors(bytes: Array(repeating: 0xFF, count: 8)) }
    #expect(throws: FileError.self) { try SafeTensors(bytes: [1, 2, 3]) }
  }

  @Test func damagedFilesAreNoCrash() throws {
    let result = try fuzz([everything.bytes, file(entry("F16", "[2]", "[0,4]"), [1, 2, 3, 4])]) {
      _ = try SafeTensors(bytes: $0)
    }
    #expect(result.isFine, "\(result)")
  }

  @Test func filesAreReplacedAtOnce() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("w.safetensors").path
    try everything.write(to: path)
    try SafeTensors(["x": NDArray([7])]).write(to: path)
    #expect(try SafeTensors(contentsOf: path).arrays["x"]! == NDArray([7]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.safetensors"])
    let error = #expect(throws: FileError.self) { try everything.write(to: folder.path + "/none/w.safetensors") }
    #expect(error!.message.hasPrefix(folder.path + "/none/w.safetensors: cannot write"))
    #expect(throws: FileError.self) { try SafeTensors(contentsOf: folder.path) }
    #expect(throws: FileError.self) { try SafeTensors(contentsOf: "/dev/zero") }
  }
}
