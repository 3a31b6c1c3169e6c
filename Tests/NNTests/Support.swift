import Autograd

/// The text of the mistake that `body` makes; empty if it makes none.
func message(_ body: () -> Void) -> String {
  do { try recovering(body) } catch { return "\(error)" }
  return ""
}

/// Whether shapes are equal and all elements within the tolerance.
func isClose(_ a: NDArray, _ b: NDArray, _ tolerance: Double = 1e-5) -> Bool {
  guard a.shape == b.shape else { return false }
  return zip(a.scalars(as: Double.self), b.scalars(as: Double.self)).allSatisfy { x, y in
    x == y || Swift.abs(x - y) <= tolerance * (1 + Swift.abs(y))
  }
}
