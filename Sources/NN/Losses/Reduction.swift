import Autograd

/// What a loss makes of its elements.
public enum Reduction: Sendable {
  case mean, sum, none

  func callAsFunction(_ losses: NDArray) -> NDArray {
    switch self {
    case .mean: losses.mean()
    case .sum: losses.sum()
    case .none: losses
    }
  }
}

/// Whether the arguments of a loss have one shape. Broadcasting one against the other is nearly always a mistake: it
/// compares everything with everything.
func haveOneShape(_ prediction: NDArray, _ target: NDArray, _ name: String) -> Bool {
  if prediction.shape == target.shape { return true }
  mistake(
    .shape,
    "\(name): the prediction has the shape \(prediction.shape), the target \(target.shape); they must be equal. "
      + "Reshape one of them.")
  return false
}

/// A loss of two arrays of one shape.
func loss(
  _ prediction: NDArray, _ target: NDArray, _ name: String, _ reduction: Reduction,
  _ elements: (_ prediction: NDArray, _ target: NDArray) -> NDArray
) -> NDArray {
  guard haveOneShape(prediction, target, name) else { return prediction.sum() }
  return reduction(elements(prediction, target))
}
