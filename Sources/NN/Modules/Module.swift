import Autograd

/// A part of a network: its properties are parameters, buffers and other modules, in arrays or optionals if need be.
///
/// They are found by reflection, so that nothing has to be registered. A network is a subclass with a function:
///
/// ```swift
/// final class MLP: Module {
///   let a = Dense(256, activation: .relu)
///   let b = Dense(10)
///   func callAsFunction(_ x: NDArray) -> NDArray { b(a(x)) }
/// }
/// ```
///
/// A part's name is the path of properties to it in Python's spelling, as in PyTorch: `a.weight`, `norm.running_mean`,
/// `blocks.0.bias`. A part that occurs twice, such as a shared embedding, is one part under its first name.
open class Module {
  public init() {}
}

/// A part of a module with its name.
public typealias Named<Part> = (name: String, part: Part)

extension Module {
  /// The parameters of this module and of those in it, with their names, in the order of declaration.
  public var namedParameters: [Named<Parameter>] { parts { if case .parameter(let part) = $0 { part } else { nil } } }

  /// The buffers of this module and of those in it, with their names.
  public var namedBuffers: [Named<Buffer>] { parts { if case .buffer(let part) = $0 { part } else { nil } } }

  /// The modules in this one, at any depth, with their names.
  public var namedModules: [Named<Module>] {
    Array(parts { if case .module(let part) = $0 { part } else { nil } }.dropFirst())
  }

  /// The parameters of this module and of those in it.
  public var parameters: [Parameter] { namedParameters.map(\.part) }

  private func parts<Part>(_ select: (Reflection.Part) -> Part?) -> [Named<Part>] {
    Reflection(of: self).found.compactMap { path, part in select(part).map { (path, $0) } }
  }

  /// Keeps the parameters as they are, until `unfreeze()`.
  public func freeze() { setFrozen(true) }

  /// Lets the parameters learn again.
  public func unfreeze() { setFrozen(false) }

  private func setFrozen(_ isFrozen: Bool) {
    for parameter in parameters { parameter.isFrozen = isFrozen }
  }

  /// How many numbers the parameters have that are known by now.
  public var parameterCount: Int { parameters.reduce(0) { $0 + ($1.isInitialized ? $1.value.elementCount : 0) } }
}
