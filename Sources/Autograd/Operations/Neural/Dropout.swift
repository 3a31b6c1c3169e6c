/// In training sets each element to 0 with probability `p` and divides the others by 1 - `p`; else the identity.
public func dropout(_ x: NDArray, p: Double = 0.5) -> NDArray {
  guard p >= 0, p < 1 else {
    report(.value("dropout: the probability is \(p); it must be at least 0 and less than 1"))
    return x
  }
  guard isTraining, p > 0 else { return x.unchanged }
  let isKept = NDArray.uniform(x.shape, dtype: x.floatingType.computing) .>= p
  return which(isKept, x * (1 / (1 - p)), 0)
}
