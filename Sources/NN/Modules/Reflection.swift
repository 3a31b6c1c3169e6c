import Autograd

/// The parts of a module, found in its stored properties.
struct Reflection {
  enum Part {
    case module(Module)
    case parameter(Parameter)
    case buffer(Buffer)
    /// A layer that is a value, without parameters.
    case layer(any Layer)
  }

  /// Each part after the module that it is in; the module itself is the first, with an empty path.
  private(set) var found: [(path: String, part: Part)] = []
  private var seen: Set<ObjectIdentifier> = []

  init(of module: Module) { visit(module, []) }

  private mutating func visit(_ value: Any, _ path: [String]) {
    switch value {
    case let parameter as Parameter: add(.parameter(parameter), parameter, path)
    case let buffer as Buffer: add(.buffer(buffer), buffer, path)
    case let module as Module:
      guard add(.module(module), module, path) else { return }
      visitProperties(of: Mirror(reflecting: module), of: module, path)
    case let array as NDArray: refuse(array, path)
    case let layer as any Layer: found.append((path.joined(separator: "."), .layer(layer)))
    case is AnyClass, is any NDArrayScalar, is String: break
    default: visitElements(of: Mirror(reflecting: value), path)
    }
  }

  @discardableResult
  private mutating func add(_ part: Part, _ object: AnyObject, _ path: [String]) -> Bool {
    guard seen.insert(ObjectIdentifier(object)).inserted else { return false }
    found.append((path.joined(separator: "."), part))
    return true
  }

  private mutating func visitProperties(of mirror: Mirror, of module: Module, _ path: [String]) {
    if let inherited = mirror.superclassMirror { visitProperties(of: inherited, of: module, path) }
    for child in mirror.children {
      visit(child.value, module is any PartsWithoutLabel ? path : path + [(child.label ?? "").pythonName])
    }
  }

  /// The elements of collections, optionals, tuples and structures.
  private mutating func visitElements(of mirror: Mirror, _ path: [String]) {
    switch mirror.displayStyle {
    case .optional: for child in mirror.children { visit(child.value, path) }
    case .collection:
      for (i, child) in mirror.children.enumerated() {
        if child.value is any NDArrayScalar || child.value is String { return }
        visit(child.value, path + ["\(i)"])
      }
    case .dictionary:
      let entries = mirror.children.compactMap { $0.value as? (key: AnyHashable, value: Any) }
      for entry in entries.sorted(by: { "\($0.key)" < "\($1.key)" }) { visit(entry.value, path + ["\(entry.key)"]) }
    case .tuple, .struct: for child in mirror.children { visit(child.value, path + [(child.label ?? "").pythonName]) }
    default: break
    }
  }

  /// A plain array with a gradient would be overlooked by optimisers and files.
  private func refuse(_ array: NDArray, _ path: [String]) {
    guard array.hasGrad else { return }
    mistake(
      .value,
      "Module: the property \(path.joined(separator: ".")) is an array with a gradient, which cannot be changed from "
        + "outside. Declare it as a Parameter.")
  }
}

/// A module whose parts are named by their position alone.
protocol PartsWithoutLabel: Module {}

extension String {
  /// The name of a property in Python's spelling: `runningMean` is `running_mean`, `weightIH` is `weight_ih`.
  var pythonName: String {
    let letters = Array(replacing("$__lazy_storage_$", with: "").drop { $0 == "_" })
    var name = ""
    for (i, letter) in letters.enumerated() {
      let startsWord = i > 0 && letter.isUppercase && (letters[i - 1].isLowercase || isLowercase(letters, i + 1))
      if startsWord, letters[i - 1] != "_" { name += "_" }
      name += letter.lowercased()
    }
    return name
  }

  private func isLowercase(_ letters: [Character], _ i: Int) -> Bool { i < letters.count && letters[i].isLowercase }
}
