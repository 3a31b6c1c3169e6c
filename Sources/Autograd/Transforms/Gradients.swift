/// The function that gives the value of a function and its gradient; of a vector-valued function, that of the sum.
///
/// ```swift
/// let (value, slope) = valueAndGrad { ($0 * $0).sum() }(NDArray([1, 2]))
/// ```
public func valueAndGrad(_ function: @escaping (NDArray) -> NDArray) -> (NDArray) -> (value: NDArray, gradient: NDArray)
{
  { x in
    let (value, gradients) = valueAndGrad { function($0[0]) }([x])
    return (value, gradients[0])
  }
}

/// The function that gives the value of a function of several arrays, and its gradients.
@_disfavoredOverload
public func valueAndGrad(
  _ function: @escaping ([NDArray]) -> NDArray
) -> ([NDArray]) -> (value: NDArray, gradients: [NDArray]) {
  { arguments in
    let application = Application(of: { [function($0)] }, at: arguments, "valueAndGrad")
    return (application.results[0].settled, application.gradients("valueAndGrad"))
  }
}

/// The gradient of a function, as a function: it can be differentiated again. The mode, training or not, is that of
/// the caller.
///
/// ```swift
/// grad(grad(sin))(NDArray(0.5))  // array(-0.47942555)
/// ```
public func grad(_ function: @escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray {
  { valueAndGrad(function)($0).gradient }
}

/// The gradients of a function of several arrays.
///
/// ```swift
/// grad { $0[0] * $0[1] }([NDArray(3), NDArray(4)])  // [array(4.), array(3.)]
/// ```
@_disfavoredOverload
public func grad(_ function: @escaping ([NDArray]) -> NDArray) -> ([NDArray]) -> [NDArray] {
  { valueAndGrad(function)($0).gradients }
}

/// The value of a function at a point, and its pullback: from the gradient of what comes after it to that of the
/// argument. The pullback can be called any number of times.
///
/// ```swift
/// let (y, pullback) = vjp(at: NDArray([1, 2])) { $0 * $0 }
/// pullback(NDArray([1, 10]))  // array([ 2., 40.])
/// ```
public func vjp(
  at x: NDArray, _ function: (NDArray) -> NDArray
) -> (value: NDArray, pullback: (NDArray) -> NDArray) {
  let application = Application(of: { [function($0[0])] }, at: [x], "vjp")
  let value = application.results[0]
  return (
    value.settled,
    { g in
      guard agree([g], with: [value], "vjp", "cotangents") else { return x.zerosLike() }
      return application.gradients("vjp", [g.converted(to: value.dtype)])[0]
    }
  )
}

/// The value of a function at a point, and how it moves when the point moves along `direction`: forward mode.
///
/// ```swift
/// let moved = jvp(at: NDArray([1, 2]), along: NDArray([1, 0])) { $0 * $0 }
/// moved.tangent  // array([2., 0.])
/// ```
public func jvp(
  at x: NDArray, along direction: NDArray, _ function: (NDArray) -> NDArray
) -> (value: NDArray, tangent: NDArray) {
  let (value, differential) = linearize(at: x, "jvp", function)
  return (value, differential(direction))
}

/// The value of a function at a point, and its differential there: the linear function from directions to tangents.
/// The function itself runs once.
///
/// ```swift
/// let (y, differential) = linearize(at: NDArray([1, 2])) { $0 * $0 }
/// differential(NDArray([0, 1]))  // array([0., 4.])
/// ```
public func linearize(
  at x: NDArray, _ function: (NDArray) -> NDArray
) -> (value: NDArray, differential: (NDArray) -> NDArray) {
  linearize(at: x, "linearize", function)
}

private func linearize(
  at x: NDArray, _ name: String, _ function: (NDArray) -> NDArray
) -> (value: NDArray, differential: (NDArray) -> NDArray) {
  let application = Application(of: { [function($0[0])] }, at: [x], name)
  let value = application.results[0]
  return (
    value.settled,
    { direction in
      guard agree([direction], with: [x], name, "directions") else { return value.zerosLike() }
      return application.tangents(name, [direction.converted(to: x.dtype)])[0]
    }
  )
}

/// The Hessian of a function at a point times a vector, for about the cost of two gradients.
///
/// ```swift
/// hvp(at: NDArray([1, 2]), along: NDArray([1, 0])) { ($0 * $0 * $0).sum() }  // array([6., 0.])
/// ```
public func hvp(at x: NDArray, along direction: NDArray, _ function: @escaping (NDArray) -> NDArray) -> NDArray {
  jvp(at: x, along: direction, grad(function)).tangent
}

/// The Hessian of a function of several arrays times a vector: of each array its part.
///
/// ```swift
/// let along = [NDArray(1), NDArray(0)]
/// hvp(at: [NDArray(3), NDArray(4)], along: along) { $0[0] * $0[0] * $0[1] }  // [array(8.), array(6.)]
/// ```
@_disfavoredOverload
public func hvp(
  at x: [NDArray], along directions: [NDArray], _ function: @escaping ([NDArray]) -> NDArray
) -> [NDArray] {
  let application = Application(of: grad(function), at: x, "hvp")
  guard directions.count == x.count, agree(directions, with: x, "hvp", "directions") else {
    return x.map { $0.zerosLike() }
  }
  return application.tangents("hvp", zip(directions, x).map { $0.converted(to: $1.dtype) })
}

/// How a recorded array moves when a variable moves along `direction`: forward mode on a graph that is there already,
/// which is kept. With `createGraph` the result is itself recorded.
///
/// ```swift
/// let x = NDArray([1, 2]).attachingGrad()
/// let y = record { x * x }
/// jvp(of: y, wrt: x, along: NDArray([1, 0]))  // array([2., 0.])
/// ```
public func jvp(of y: NDArray, wrt x: NDArray, along direction: NDArray, createGraph: Bool = false) -> NDArray {
  jvp(of: y, wrt: [x], along: [direction], createGraph: createGraph)
}

/// How a recorded array moves when several variables move, each along its direction.
public func jvp(
  of y: NDArray, wrt variables: [NDArray], along directions: [NDArray], createGraph: Bool = false
) -> NDArray {
  guard agree(directions, with: variables, "jvp", "directions"), cotangents(of: [y], nil, "jvp") != nil,
    let graph = Differentiation(of: [y.node], "jvp"), let positions = graph.positions(of: variables, "jvp")
  else { return y.zerosLike() }
  return scope(recording: createGraph, training: isTraining) {
    let moved = zip(positions, zip(variables, directions)).flatMap { places, pair in
      places.map { (position: $0, direction: pair.1.converted(to: pair.0.dtype)) }
    }
    return graph.tangents(moved.map(\.direction), at: moved.map(\.position))[0] ?? y.zerosLike()
  }
}

/// The Hessian of a recorded scalar, with respect to a variable, times a vector. The graph is kept.
///
/// ```swift
/// let x = NDArray([1, 2]).attachingGrad()
/// let y = record { (x * x * x).sum() }
/// hvp(of: y, wrt: x, along: NDArray([1, 0]))  // array([6., 0.])
/// ```
public func hvp(of y: NDArray, wrt x: NDArray, along direction: NDArray, createGraph: Bool = false) -> NDArray {
  guard agree([direction], with: [x], "hvp", "directions") else { return x.zerosLike() }
  let slope: NDArray = grad(of: y, wrt: x, retainGraph: true, createGraph: true, trainMode: isTraining)
  return hasFailed ? slope : jvp(of: slope, wrt: x, along: direction, createGraph: createGraph)
}

extension NDArray {
  /// The value for a caller who does not record: without a history.
  fileprivate var settled: NDArray { isRecording ? self : detached() }
}
