/// The derivatives of all elements of a recorded array with respect to all elements of a variable: the shape of `y`,
/// then that of `x`. `grad` of no array changes, and the graph is kept.
///
/// One pass over the graph, with a matrix of directions: forward if `x` has at most as many elements as `y`, else
/// backward. With `createGraph` the result is itself recorded.
///
/// ```swift
/// let x = NDArray([1, 2, 3]).attachingGrad()
/// let y = record { x * x }
/// jacobian(of: y, wrt: x)  // array([[2., 0., 0.], [0., 4., 0.], [0., 0., 6.]])
/// ```
public func jacobian(of y: NDArray, wrt x: NDArray, createGraph: Bool = false) -> NDArray {
  let name = "jacobian"
  let failed = NDArray.placeholder(Shape(Array(y.shape.prefix(4)) + x.shape.prefix(4)), y.dtype)
  guard cotangents(of: [y], nil, name) != nil, let graph = Differentiation(of: [y.node], name, stoppingAt: [x.node]),
    let positions = graph.positions(of: [x], name)
  else { return failed }
  return scope(recording: createGraph, training: isTraining) {
    // A variable that was written to in between is in several places.
    let parts = positions[0].compactMap { graph.jacobian(of: y, wrt: x, at: $0) }
    return parts.isEmpty ? failed : parts.dropFirst().reduce(parts[0], +)
  }
}

/// The Jacobians of a recorded array with respect to several variables.
///
/// ```swift
/// let (a, b) = (NDArray(3).attachingGrad(), NDArray([1, 2]).attachingGrad())
/// jacobian(of: record { a * b }, wrt: [a, b])  // [array([1., 2.]), array([[3., 0.], [0., 3.]])]
/// ```
public func jacobian(of y: NDArray, wrt variables: [NDArray], createGraph: Bool = false) -> [NDArray] {
  variables.map { jacobian(of: y, wrt: $0, createGraph: createGraph) }
}

/// The second derivatives of a recorded scalar with respect to a variable: the shape of `x`, twice. It is the Jacobian
/// of the gradient, in one forward pass.
///
/// ```swift
/// let x = NDArray([1, 2]).attachingGrad()
/// let y = record { (x * x * x).sum() }
/// hessian(of: y, wrt: x)  // array([[ 6.,  0.], [ 0., 12.]])
/// ```
public func hessian(of y: NDArray, wrt x: NDArray, createGraph: Bool = false) -> NDArray {
  let slope: NDArray = grad(of: y, wrt: x, retainGraph: true, createGraph: true, trainMode: isTraining)
  return hasFailed ? slope : jacobian(of: slope, wrt: x, createGraph: createGraph)
}

/// The second derivatives of a recorded scalar with respect to each two of several variables: in row `i` and column `j`
/// the Jacobian of the gradient of variable `i` with respect to variable `j`.
///
/// ```swift
/// let (a, b) = (NDArray(3).attachingGrad(), NDArray(2).attachingGrad())
/// hessian(of: record { a * a * b }, wrt: [a, b])  // [[array(4.), array(6.)], [array(6.), array(0.)]]
/// ```
public func hessian(of y: NDArray, wrt variables: [NDArray], createGraph: Bool = false) -> [[NDArray]] {
  let slopes: [NDArray] = grad(of: y, wrt: variables, retainGraph: true, createGraph: true, trainMode: isTraining)
  return slopes.map { hasFailed ? slopes : jacobian(of: $0, wrt: variables, createGraph: createGraph) }
}

/// The Jacobian of a function, as a function: the shape of the result, then that of the argument.
///
/// ```swift
/// jacobian { $0 * $0 }(NDArray([1, 2]))  // array([[2., 0.], [0., 4.]])
/// ```
public func jacobian(_ function: @escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray {
  { x in
    let application = Application(of: { [function($0[0])] }, at: [x], "jacobian")
    return application.jacobian("jacobian")
  }
}

/// The Jacobians of a function of several arrays.
///
/// ```swift
/// jacobian { $0[0] * $0[1] }([NDArray(3), NDArray([1, 2])])  // [array([1., 2.]), array([[3., 0.], [0., 3.]])]
/// ```
@_disfavoredOverload
public func jacobian(_ function: @escaping ([NDArray]) -> NDArray) -> ([NDArray]) -> [NDArray] {
  { arguments in
    let application = Application(of: { [function($0)] }, at: arguments, "jacobian")
    return arguments.indices.map { application.jacobian("jacobian", wrt: $0) }
  }
}

/// The Hessian of a function, as a function: the shape of the argument, twice.
///
/// ```swift
/// hessian { ($0 * $0 * $0).sum() }(NDArray([1, 2]))  // array([[ 6.,  0.], [ 0., 12.]])
/// ```
public func hessian(_ function: @escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray {
  jacobian(grad(function))
}

/// The gradients of a loss with respect to parameters, for each example by itself: along a new first axis. The loss is
/// written for one example, and computed once for all.
///
/// ```swift
/// let w = NDArray([1, 1])
/// let x = NDArray([[1, 2], [3, 4]])
/// perExampleGrad(wrt: [w], over: [x]) { square(dot($0[0], $1[0])) }[0]  // array([[ 6., 12.], [42., 56.]])
/// ```
public func perExampleGrad(
  wrt parameters: [NDArray], over examples: [NDArray],
  _ loss: @escaping (_ parameters: [NDArray], _ example: [NDArray]) -> NDArray
) -> [NDArray] {
  vmap { example in grad { loss($0, example) }(parameters) }(examples)
}

extension Application {
  /// The Jacobian of the one result with respect to a variable.
  fileprivate func jacobian(_ name: String, wrt i: Int = 0) -> NDArray {
    let (x, y) = (variables[i], results[0])
    let shape = Shape(Array(y.shape) + x.shape)
    guard y.node.isTracked, let graph = Differentiation(of: [y.node], name, stoppingAt: variables.map(\.node)),
      let position = graph.find([x])[0], let result = graph.jacobian(of: y, wrt: x, at: position)
    else { return .zeros(shape, dtype: y.dtype) }
    return result
  }
}

extension Differentiation {
  /// The Jacobian of the head with respect to the node at a position; `nil`, and an error, if it has too many axes.
  fileprivate func jacobian(of y: NDArray, wrt x: NDArray, at position: Int) -> NDArray? {
    guard y.rank + x.rank <= InlineInts.capacity else {
      report(
        .rank(
          "jacobian: of shape \(y.shape) with respect to shape \(x.shape) it would have \(y.rank + x.rank) axes; at "
            + "most \(InlineInts.capacity) are possible"))
      return nil
    }
    let shape = Shape(Array(y.shape) + x.shape)
    let isForward = x.elementCount <= y.elementCount
    guard let result = isForward ? columns(x, at: position) : rows(y, wrt: x, at: position) else {
      return hasFailed ? nil : .zeros(shape, dtype: y.dtype)
    }
    return (isForward ? result.movedAxis(from: 0, to: -1) : result).reshaped(to: shape)
  }

  /// The tangents along each element of `x`.
  private func columns(_ x: NDArray, at position: Int) -> NDArray? {
    tangents([.directions(like: x)], at: [position], count: x.elementCount)[0]
  }

  /// The gradients of each element of `y`.
  private func rows(_ y: NDArray, wrt x: NDArray, at position: Int) -> NDArray? {
    tracing {
      let directions = NDArray.directions(like: y)
      let cotangent = NDArray.example(of: directions)
      guard let row = gradients([cotangent], keeping: [position])[position] else { return nil }
      return Batching.results(of: [row], count: y.elementCount, [(cotangent, directions)])?[0].array
    }
  }
}

extension NDArray {
  /// For each element an array that is 1 there and 0 elsewhere, along a new first axis.
  fileprivate static func directions(like x: NDArray) -> NDArray {
    NDArray.ones([x.elementCount], dtype: x.dtype).diag().reshaped(to: x.shape.after(x.elementCount))
  }
}
