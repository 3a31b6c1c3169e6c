/// The function for many examples at once: they lie along axis `inAxis` of the argument, and along axis `outAxis` of
/// the result.
///
/// The function is written for one example and runs once; its operations are then done for all of them. A value cannot
/// be read inside it. Random numbers are the same for all examples.
///
/// ```swift
/// let x = NDArray([[1, 2], [3, 4], [5, 6]])
/// vmap { dot($0, $0) }(x)  // array([ 5., 25., 61.])
/// ```
public func vmap(
  inAxis: Int = 0, outAxis: Int = 0, _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { x in vmap(inAxes: [inAxis], outAxis: outAxis) { [function($0[0])] }([x])[0] }
}

/// The function of several arrays for many examples at once. `inAxes` has for each argument the axis of the examples,
/// `nil` for one that is the same for all; without it that is axis 0 of each.
///
/// ```swift
/// let rows = vmap(inAxes: [0, nil]) { [$0[0] + $0[1]] }
/// rows([NDArray([1, 2]), NDArray([10, 20])])[0]  // array([[11., 21.], [12., 22.]])
/// ```
public func vmap(
  inAxes: [Int?]? = nil, outAxis: Int = 0, _ function: @escaping ([NDArray]) -> [NDArray]
) -> ([NDArray]) -> [NDArray] {
  { arguments in
    guard let batches = batches(of: arguments, inAxes ?? Array(repeating: 0, count: arguments.count)) else {
      return function(arguments)
    }
    return vmapped(arguments, batches) { function($0) }.map { result in
      guard let axis = resolve(outAxis, rank: result!.rank, "vmap") else { return result! }
      return result!.movedAxis(from: 0, to: axis)
    }
  }
}

/// The arguments with the examples along the first axis, `nil` for those without.
private func batches(of arguments: [NDArray], _ axes: [Int?]) -> [NDArray?]? {
  guard axes.count == arguments.count, axes.contains(where: { $0 != nil }) else {
    report(
      .axis(
        "vmap: \(arguments.count) arguments and the axes \(axes); one for each, and at least one not nil, are needed"))
    return nil
  }
  var batches: [NDArray?] = []
  for (x, axis) in zip(arguments, axes) {
    guard let axis else {
      batches.append(nil)
      continue
    }
    guard let axis = resolve(axis, rank: x.rank, "vmap") else { return nil }
    batches.append(axis == 0 ? x : x.movedAxis(from: axis, to: 0))
  }
  let counts = batches.compactMap { $0?.shape[0] }
  guard counts.allSatisfy({ $0 == counts[0] }) else {
    report(
      .shape(
        "vmap: the arguments of shapes \(arguments.map { "\($0.shape)" }.joined(separator: ", ")) have \(counts) "
          + "examples along the axes \(axes.map { $0.map(String.init) ?? "nil" }.joined(separator: ", "))"))
    return nil
  }
  return batches
}

/// The results for all examples, along the first axis; `nil` where the function gives none.
func vmapped(
  _ arguments: [NDArray], _ batches: [NDArray?], _ function: ([NDArray]) -> [NDArray?]
) -> [NDArray?] {
  let count = batches.lazy.compactMap { $0 }.first!.shape[0]
  return tracing {
    let examples = zip(arguments, batches).map { $1.map(NDArray.example) ?? $0 }
    let results = function(examples)
    let pairs = zip(examples, batches).compactMap { one, all in all.map { (one: one, all: $0) } }
    guard let all = Batching.results(of: results.compactMap { $0 }, count: count, pairs) else { return results }
    var rest = all[...]
    return results.map { result in
      guard result != nil, let next = rest.popFirst() else { return nil }
      return next.isBatched ? next.array : next.array.broadcast(unchecked: next.array.shape.after(count))
    }
  }
}
