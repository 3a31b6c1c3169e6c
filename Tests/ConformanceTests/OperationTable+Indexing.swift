import Autograd

extension OperationTable {
  static let indexing: [String: Operation] = [
    "index": one { try $0.x[IndexItems($0["index"], arrays: $0.arrays).items] },
    "take": one { try $0.x.take($0.y, axis: $0.axis) },
    "take_along_axis": one { try $0.x.takeAlongAxis($0.y, axis: $0.someAxis) },
    "sort": one { try $0.x.sorted(axis: $0.someAxis) },
    "argsort": one { try $0.x.argsorted(axis: $0.someAxis) },
    "topk": largest,
    "one_hot": one { try oneHot($0.x, depth: $0["depth"].int) },
    "embedding": one { try embedding($0.x, $0.y) },
  ]

  private static func largest(_ arguments: Arguments) throws -> [NDArray] {
    guard try arguments["descending"].present?.bool ?? true else {
      throw Failure.unsupported(operation: "topk, ascending")
    }
    let (values, indices) = try arguments.x.topk(arguments["k"].int, axis: arguments.someAxis)
    return [values, indices]
  }
}

/// An index of FORMAT.md, as the library takes it.
struct IndexItems {
  let items: [any ArrayIndex]

  init(_ json: JSON, arrays: [String: NDArray]) throws {
    items = try json.list.map { try Self.item($0, arrays) }
  }

  private static func item(_ json: JSON, _ arrays: [String: NDArray]) throws -> any ArrayIndex {
    switch json {
    case .integer(let index): return index
    case .string("newaxis"): return item(.newAxis)
    case .string("ellipsis"): return item(.ellipsis)
    default: break
    }
    if let slice = json["slice"].present { return try sliceItem(slice.list) }
    let name = try (json["array"].present ?? json["mask"]).string
    guard let array = arrays[name] else { throw Failure.malformed("there is no array \(name)") }
    return array
  }

  private static func sliceItem(_ bounds: [JSON]) throws -> any ArrayIndex {
    guard bounds.count == 3 else { throw Failure.malformed("\(bounds) is not start, stop and step") }
    let (start, stop) = (try bounds[0].present?.int, try bounds[1].present?.int)
    return item(.slice(start, stop, step: try bounds[2].present?.int ?? 1))
  }

  private static func item(_ index: some ArrayIndex) -> any ArrayIndex { index }
}
