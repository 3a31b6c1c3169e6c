import Autograd

/// Runs the steps of a case.
///
/// Each step that calls the library is in a `recovering` of its own: a mistake ends the case at the step that made it,
/// and binds no name.
struct Interpreter {
  var arrays: [String: NDArray]
  /// The step being performed: where a failure is.
  private(set) var place = "inputs"

  init(inputs: [String: ArrayValue]) throws {
    arrays = try inputs.mapValues { value in try recovering { value.array } }
  }

  mutating func run(_ steps: [JSON]) throws {
    for step in steps { try perform(step) }
  }

  private mutating func perform(_ step: JSON) throws {
    let action = try step["do"].string
    place = Self.title(of: step, action)
    switch action {
    case "op": try performOperation(step)
    case "detach": try bind(step) { $0.detached() }
    case "copy": try bind(step) { $0.copy() }
    case "alias": try bind(step) { $0 }
    case "set": try performSet(step)
    case "update": try performUpdate(step)
    case "record", "pause", "train_mode", "predict_mode": try performScope(action, step)
    case "attach_grad", "retain_grad", "grad_of", "backward", "grad": try performGradient(action, step)
    default: try performExpectation(action, step)
    }
  }

  /// The keys that tell a reader which step it is; values are too long.
  private static func title(of step: JSON, _ action: String) -> String {
    let details = ["op", "of", "value", "flag", "in", "attrs", "out"].compactMap { key in
      step[key].present.map { "\(key) \($0)" }
    }
    return (action == "op" ? details : [action] + details).joined(separator: " ")
  }

  private mutating func performScope(_ action: String, _ step: JSON) throws {
    let steps = try step["steps"].list
    let training = try step["train"].present?.bool
    switch action {
    case "record": try record(trainMode: training ?? true) { try run(steps) }
    case "pause": try pause(trainMode: training ?? false) { try run(steps) }
    case "train_mode": try trainMode { try run(steps) }
    default: try predictMode { try run(steps) }
    }
  }
}

// MARK: - Names

extension Interpreter {
  func array(_ name: String) throws -> NDArray {
    guard let array = arrays[name] else { throw Failure.malformed("there is no array \(name)") }
    return array
  }

  /// The array of a step's `of`, through a function, under the name of its `out`.
  mutating func bind(_ step: JSON, _ function: (NDArray) -> NDArray) throws {
    let source = try array(step["of"].string)
    try bind(step["out"].string, recovering { function(source) })
  }

  mutating func bind(_ name: String, _ array: NDArray) { arrays[name] = array }

  mutating func bind(_ names: [String], _ results: [NDArray]) throws {
    guard names.count == results.count else {
      throw Failure.malformed("\(results.count) results for the names \(names)")
    }
    for (name, result) in zip(names, results) { bind(name, result) }
  }

  private func operand(_ json: JSON) throws -> Operand {
    switch json["scalar"] {
    case .null: .array(try array(json.string))
    case .integer(let value): .scalar(value)
    case let value: .scalar(try value.double)
    }
  }
}

// MARK: - Operations and writes

extension Interpreter {
  private mutating func performOperation(_ step: JSON) throws {
    let name = try step["op"].string
    guard let operation = OperationTable.all[name] else { throw Failure.unsupported(operation: name) }
    let arguments = Arguments(
      operands: try step["in"].list.map(operand), attributes: step["attrs"], arrays: arrays)
    try bind(step["out"].strings, recovering { try operation(arguments) })
  }

  private mutating func performSet(_ step: JSON) throws {
    let items = try step["index"].present.map { try IndexItems($0, arrays: arrays).items }
    let value = try operand(step["to"])
    try write(step["of"].string) { x in
      let value = value.array(dtype: x.dtype)
      if let items { x[items] = value } else { x[...] = value }
    }
  }

  private mutating func performUpdate(_ step: JSON) throws {
    let operand = try operand(step["by"])
    let update = try Self.update(step["op"].string)
    try write(step["of"].string) { update(&$0, operand) }
  }

  private static func update(_ name: String) throws -> (inout NDArray, Operand) -> Void {
    switch name {
    case "add": return { x, y in y.visit(array: { x += $0 }, scalar: { x += $0 }) }
    case "subtract": return { x, y in y.visit(array: { x -= $0 }, scalar: { x -= $0 }) }
    case "multiply": return { x, y in y.visit(array: { x *= $0 }, scalar: { x *= $0 }) }
    case "divide": return { x, y in y.visit(array: { x /= $0 }, scalar: { x /= $0 }) }
    default: throw Failure.malformed("there is no update \(name)")
    }
  }

  /// Writes to a named array. The name gives it up meanwhile, so that the library holds the only reference, as it
  /// does for a variable, and may write in place; a failed write must leave it as it was.
  private mutating func write(_ name: String, _ body: (inout NDArray) -> Void) throws {
    var x = try array(name)
    arrays[name] = nil
    defer { arrays[name] = x }
    try recovering { body(&x) }
  }
}
