import Autograd

/// The steps that compare.
extension Interpreter {
  mutating func performExpectation(_ action: String, _ step: JSON) throws {
    switch action {
    case "expect":
      try Expectation(step).check(array(step["value"].string))
    case "expect_grad":
      let x = try array(step["of"].string)
      try Expectation(step).check(recovering { x.grad })
    case "expect_mean":
      try expectMean(step)
    case "expect_flag":
      try expectFlag(step)
    case "expect_error":
      try expectError(step["steps"].list)
    default:
      throw Failure.malformed("there is no step \(action)")
    }
  }

  private func expectMean(_ step: JSON) throws {
    let x = try array(step["value"].string)
    let elements = try recovering { x.scalars(as: Double.self) }
    let mean = elements.reduce(0, +) / Double(elements.count)
    let expected = try step["is"].double
    guard Swift.abs(mean - expected) <= (try step["atol"].double) else {
      throw Failure.mismatch("the mean is \(mean), expected \(expected)")
    }
  }

  private func expectFlag(_ step: JSON) throws {
    let flag = try step["flag"].string
    let expected = try step["is"].bool
    guard flag == "recording" || flag == "training" else { throw Failure.malformed("there is no flag \(flag)") }
    guard (flag == "recording" ? isRecording : isTraining) == expected else {
      throw Failure.mismatch("\(flag) is \(!expected), expected \(expected)")
    }
  }

  private mutating func expectError(_ steps: [JSON]) throws {
    let before = try Snapshot(arrays)
    do {
      try run(steps)
    } catch is NDArrayError {
      return try before.check(arrays)
    }
    throw Failure.mismatch("no error was raised")
  }
}
