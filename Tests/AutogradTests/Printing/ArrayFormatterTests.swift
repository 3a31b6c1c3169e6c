import Foundation
import Testing

@testable import Autograd

/// An array with what NumPy 2.4 prints for it.
private struct PrintingCase: Decodable {
  let name: String
  let shape: [Int]
  let dtypeName: String?
  /// Repeated as often as the shape asks for.
  let data: [PrintedScalar]
  let repr: String
  let str: String

  private enum CodingKeys: CodingKey { case name, dtype, shape, data, repr, str }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    shape = try container.decode([Int].self, forKey: .shape)
    repr = try container.decode(String.self, forKey: .repr)
    str = try container.decode(String.self, forKey: .str)
    let dtype = try container.decode(String.self, forKey: .dtype)
    dtypeName = ["float32", "bool"].contains(dtype) ? nil : dtype
    switch dtype {
    case "float32": data = try container.decode([Number].self, forKey: .data).map { .float32(Float($0.value)) }
    case "float64": data = try container.decode([Number].self, forKey: .data).map { .float64($0.value) }
    case "bool": data = try container.decode([Bool].self, forKey: .data).map { .bool($0) }
    default: data = try container.decode([Int64].self, forKey: .data).map { .integer($0) }
    }
  }

  var formatter: ArrayFormatter {
    ArrayFormatter(shape: shape, dtypeName: dtypeName) { data[$0 % data.count] }
  }

  static func load() throws -> [PrintingCase] {
    let url = try #require(Bundle.module.url(forResource: "printing", withExtension: "jsonl"))
    let lines = try Data(contentsOf: url).split(separator: UInt8(ascii: "\n"))
    return try lines.map { try JSONDecoder().decode(PrintingCase.self, from: $0) }
  }
}

/// A JSON number, or one of the strings "nan", "inf" and "-inf".
private struct Number: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      value = try #require(Double(text))
    } else {
      value = try container.decode(Double.self)
    }
  }
}

@Suite("Array printing")
struct ArrayFormatterTests {
  @Test("Arrays print as NumPy prints them")
  func matchesNumPy() throws {
    let cases = try PrintingCase.load()
    #expect(cases.count >= 400)
    for example in cases {
      #expect(example.formatter.repr == example.repr, "\(example.name)")
      #expect(example.formatter.description == example.str, "\(example.name)")
    }
  }

  @Test("A large array is asked only for the elements at its edges")
  func readsOnlyPrintedElements() {
    var indices: [Int] = []
    let formatter = ArrayFormatter(shape: [20_000, 10_000], dtypeName: nil) { index in
      indices.append(index)
      return .float32(Float(index % 7))
    }
    #expect(formatter.description.hasPrefix("[[0. 1. 2. ... "))
    let rows = [0, 1, 2, 19_997, 19_998, 19_999]
    let columns = [0, 1, 2, 9_997, 9_998, 9_999]
    #expect(indices == rows.flatMap { row in columns.map { row * 10_000 + $0 } })
  }

  @Test("The float32 default prints no type")
  func defaultTypeIsImplied() {
    let values: [Float] = [0, 4, 8, 12]
    let formatter = ArrayFormatter(shape: [4], dtypeName: nil) { .float32(values[$0]) }
    #expect(formatter.repr == "array([ 0.,  4.,  8., 12.])")
    #expect(ArrayFormatter(shape: [0, 3], dtypeName: nil) { _ in .bool(true) }.repr == "array([], shape=(0, 3))")
  }
}
