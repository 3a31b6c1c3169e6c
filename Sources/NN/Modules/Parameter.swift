import Autograd

/// A weight of a module: a reference to an array with a gradient, which an optimiser changes.
///
/// A parameter made from an initialiser alone gets its value when its layer first sees an input, which tells the shape.
///
/// ```swift
/// let scale = Parameter(NDArray.ones([3]))
/// let y = record { (scale.value * 2).sum() }
/// y.backward()
/// scale.grad  // array([2., 2., 2.])
/// ```
public final class Parameter {
  /// How the first value is drawn.
  public let initializer: Initializer
  private var array: NDArray?

  /// A parameter with this value.
  public init(_ value: NDArray) {
    initializer = .zeros
    array = value.detached().attachingGrad()
  }

  /// A parameter whose value is drawn when its shape is known, or at once if it is given.
  public init(_ initializer: Initializer, shape: Shape? = nil, dtype: DType = .float32) {
    self.initializer = initializer
    if let shape { initialize(shape, dtype) }
  }

  /// Whether the parameter keeps its value: it is a constant to gradients, and optimisers pass it by.
  public var isFrozen = false {
    didSet {
      guard isFrozen != oldValue, let array else { return }
      self.array = isFrozen ? array.detached() : array.attachingGrad()
    }
  }

  /// Whether there is a value yet.
  public var isInitialized: Bool { array != nil }

  /// The array, with its gradient attached unless frozen. A new value has the shape of the old one; it is a constant,
  /// so that inside `record` and the transforms only a detached one is taken.
  public var value: NDArray {
    get {
      guard let array else {
        mistake(.value, "Parameter: there is no value yet. Call the module once on an input, which tells the shapes.")
        return .zeros([])
      }
      return array
    }
    set { assign(newValue) }
  }

  /// The gradient of the last backward.
  public var grad: NDArray { value.grad }

  private func assign(_ new: NDArray) {
    guard !new.isBeingRecorded else {
      mistake(
        .gradient,
        "Parameter: no gradient would flow to where the new value comes from, as a parameter's value is a constant. "
          + "Assign value.detached() if that is meant, or differentiate with respect to the parameter's value: "
          + "grad(of:wrt:), jacobian(of:wrt:) and hessian(of:wrt:) take what record { } has computed")
      return
    }
    guard let old = array else {
      array = isFrozen ? new.detached() : new.detached().attachingGrad()
      return
    }
    guard new.shape == old.shape else {
      mistake(.shape, "Parameter: a value of shape \(new.shape) for a parameter of shape \(old.shape)")
      return
    }
    pause { array!.become(new.copy()) }
  }

  /// The step of an optimiser: nobody else may use the new value.
  package func change(to new: NDArray) { array?.become(new) }

  private func initialize(_ shape: Shape, _ dtype: DType) {
    let first = pause { initializer(shape, dtype: dtype) }
    array = isFrozen ? first : first.attachingGrad()
  }
}

extension Parameter {
  /// The value, drawn now if there is none; an error if it does not have the shape that the layer's input asks for.
  ///
  /// Layers call it with their input: `weight.value([units, x.shape[1]], for: x, in: "Dense")`.
  public func value(_ shape: Shape, for x: NDArray, in layer: String) -> NDArray {
    guard let array else {
      initialize(shape, x.dtype == .float64 ? .float64 : .float32)
      return value
    }
    guard array.shape == shape else {
      mistake(
        .shape,
        "\(layer): an input of shape \(x.shape) needs a parameter of shape \(shape), but it has the shape "
          + "\(array.shape)"
      )
      return .zeros(shape, dtype: array.dtype)
    }
    return array
  }
}

/// An array that belongs to a module and is saved with it, but is not learned: running statistics, for example.
public final class Buffer {
  private let initial: Double
  private var array: NDArray?

  /// A buffer with this value.
  public init(_ value: NDArray) {
    initial = 0
    array = value.detached()
  }

  /// A buffer filled with a number once its shape is known.
  public init(filledWith initial: Double) { self.initial = initial }

  /// Whether there is a value yet.
  public var isInitialized: Bool { array != nil }

  /// The array.
  public var value: NDArray {
    get {
      guard let array else {
        mistake(.value, "Buffer: there is no value yet. Call the module once on an input, which tells the shapes.")
        return .zeros([])
      }
      return array
    }
    set {
      // What waits to be computed holds the activations of its step: of one step only, whoever never reads the value.
      array?.evaluate()
      array = newValue.detached()
    }
  }

  /// The value, filled now if there is none.
  public func value(_ shape: Shape, for x: NDArray) -> NDArray {
    if let array { return array }
    let first = NDArray.full(shape, initial, dtype: x.dtype == .float64 ? .float64 : .float32)
    array = first
    return first
  }
}
