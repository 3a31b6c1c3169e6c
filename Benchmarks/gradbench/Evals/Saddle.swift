import Autograd

private struct Input: Decodable {
  let start: [Double]
}

/// Where a function of two points has its least greatest value: a descent along the result of another descent.
private func saddlePoint(from start: NDArray, _ outer: Differentiation, _ inner: Differentiation) -> NDArray {
  func value(_ x: NDArray, _ y: NDArray) -> NDArray { square(x).sum() - square(y).sum() }
  func greatest(_ x: NDArray) -> NDArray { value(x, argmax({ value(x, $0) }, from: start, by: inner)) }
  let x = argmin(greatest, from: start, by: outer)
  let y = argmax({ value(x, $0) }, from: start, by: outer)
  return concatenate([x, y])
}

extension Module {
  /// A saddle point by nested gradient descents.
  static let saddle = nested("saddle") { outer, inner in
    .vector(prepare: { (input: Input) in NDArray(input.start) }) { saddlePoint(from: $0, outer, inner) }
  }
}
