/// A function differentiated at a point: variables of its own, which stand for the arguments, and the results.
///
/// Each application has fresh variables, so that nested derivatives never take one for another. A variable made from an
/// array that is itself differentiated stays connected to it: derivatives nest to any depth.
struct Application {
  let variables: [NDArray]
  let results: [NDArray]

  /// The mode, training or not, is that of the caller.
  init(of function: ([NDArray]) -> [NDArray], at arguments: [NDArray], _ name: String) {
    variables = arguments.map { $0.variable(name) }
    results = scope(recording: true, training: isTraining) { [variables] in function(variables) }
  }

  /// The gradients of the sum of the results, each times its cotangent, ones by default; zeros for a variable on which
  /// no result depends.
  func gradients(_ name: String, _ cotangents: [NDArray]? = nil) -> [NDArray] {
    let zeros = variables.map { $0.zerosLike() }
    guard results.allSatisfy({ isDifferentiable($0, name) }) else { return zeros }
    let heads = results.indices.filter { results[$0].node.isTracked }
    guard !hasFailed, !heads.isEmpty,
      let graph = Differentiation(
        of: heads.map { results[$0].node }, name, stoppingAt: variables.map(\.node))
    else { return zeros }
    let positions = graph.find(variables)
    let parts = graph.gradients(
      heads.map { cotangents?[$0] ?? results[$0].onesLike() }, keeping: Set(positions.compactMap { $0 }))
    return zip(positions, zeros).map { position, zeros in
      let gradient = position.flatMap { parts[$0] } ?? zeros
      // A constant derivative is a function of the variables all the same.
      return isRecording && !gradient.node.isTracked ? Derivative.of(variables, gradient) : gradient
    }
  }

  /// The tangents of the results when the variables move along `directions`; zeros where nothing moves.
  func tangents(_ name: String, _ directions: [NDArray]) -> [NDArray] {
    let heads = results.indices.filter { results[$0].node.isTracked }
    guard !hasFailed, !heads.isEmpty,
      let graph = Differentiation(of: heads.map { results[$0].node }, name, stoppingAt: variables.map(\.node))
    else { return results.map { $0.zerosLike() } }
    let known = zip(graph.find(variables), directions).compactMap { position, d in position.map { ($0, d) } }
    let tangents = graph.tangents(known.map(\.1), at: known.map(\.0))
    var found = results.map { _ in NDArray?.none }
    for (head, tangent) in zip(heads, tangents) { found[head] = tangent }
    return zip(found, results).map { $0 ?? $1.zerosLike() }
  }

  private func isDifferentiable(_ y: NDArray, _ name: String) -> Bool {
    if y.dtype.isFloatingPoint { return true }
    report(
      .gradient(
        "\(name): the function gives an array of \(y.dtype), which has no derivative. Let it give a floating-point one."
      ))
    return false
  }
}

extension Differentiation {
  /// Where the arrays are in the graph, if they are.
  func find(_ arrays: [NDArray]) -> [Int?] {
    arrays.map { array in nodes.firstIndex { $0 === array.node } }
  }
}

extension NDArray {
  /// The array as a variable to differentiate with respect to.
  fileprivate func variable(_ name: String) -> NDArray {
    guard dtype.isFloatingPoint else {
      report(.gradient("\(name): an array of \(dtype) has no gradient. Convert it with astype(.float32)."))
      return self
    }
    return isRecording && node.isTracked ? copy() : NDArray(leaf(.attached))
  }
}

/// Whether each direction has the shape of its array; else an error.
func agree(_ directions: [NDArray], with arrays: [NDArray], _ name: String, _ what: String) -> Bool {
  guard directions.map(\.shape) == arrays.map(\.shape) else {
    report(
      .shape(
        "\(name): the \(what) have the shapes \(directions.map { "\($0.shape)" }.joined(separator: ", ")), the arrays "
          + "\(arrays.map { "\($0.shape)" }.joined(separator: ", ")); they must be equal"))
    return false
  }
  return true
}
