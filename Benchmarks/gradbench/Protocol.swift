import Foundation

/// What is common to all messages of an eval.
struct Message: Decodable {
  let id: Int
  let kind: String
  let module: String?
  let function: String?
}

/// An answer without a result.
struct Answer: Encodable {
  let id: Int
  var tool: String?
  var success: Bool?
  var error: String?
}

/// A message that asks for a function's value.
struct Request<Input: Decodable>: Decodable {
  let id: Int
  let input: Input
}

/// The value of a function, and how long each of its runs took.
struct Evaluation<Output: Encodable>: Encodable {
  let id: Int
  let success = true
  let output: Output
  let timings: [Timing]

  private enum CodingKeys: CodingKey { case id, success, output, timings }
}

struct Timing: Encodable {
  let name = "evaluate"
  let nanoseconds: Int

  private enum CodingKeys: CodingKey { case name, nanoseconds }
}

/// How often a function is to be run: both bounds must be reached.
struct Runs: Decodable {
  let minRuns: Int
  let minSeconds: Double

  private enum CodingKeys: String, CodingKey {
    case minRuns = "min_runs"
    case minSeconds = "min_seconds"
  }

  init(from decoder: any Decoder) throws {
    let container = try? decoder.container(keyedBy: CodingKeys.self)
    minRuns = try container?.decodeIfPresent(Int.self, forKey: .minRuns) ?? 1
    minSeconds = try container?.decodeIfPresent(Double.self, forKey: .minSeconds) ?? 0
  }
}

func encode(_ value: some Encodable) throws -> Data { try JSONEncoder().encode(value) }
