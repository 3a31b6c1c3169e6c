extension NDArray {
  /// The elements in row-major order with another shape; one extent may be -1, to be found from the others.
  ///
  /// ```swift
  /// NDArray.arange(6).reshaped([2, -1])  // shape (2, 3)
  /// ```
  public func reshaped(_ shape: [Int]) -> NDArray {
    var extents = shape
    let known = shape.filter { $0 != -1 }.reduce(1, *)
    if let unknown = shape.firstIndex(of: -1) {
      if known > 0, elementCount % known == 0 { extents[unknown] = elementCount / known }
    }
    guard extents.allSatisfy({ $0 >= 0 }), extents.reduce(1, *) == elementCount else {
      report(
        .shape(
          "reshaped: an array of shape \(self.shape) has \(elementCount) elements, which do not make the shape "
            + "\(shape)\(shape.filter { $0 == -1 }.count > 1 ? ": only one extent may be -1" : "")"))
      return self
    }
    let target = Shape(extents)
    return target.rank == extents.count ? reshaped(to: target) : self
  }

  /// The axes in another order, reversed without an argument.
  ///
  /// ```swift
  /// NDArray.zeros([2, 3, 4]).transposed([2, 0, 1]).shape  // (4, 2, 3)
  /// ```
  public func transposed(_ axes: [Int]? = nil) -> NDArray {
    guard let axes else { return rank < 2 ? unchanged : permuted(InlineInts((0..<rank).reversed())) }
    guard let set = resolve(Axes(axes), rank: rank, "transposed") else { return self }
    guard set == .all(rank: rank) else {
      report(.axis("transposed: \(axes) does not name each axis of an array of rank \(rank) once"))
      return self
    }
    return permuted(InlineInts(axes.map { $0 < 0 ? $0 + rank : $0 }))
  }

  /// The array with its axes in reverse order.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public var T: NDArray { transposed() }

  /// The array with two axes exchanged.
  public func swappedAxes(_ a: Int, _ b: Int) -> NDArray {
    guard let a = resolve(a, rank: rank, "swappedAxes"), let b = resolve(b, rank: rank, "swappedAxes") else {
      return self
    }
    var order = InlineInts(0..<rank)
    order[a] = b
    order[b] = a
    return permuted(order)
  }

  /// The array with axis `source` moved to position `destination`; the others keep their order.
  public func movedAxis(from source: Int, to destination: Int) -> NDArray {
    movedAxes(from: [source], to: [destination])
  }

  /// The array with the axes `sources` moved to the positions `destinations`.
  public func movedAxes(from sources: [Int], to destinations: [Int]) -> NDArray {
    guard sources.count == destinations.count else {
      report(.axis("movedAxes: \(sources.count) sources and \(destinations.count) destinations"))
      return self
    }
    guard let moved = resolve(Axes(sources), rank: rank, "movedAxes"),
      resolve(Axes(destinations), rank: rank, "movedAxes") != nil
    else { return self }
    var order = (0..<rank).filter { !moved.contains($0) }
    let pairs = zip(destinations, sources).map { ($0 < 0 ? $0 + rank : $0, $1 < 0 ? $1 + rank : $1) }
    for (destination, source) in pairs.sorted(by: { $0.0 < $1.0 }) { order.insert(source, at: destination) }
    return permuted(InlineInts(order))
  }

  /// The array with new axes of extent 1 at these positions of the result.
  public func expandedDims(_ axes: Axes) -> NDArray {
    let rank = self.rank + axes.indices.count
    guard rank <= InlineInts.capacity else {
      report(.rank("expandedDims: the result would have \(rank) axes; at most \(InlineInts.capacity) are possible"))
      return self
    }
    guard let new = resolve(axes, rank: rank, "expandedDims") else { return self }
    var extents = shape.extents
    for axis in new { extents.insert(1, at: axis) }
    return reshaped(to: Shape(extents))
  }

  /// The array without the given axes, which must have extent 1; without an argument, without all such axes.
  public func squeezed(axis axes: Axes? = nil) -> NDArray {
    guard let axes else { return reshaped(to: shape.dropping(AxisSet((0..<rank).filter { shape[$0] == 1 }))) }
    guard let set = resolve(axes, rank: rank, "squeezed") else { return self }
    guard set.allSatisfy({ shape[$0] == 1 }) else {
      report(.shape("squeezed: axis \(axes) of an array of shape \(shape) does not have extent 1"))
      return self
    }
    return reshaped(to: shape.dropping(set))
  }

  /// The array repeated along its axes of extent 1, and along new leading ones, to this shape; no copy is made.
  public func broadcast(to shape: Shape) -> NDArray {
    guard Shape.broadcast(self.shape, shape) == shape else {
      report(.shape("broadcast: an array of shape \(self.shape) does not broadcast to \(shape)"))
      return .placeholder(shape, dtype)
    }
    return broadcast(unchecked: shape)
  }

  /// The array of this shape whose broadcast it is the gradient of: the sum over the axes that were repeated.
  func summed(to shape: Shape) -> NDArray {
    if self.shape == shape { return self }
    let lead = rank - shape.rank
    var axes = AxisSet()
    for k in 0..<rank where k < lead || (shape[k - lead] == 1 && self.shape[k] != 1) { axes.insert(k) }
    let kept = axes.isEmpty ? self : Sum.keepingDims(self, axes)
    return kept.reshaped(to: shape)
  }
}
