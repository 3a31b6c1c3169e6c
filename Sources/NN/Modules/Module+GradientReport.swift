import Autograd

extension Module {
  /// The gradients of the parameters after a backward: which were reached, their norms, zeros and NaNs.
  ///
  /// ```swift
  /// let layer = Dense(2)
  /// record { layer(NDArray.ones([4, 3])).sum() }.backward()
  /// print(layer.gradientReport.entries.map(\.name))  // ["weight", "bias"]
  /// ```
  public var gradientReport: GradientReport {
    GradientReport(
      namedParameters.filter { $0.part.isInitialized }.map { (name: $0.name, array: $0.part.value) })
  }
}
