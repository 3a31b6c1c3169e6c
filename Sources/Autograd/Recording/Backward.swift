import Synchronization

extension NDArray {
  /// Fills the gradients of the attached arrays that this one was computed from.
  ///
  /// `head` is the gradient of what comes after this array, of its shape; ones if missing, so that a vector's backward
  /// is that of its sum. `retainGraph` keeps the graph, so that it can be differentiated again; `trainMode` is the mode
  /// in which the derivatives are computed.
  ///
  /// ```swift
  /// let x = NDArray.arange(3).attachingGrad()
  /// record { x * x }.backward()
  /// x.grad  // array([0., 2., 4.])
  /// ```
  public func backward(
    _ head: NDArray? = nil, retainGraph: Bool = false, trainMode: Bool = true,
    file: StaticString = #fileID, line: UInt = #line
  ) {
    Autograd.backward(
      [self], heads: [head], retainGraph: retainGraph, trainMode: trainMode, file: file, line: line)
  }
}

/// Fills the gradients of the attached arrays that the given ones were computed from: those of the sum of them all.
/// `heads` has for each array the gradient of what comes after it; ones where missing.
public func backward(
  _ arrays: [NDArray], heads: [NDArray?]? = nil, retainGraph: Bool = false, trainMode: Bool = true,
  file: StaticString = #fileID, line: UInt = #line
) {
  let site = CallSite(file: file, line: line)
  // The graph is let go before anything is computed: what only it held is free for the results.
  let targets = fillSlots(arrays, heads, retainGraph: retainGraph, trainMode: trainMode, at: site)
  evaluate(targets)
}

/// Gives the attached arrays their gradients, still to be computed; returns what is to be.
private func fillSlots(
  _ arrays: [NDArray], _ heads: [NDArray?]?, retainGraph: Bool, trainMode: Bool, at site: CallSite
) -> [Node] {
  guard let cotangents = cotangents(of: arrays, heads, "backward"),
    var graph = Differentiation(of: arrays.map(\.node), "backward"), !hasFailed
  else { return [] }
  let gradients = scope(recording: false, training: trainMode) { graph.gradients(cotangents) }
  guard !hasFailed else { return [] }
  let targets = graph.store(gradients)
  if !retainGraph { graph.free(at: site) }
  return targets + arrays.map(\.node)
}

/// The gradients of the arrays `of` with respect to the variables `wrt`, as arrays; `grad` of no array changes.
///
/// With `createGraph` the results are themselves recorded, so that they can be differentiated: to any order.
///
/// ```swift
/// let slope = grad(of: y, wrt: x, createGraph: true)
/// let curvature = grad(of: slope, wrt: x)
/// ```
public func grad(
  of arrays: [NDArray], wrt variables: [NDArray], heads: [NDArray?]? = nil, retainGraph: Bool? = nil,
  createGraph: Bool = false, trainMode: Bool = true, file: StaticString = #fileID, line: UInt = #line
) -> [NDArray] {
  let failed = variables.map { $0.zerosLike() }
  guard let cotangents = cotangents(of: arrays, heads, "grad"),
    var graph = Differentiation(of: arrays.map(\.node), "grad"),
    let positions = graph.positions(of: variables), !hasFailed
  else { return failed }
  var results = scope(recording: createGraph, training: trainMode) {
    let gradients = graph.gradients(cotangents, keeping: Set(positions.joined()))
    return zip(positions, variables).map { places, variable in
      let parts = places.compactMap { gradients[$0] }
      return parts.isEmpty ? variable.zerosLike() : parts.dropFirst().reduce(parts[0], +)
    }
  }
  guard !hasFailed else { return failed }
  if createGraph { results = results.map { Derivative.of(variables, $0) } }
  if !(retainGraph ?? createGraph) { graph.free(at: CallSite(file: file, line: line)) }
  return results
}

/// A derivative as a function of the variables, even where it happens to be constant: differentiated again it gives
/// zeros, not an error. Inputs: the value, then the variables.
struct Derivative: View {
  static func of(_ variables: [NDArray], _ value: NDArray) -> NDArray {
    record(trainMode: isTraining) {
      apply(Derivative(), Inputs([value.node] + variables.map(\.node)), shape: value.shape, dtype: value.dtype)
    }
  }

  var keepsOrder: Bool { true }
  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? { input }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { i == 0 ? g : nil }
  func batched(_ x: Batch) -> NDArray? { x.apply(self, [x.spread(0)] + x.inputs.dropFirst()) }
}

/// The gradient of one array with respect to one variable.
public func grad(
  of array: NDArray, wrt variable: NDArray, head: NDArray? = nil, retainGraph: Bool? = nil,
  createGraph: Bool = false, trainMode: Bool = true, file: StaticString = #fileID, line: UInt = #line
) -> NDArray {
  grad(
    of: [array], wrt: [variable], heads: [head], retainGraph: retainGraph, createGraph: createGraph,
    trainMode: trainMode, file: file, line: line)[0]
}

/// The gradients of one array with respect to several variables.
public func grad(
  of array: NDArray, wrt variables: [NDArray], head: NDArray? = nil, retainGraph: Bool? = nil,
  createGraph: Bool = false, trainMode: Bool = true, file: StaticString = #fileID, line: UInt = #line
) -> [NDArray] {
  grad(
    of: [array], wrt: variables, heads: [head], retainGraph: retainGraph, createGraph: createGraph,
    trainMode: trainMode, file: file, line: line)
}

/// The gradients to start from; `nil`, and an error, where an array cannot be differentiated.
func cotangents(of arrays: [NDArray], _ heads: [NDArray?]?, _ name: String) -> [NDArray]? {
  let heads = heads ?? Array(repeating: nil, count: arrays.count)
  guard heads.count == arrays.count else {
    report(
      .gradient("\(name): \(arrays.count) arrays, but \(heads.count) head gradients. Give one for each, nil for ones."))
    return nil
  }
  guard !arrays.isEmpty else {
    report(.gradient("\(name): there is no array to differentiate"))
    return nil
  }
  var result: [NDArray] = []
  for (y, head) in zip(arrays, heads) {
    guard y.dtype.isFloatingPoint else {
      report(.gradient("\(name): an array of \(y.dtype) has no derivative. Differentiate a floating-point result."))
      return nil
    }
    guard y.node.isTracked else {
      report(.gradient("\(name): " + y.node.reasonForNoGraph))
      return nil
    }
    if let head, head.shape != y.shape {
      report(
        .gradient(
          "\(name): the head gradient has the shape \(head.shape), the array \(y.shape); they must be equal. Without a "
            + "head gradient the derivative is that of the sum."))
      return nil
    }
    result.append(head?.converted(to: y.dtype) ?? y.onesLike())
  }
  return result
}

extension Differentiation {
  private static let backwardCount = Atomic<Int>(0)

  /// Hands the gradients to the slots; returns the nodes that are to be evaluated.
  fileprivate func store(_ gradients: [NDArray?]) -> [Node] {
    graphLock.withLock {
      var filled: Set<ObjectIdentifier> = []
      let number = Self.backwardCount.wrappingAdd(1, ordering: .relaxed).newValue
      return nodes.indices.compactMap { position in
        guard let slot = nodes[position].slot else { return nil }
        let gradient = gradients[position] ?? nodes[position].zeroGradient
        let isFirst = filled.insert(ObjectIdentifier(slot)).inserted
        slot.gradient = slot.request == .add || !isFirst ? pause { slot.gradient + gradient } : gradient
        slot.isStale = false
        slot.backward = number
        return slot.gradient.node
      }
    }
  }

  /// Where each variable is in the graph: in several places, if it was written to in between. An error names one that
  /// is nowhere.
  func positions(of variables: [NDArray], _ name: String = "grad") -> [[Int]]? {
    let known = Dictionary(grouping: nodes.indices) { nodes[$0].variable }
    var result: [[Int]] = []
    for (i, variable) in variables.enumerated() {
      guard let places = known[variable.node.variable] else {
        report(
          .gradient(
            "\(name): variable \(i) of shape \(variable.shape) is unreachable: the graph does not use it. "
              + "Was it attached before record { }, and neither detached nor attached anew since?"))
        return nil
      }
      result.append(places)
    }
    return result
  }
}

extension Node {
  fileprivate var zeroGradient: NDArray { .zeros(shape, dtype: dtype) }

  /// What tells variables apart: a variable that was written to outside `record` is still the same.
  fileprivate var variable: ObjectIdentifier { slot.map(ObjectIdentifier.init) ?? ObjectIdentifier(self) }
}
