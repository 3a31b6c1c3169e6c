import CKernels

/// A number, or an array that broadcasts against what is drawn: a parameter of a distribution.
public protocol DistributionParameter {
  /// The parameter as an array.
  var parameter: NDArray { get }
}

extension NDArray: DistributionParameter {
  public var parameter: NDArray { self }
}

extension Double: DistributionParameter {
  public var parameter: NDArray { NDArray(self, as: .float64) }
}

extension Float: DistributionParameter {
  public var parameter: NDArray { NDArray(Double(self), as: .float64) }
}

extension Int: DistributionParameter {
  public var parameter: NDArray { NDArray(self, as: .float64) }
}

/// The numbers that a parameter may have.
struct ParameterRange: Sendable {
  let contains: @Sendable (NDArray) -> NDArray
  let description: String

  static let finite = Self(contains: isfinite, description: "must be finite")
  static let nonNegative = Self(contains: { $0 .>= 0 }, description: "must not be negative")
  static let positive = Self(contains: { ($0 .> 0) .& isfinite($0) }, description: "must be positive and finite")
  static let probability = Self(contains: { ($0 .>= 0) .& ($0 .<= 1) }, description: "must be between 0 and 1")
  static let rate = Self(contains: { ($0 .>= 0) .& ($0 .<= 1e18) }, description: "must be between 0 and 1e18")
  static let count = Self(
    contains: { ($0 .>= 0) .& ($0 .<= 0x1p53) .& (floor($0) .== $0) },
    description: "must be a whole number from 0 to 2^53")
}

/// The shape and type of what is drawn, and the parameters that it is drawn with.
struct Parameters {
  typealias Parameter = (name: String, value: any DistributionParameter, range: ParameterRange)

  private(set) var shape: Shape
  let dtype: DType
  /// In the type that is computed in: float16 is what the result is rounded to.
  let values: [NDArray]

  /// Without a shape that of the parameters together; without a type that of the arrays among them, or float32. Fails,
  /// with an error, when they do not fit or one is not in its range.
  init?(_ name: String, _ shape: Shape?, _ dtype: DType?, _ parameters: Parameter...) {
    let arrays = parameters.compactMap { $0.value as? NDArray }
    let joint = arrays.dropFirst().reduce(arrays.first?.floatingType ?? .float32) { .promoted($0, $1.floatingType) }
    self.dtype = dtype ?? joint
    self.shape = shape ?? .scalar
    values = parameters.map { [joint = self.dtype.computing] in $0.value.parameter.converted(to: joint) }
    guard RandomSource.check(self.dtype, name) else { return nil }
    for (parameter, value, range) in zip(parameters, values).map({ ($0.name, $1, $0.range) }) {
      guard let next = Shape.broadcast(self.shape, value.shape), shape == nil || next == shape else {
        report(.shape("\(name): \(parameter) has the shape \(value.shape), which does not broadcast to \(self.shape)"))
        return nil
      }
      self.shape = next
      guard pause({ range.contains(value).all() }).item(as: Bool.self) else {
        report(.value("\(name): \(parameter) is \(value); it \(range.description)"))
        return nil
      }
    }
  }
}

extension Parameters {
  /// Numbers spread evenly over 0 ..< 1, in the type of the values.
  var uniform: NDArray { .uniform(shape, dtype: dtype.computing) }
}

extension RandomSource {
  /// A draw by a function that gets one of the parameters, or all, as doubles.
  static func draw<Element: NDArrayScalar>(
    _ shape: Shape, with parameters: [NDArray],
    _ fill: @escaping (UInt64, UInt64, Int64, Int64, [ag_parameter], UnsafeMutablePointer<Element>) -> Void
  ) -> NDArray {
    let arrays = parameters.map { parameter -> NDArray in
      let values = pause { parameter.detached().converted(to: .float64) }
      return (values.elementCount == 1 ? values : pause { values.broadcast(unchecked: shape) }).contiguous()
    }
    let kernels = arrays.map {
      ag_parameter(values: ArrayView($0.node).pointer(Double.self), step: $0.elementCount == 1 ? 0 : 1)
    }
    return withExtendedLifetime(arrays) {
      draw(shape, chunk: 1 << 12) { fill($0, $1, $2, $3, kernels, $4) }
    }
  }
}
