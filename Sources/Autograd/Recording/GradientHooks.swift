extension NDArray {
  /// Calls `hook` with the gradient of this array, in every backward, when all of it has arrived; what the closure
  /// returns goes on in its place, unless it is `nil`.
  ///
  /// The array is a variable, or an intermediate result, which keeps its gradient from now on as after
  /// ``retainGrad()``. Hooks run in the order in which they were added, and are gone when a gradient is attached anew.
  /// Written with array operations they can be differentiated.
  ///
  /// ```swift
  /// let x = NDArray([1, 2]).attachingGrad()
  /// x.onGradient { clip($0, -3, 3) }
  /// record { x * x }.backward()
  /// x.grad  // array([2., 3.])
  /// ```
  public func onGradient(_ hook: @escaping @Sendable (NDArray) -> NDArray?) {
    if node.slot == nil { keepGradient("onGradient") }
    guard !hasFailed else { return }
    graphLock.withLock { node.slot?.hooks.append(hook) }
  }

  /// Calls `hook` with the gradient of this array, in every backward.
  ///
  /// ```swift
  /// x.onGradient { g in print("norm", g.norm()) }
  /// ```
  @_disfavoredOverload
  public func onGradient(_ hook: @escaping @Sendable (NDArray) -> Void) {
    onGradient { g -> NDArray? in
      hook(g)
      return nil
    }
  }
}

extension GradientSlot {
  /// The gradient that has arrived, as the hooks want it.
  func hooked(_ gradient: NDArray) -> NDArray {
    hooks.reduce(gradient) { g, hook in
      guard let changed = hook(g) else { return g }
      guard changed.shape == g.shape else {
        report(
          .gradient(
            "onGradient: the closure returned an array of shape \(changed.shape) for a gradient of shape \(g.shape); "
              + "they must be equal"))
        return g
      }
      return changed.converted(to: g.dtype)
    }
  }
}
