import Autograd

private struct Input: Decodable {
  let points: [[Double]]
  let centroids: [[Double]]
}

private struct Clustering {
  let points: NDArray
  let centroids: NDArray

  init(_ input: Input) {
    points = NDArray(input.points)
    centroids = NDArray(input.centroids).attachingGrad()
  }

  /// The sum of the squared distances of the points to their nearest centroids.
  func cost() -> NDArray { square(points - centroids.take(nearest(), axis: 0)).sum() }

  /// The position of the centroid that is nearest to each point: the one with the least |c|² - 2 p·c.
  private func nearest() -> NDArray {
    pause { (square(centroids).sum(axis: 1) - 2 * matmul(points, centroids.T)).argmin(axis: 1) }
  }

  /// Newton's direction: the Hessian is diagonal, so that its product with ones is its diagonal.
  func direction() -> NDArray {
    let cost = record(cost)
    let slope = grad(of: cost, wrt: centroids, createGraph: true)
    let curvature = grad(of: slope, wrt: centroids)
    return slope / curvature
  }
}

extension Module {
  /// k-means clustering by Newton's method.
  static let kMeans = Module(
    name: "kmeans",
    functions: [
      "cost": .number(prepare: Clustering.init) { $0.cost() },
      "dir": .matrix(prepare: Clustering.init) { $0.direction() },
    ])
}
