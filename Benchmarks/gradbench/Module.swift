import Autograd
import Foundation

/// The functions that an eval asks for.
struct Module: Sendable {
  let name: String
  let functions: [String: Function]

  static let all: [Module] = [
    hello, determinant, gaussianMixture, bundleAdjustment, handTracking, kMeans, leastSquares, logSumExp, lstm, ode,
    particle, saddle,
  ]

  static func named(_ name: String?) -> Module? { all.first { $0.name == name } }
}

/// A function of an eval.
struct Function: Sendable {
  /// Answers the message of the line.
  let evaluate: @Sendable (_ line: Data) throws -> Data

  /// - Parameters:
  ///   - prepare: Makes arrays of the input, which takes no part in the time.
  ///   - compute: The arrays to be timed, which may still be pending.
  ///   - output: The answer, made of their values.
  init<Input: Decodable & SendableMetatype, State, Output: Encodable & SendableMetatype>(
    prepare: @escaping @Sendable (Input) -> State, compute: @escaping @Sendable (State) -> [NDArray],
    output: @escaping @Sendable ([NDArray]) -> Output
  ) {
    evaluate = { line in
      let request = try JSONDecoder().decode(Request<WithRuns<Input>>.self, from: line)
      let state = prepare(request.input.input)
      var timings: [Timing] = []
      var elapsed = 0
      var results: [NDArray] = []
      while timings.count < request.input.runs.minRuns || Double(elapsed) < request.input.runs.minSeconds * 1e9 {
        let start = ContinuousClock.now
        results = compute(state)
        for result in results { result.evaluate() }
        timings.append(Timing(nanoseconds: Int((ContinuousClock.now - start) / .nanoseconds(1))))
        elapsed += timings.last!.nanoseconds
      }
      return try encode(Evaluation(id: request.id, output: output(results), timings: timings))
    }
  }
}

/// An input, and how often to run on it.
private struct WithRuns<Input: Decodable>: Decodable {
  let input: Input
  let runs: Runs

  init(from decoder: any Decoder) throws {
    input = try Input(from: decoder)
    runs = try Runs(from: decoder)
  }
}

extension Function {
  /// A function whose value is a number.
  static func number<Input: Decodable & SendableMetatype, State>(
    prepare: @escaping @Sendable (Input) -> State, compute: @escaping @Sendable (State) -> NDArray
  ) -> Function {
    Function(prepare: prepare, compute: { [compute($0)] }, output: { $0[0].item() })
  }

  /// A function whose value is a vector.
  static func vector<Input: Decodable & SendableMetatype, State>(
    prepare: @escaping @Sendable (Input) -> State, compute: @escaping @Sendable (State) -> NDArray
  ) -> Function {
    Function(prepare: prepare, compute: { [compute($0)] }, output: { $0[0].scalars(as: Double.self) })
  }

  /// A function whose value is a matrix.
  static func matrix<Input: Decodable & SendableMetatype, State>(
    prepare: @escaping @Sendable (Input) -> State, compute: @escaping @Sendable (State) -> NDArray
  ) -> Function {
    Function(prepare: prepare, compute: { [compute($0)] }, output: { $0[0].rows })
  }
}

extension NDArray {
  /// The rows of a matrix.
  var rows: [[Double]] { (0..<shape[0]).map { self[$0].scalars(as: Double.self) } }
}
