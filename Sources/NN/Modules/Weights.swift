import Autograd

extension Module {
  /// The values of all parameters and buffers by name: what PyTorch calls the state dictionary.
  public var arrays: [String: NDArray] {
    var result: [String: NDArray] = [:]
    for (name, part) in namedParameters where part.isInitialized { result[name] = part.value.detached() }
    for (name, part) in namedBuffers where part.isInitialized { result[name] = part.value }
    return result
  }

  /// Gives parameters and buffers these values. Nothing is changed if a name is missing or unknown, or a shape differs;
  /// with `strict` false only shapes must agree.
  public func load(_ arrays: [String: NDArray], strict: Bool = true) throws {
    let (parameters, buffers) = (namedParameters, namedBuffers)
    let names = parameters.map(\.name) + buffers.map(\.name)
    if strict { try check(names, against: arrays) }
    for (name, part) in parameters where part.isInitialized { try check(name, part.value.shape, arrays[name]) }
    for (name, _) in parameters { try check(name, hasGradient: arrays[name]) }
    for (name, part) in buffers where part.isInitialized { try check(name, part.value.shape, arrays[name]) }
    for (name, part) in parameters { if let array = arrays[name] { part.value = array } }
    for (name, part) in buffers { if let array = arrays[name] { part.value = array } }
  }

  private func check(_ names: [String], against arrays: [String: NDArray]) throws {
    let missing = names.filter { arrays[$0] == nil }
    let unknown = arrays.keys.filter { !names.contains($0) }.sorted()
    guard missing.isEmpty, unknown.isEmpty else {
      throw FileError("weights that the module needs: \(missing) are missing; that it does not know: \(unknown)")
    }
  }

  private func check(_ name: String, _ shape: Shape, _ array: NDArray?) throws {
    guard let array, array.shape != shape else { return }
    throw FileError("\(name) has the shape \(array.shape), the module needs \(shape)")
  }

  private func check(_ name: String, hasGradient array: NDArray?) throws {
    guard let array, !array.dtype.isFloatingPoint else { return }
    throw FileError("\(name) has the type \(array.dtype), which cannot be learned; expected floating-point numbers")
  }

  /// Writes the weights as a safetensors file, at once or not at all.
  ///
  /// ```swift
  /// let model = Sequential(Dense(4), BatchNorm())
  /// _ = model(NDArray.ones([2, 3]))
  /// try model.save(to: "/tmp/autograd-example.safetensors")
  ///
  /// let copy = Sequential(Dense(4), BatchNorm())
  /// try copy.load(from: "/tmp/autograd-example.safetensors")
  /// copy(NDArray.ones([2, 3])) == model(NDArray.ones([2, 3]))  // true
  /// ```
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    try SafeTensors(arrays, metadata: metadata).write(to: path)
  }

  /// Reads weights from a safetensors file, as `load(_:strict:)`; `renaming` tells the module's name for one in the
  /// file.
  public func load(from path: String, strict: Bool = true, renaming: (String) -> String = { $0 }) throws {
    let arrays = try SafeTensors(contentsOf: path).arrays
    try withPath(path) {
      try load(Dictionary(arrays.map { (renaming($0), $1) }, uniquingKeysWith: { $1 }), strict: strict)
    }
  }
}
