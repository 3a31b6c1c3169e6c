import Autograd

private struct Input: Decodable {
  let n: Int
  let m: Int
  let p: Int
  let cam: [Double]
  let x: [Double]
  let w: Double
  let feat: [Double]
}

/// Cameras that see points: the errors of the observations, each of one point by one camera.
///
/// An observation is a column of each array, so that its parts are rows that lie together in memory.
private struct Scene {
  private let cameras: NDArray
  private let points: NDArray
  private let weights: NDArray
  private let features: NDArray
  /// The camera and the point of each observation.
  private let seenBy: NDArray
  private let seen: NDArray

  init(_ input: Input) {
    func columns(_ column: [Double], _ count: Int) -> NDArray {
      NDArray(column).expandedDims(1) + NDArray.zeros([1, count], dtype: .float64)
    }
    cameras = columns(input.cam, input.n)
    points = columns(input.x, input.m)
    weights = columns([input.w], input.p)
    features = columns(input.feat, input.p)
    seenBy = NDArray((0..<input.p).map { $0 % input.n })
    seen = NDArray((0..<input.p).map { $0 % input.m })
  }

  func errors() -> [NDArray] {
    let variables = observed()
    return [reprojectionErrors(variables), weightErrors(variables[2])]
  }

  /// The parameters that each observation depends on: of its camera, its point and its weight.
  private func observed() -> [NDArray] { [cameras.take(seenBy, axis: 1), points.take(seen, axis: 1), weights] }

  private func weightErrors(_ w: NDArray) -> NDArray { 1 - square(w) }

  private func reprojectionErrors(_ x: [NDArray]) -> NDArray { x[2] * (projection(x[1], x[0]) - features) }

  /// Camera: rotation 0..<3, centre 3..<6, focal length 6, principal point 7..<9, radial distortion 9 and 10.
  private func projection(_ point: NDArray, _ camera: NDArray) -> NDArray {
    let local = rotated(point - camera[3..<6], by: camera[0..<3])
    let flat = local[0..<2] / local[2]
    let radius = square(flat).sum(axis: 0)
    let distortion = 1 + camera[9] * radius + camera[10] * square(radius)
    return flat * distortion * camera[6] + camera[7..<9]
  }

  /// Rodrigues' formula; without an angle it is x + r × x.
  private func rotated(_ x: NDArray, by r: NDArray) -> NDArray {
    let squared = square(r).sum(axis: 0)
    let angle = sqrt(squared)
    let axis = r / angle
    let along = (axis * x).sum(axis: 0) * (1 - cos(angle))
    let turned = x * cos(angle) + crossProduct(axis, x) * sin(angle) + axis * along
    return which(squared .> 0, turned, x + crossProduct(r, x))
  }

  private func crossProduct(_ a: NDArray, _ b: NDArray) -> NDArray {
    stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
  }

  /// The nonzero elements of the Jacobian by rows, two of 15 for each observation, then one for each weight; and the
  /// columns they are in, and where each row begins.
  ///
  /// An error depends on the variables of its own observation alone, so that the gradient of the sum of all errors has
  /// the gradient of each in its place.
  func jacobian() -> [NDArray] {
    let variables = observed().map { $0.attachingGrad() }
    let (errors, weight) = record { (reprojectionErrors(variables), weightErrors(variables[2])) }
    let heads = [NDArray([[1.0], [0.0]]), NDArray([[0.0], [1.0]])].map { $0.broadcast(to: errors.shape) }
    let parts = heads.flatMap { grad(of: errors, wrt: variables, head: $0, retainGraph: true) }
    let blocks = concatenate(parts.map(\.T), axis: 1).reshaped([-1])
    let values = concatenate([blocks, grad(of: weight, wrt: variables[2]).reshaped([-1])])
    return [values] + sparsity()
  }

  private func sparsity() -> [NDArray] {
    let (n, m, p) = (cameras.shape[1], points.shape[1], weights.shape[1])
    let numbers = NDArray.arange(p, dtype: .int32)
    let variables = [
      seenBy.astype(.int32).expandedDims(1) * 11 + NDArray.arange(11, dtype: .int32),
      seen.astype(.int32).expandedDims(1) * 3 + NDArray.arange(3, dtype: .int32) + 11 * n,
      numbers.expandedDims(1) + (11 * n + 3 * m),
    ]
    let blocks = concatenate(variables + variables, axis: 1).reshaped([-1])
    let rows = concatenate(
      [NDArray.arange(2 * p + 1, dtype: .int32) * 15, NDArray.arange(1, p + 1, dtype: .int32) + 30 * p])
    return [concatenate([blocks, numbers + (11 * n + 3 * m)]), rows]
  }
}

private struct Errors: Encodable {
  struct Elements: Encodable {
    let elements: [Double]
    let repeated: Int
  }
  struct Element: Encodable {
    let element: Double
    let repeated: Int
  }

  let reprojection: Elements
  let weight: Element

  private enum CodingKeys: String, CodingKey {
    case reprojection = "reproj_error"
    case weight = "w_err"
  }

  init(_ errors: [NDArray]) {
    reprojection = Elements(elements: errors[0][0..., 0].scalars(), repeated: errors[0].shape[1])
    weight = Element(element: errors[1][0, 0].item(), repeated: errors[1].shape[1])
  }
}

/// The first 30 elements of each list, and the last one: the input repeats itself.
private struct SparseMatrix: Encodable {
  let vals: [Double]
  let cols: [Int]
  let rows: [Int]

  init(_ lists: [NDArray]) {
    func ends(_ list: NDArray) -> NDArray { concatenate([list[..<30], list[(-1)...]]) }
    vals = ends(lists[0]).scalars()
    cols = ends(lists[1]).scalars()
    rows = ends(lists[2]).scalars()
  }
}

extension Module {
  /// Bundle adjustment, with its sparse Jacobian.
  static let bundleAdjustment = Module(
    name: "ba",
    functions: [
      "objective": Function(prepare: Scene.init) {
        $0.errors()
      } output: {
        Errors($0)
      },
      "jacobian": Function(prepare: Scene.init) {
        $0.jacobian()
      } output: {
        SparseMatrix($0)
      },
    ])
}
