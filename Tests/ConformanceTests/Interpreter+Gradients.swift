import Autograd

/// The steps about gradients.
extension Interpreter {
  mutating func performGradient(_ action: String, _ step: JSON) throws {
    switch action {
    case "attach_grad": try performAttach(step)
    case "retain_grad":
      let u = try array(step["of"].string)
      try recovering { u.retainGrad() }
    case "grad_of": try bind(step) { $0.grad }
    case "backward": try performBackward(step)
    default: try performGrad(step)
    }
  }

  private mutating func performAttach(_ step: JSON) throws {
    let name = try step["of"].string
    var x = try array(name)
    let request = try GradientRequest(named: step["req"].present?.string ?? "write")
    try recovering { x.attachGrad(request) }
    bind(name, x)
  }

  private func performBackward(_ step: JSON) throws {
    let retainGraph = try step["retain_graph"].present?.bool ?? false
    let trainMode = try step["train_mode"].present?.bool ?? true
    switch try target(of: step) {
    case .one(let y, let head):
      try recovering { y.backward(head, retainGraph: retainGraph, trainMode: trainMode) }
    case .several(let ys, let heads):
      try recovering { backward(ys, heads: heads, retainGraph: retainGraph, trainMode: trainMode) }
    }
  }

  private mutating func performGrad(_ step: JSON) throws {
    let variables = try step["wrt"].strings.map(array)
    let retainGraph = try step["retain_graph"].present?.bool
    let createGraph = try step["create_graph"].present?.bool ?? false
    let target = try target(of: step)
    let gradients = try recovering {
      switch target {
      case .one(let y, let head):
        grad(of: y, wrt: variables, head: head, retainGraph: retainGraph, createGraph: createGraph)
      case .several(let ys, let heads):
        grad(of: ys, wrt: variables, heads: heads, retainGraph: retainGraph, createGraph: createGraph)
      }
    }
    try bind(step["out"].strings, gradients)
  }
}

/// What is differentiated, with the incoming gradients.
private enum Target {
  case one(NDArray, head: NDArray?)
  case several([NDArray], heads: [NDArray?]?)
}

extension Interpreter {
  private func target(of step: JSON) throws -> Target {
    if case .string(let name) = step["of"] {
      return .one(try array(name), head: try head(step["head"]))
    }
    let heads = try step["head"].present.map { try $0.list.map(head) }
    return .several(try step["of"].strings.map(array), heads: heads)
  }

  private func head(_ json: JSON) throws -> NDArray? {
    try json.present.map { try array($0.string) }
  }
}

extension GradientRequest {
  init(named name: String) throws {
    switch name {
    case "write": self = .write
    case "add": self = .add
    case "null": self = .null
    default: throw Failure.malformed("there is no gradient request \(name)")
    }
  }
}
