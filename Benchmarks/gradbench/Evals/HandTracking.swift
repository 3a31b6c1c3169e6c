import Autograd

private struct Input: Decodable {
  struct Model: Decodable {
    let bones: Int
    let parents: [Int]
    let baseRelatives: [[[Double]]]
    let inverseBaseAbsolutes: [[[Double]]]
    let basePositions: [[Double]]
    let weights: [[Double]]
    let triangles: [[Int]]
    let isMirrored: Bool

    private enum CodingKeys: String, CodingKey {
      case bones = "bone_count"
      case baseRelatives = "base_relatives"
      case inverseBaseAbsolutes = "inverse_base_absolutes"
      case basePositions = "base_positions"
      case isMirrored = "is_mirrored"
      case parents, weights, triangles
    }
  }
  struct Measurement: Decodable {
    let model: Model
    let correspondences: [Int]
    let points: [[Double]]
  }

  let theta: [Double]
  let data: Measurement
  let us: [[Double]]
}

/// A model of a hand, moved so that its skin meets measured points.
private struct Hand {
  /// Rotation and place of the hand, then the angles of the fingers.
  private let pose: NDArray
  /// Where in its triangle each point touches the skin; nothing if it touches a vertex.
  private let contacts: NDArray?
  /// The vertex, or the three of the triangle, that each point touches.
  private let touched: NDArray
  private let points: NDArray
  private let skeleton: Skeleton
  private let skin: Skin

  init(_ input: Input) {
    let data = input.data
    pose = NDArray(input.theta)
    contacts = input.us.isEmpty ? nil : NDArray(input.us)
    touched =
      input.us.isEmpty
      ? NDArray(data.correspondences) : NDArray(data.correspondences.map { data.model.triangles[$0] })
    points = NDArray(data.points)
    skeleton = Skeleton(data.model)
    skin = Skin(data.model)
  }

  func errors() -> NDArray { errors(pose, contacts) }

  /// How the errors, in rows, change with the contacts' own two coordinates and with the pose.
  func jacobian() -> NDArray {
    guard let contacts else { return Autograd.jacobian { errors($0, nil) }(pose) }
    // An error depends on its own contact alone: all contacts are moved at once.
    let variables = concatenate([NDArray.zeros([2], dtype: .float64), pose])
    return Autograd.jacobian { errors($0[2...], contacts + $0[..<2]) }(variables)
  }

  private func errors(_ pose: NDArray, _ contacts: NDArray?) -> NDArray {
    let vertices = skin.vertices(skeleton.transforms(pose), pose)
    guard let contacts else { return (points - vertices.take(touched, axis: 0)).reshaped([-1]) }
    let (u, v) = (contacts[0..., 0], contacts[0..., 1])
    let corners = (0..<3).map { vertices.take(touched[0..., $0], axis: 0) }
    let reached = zip([u, v, 1 - u - v], corners).map { $0.expandedDims(1) * $1 }
    return (points - reached[0] - reached[1] - reached[2]).reshaped([-1])
  }
}

private struct Skeleton {
  private let parents: [Int]
  private let baseRelatives: NDArray
  private let inverseBaseAbsolutes: NDArray
  /// Which angle of which bone each parameter from the sixth on is: four for each finger.
  private let bones: NDArray
  private let angles: NDArray

  init(_ model: Input.Model) {
    parents = model.parents
    baseRelatives = NDArray(model.baseRelatives)
    inverseBaseAbsolutes = NDArray(model.inverseBaseAbsolutes)
    bones = NDArray((0..<5).flatMap { finger in [0, 0, 1, 2].map { 2 + 4 * finger + $0 } })
    angles = NDArray((0..<5).flatMap { _ in [0, 1, 0, 0] })
  }

  /// The 3x4 matrices that take the bones from the base pose to the given one.
  func transforms(_ pose: NDArray) -> NDArray {
    let relatives = matmul(baseRelatives, rotations(pose))
    var absolutes: [NDArray] = []
    for (bone, parent) in parents.enumerated() {
      absolutes.append(parent < 0 ? relatives[bone] : matmul(absolutes[parent], relatives[bone]))
    }
    return matmul(stack(absolutes), inverseBaseAbsolutes)[0..., ..<3]
  }

  /// The bones' own rotations, about the z, y and x axes, as 4x4 matrices.
  private func rotations(_ pose: NDArray) -> NDArray {
    var euler = NDArray.zeros([parents.count, 3], dtype: .float64)
    euler[bones, angles] = pose[6...]
    let (c, s) = (cos(euler), sin(euler))
    let (cx, cz, cy) = (c[0..., 0], c[0..., 1], c[0..., 2])
    let (sx, sz, sy) = (s[0..., 0], s[0..., 1], s[0..., 2])
    let (zero, one) = (cx.zerosLike(), cx.onesLike())
    let z = matrices([
      [cz, -sz, zero, zero], [sz, cz, zero, zero], [zero, zero, one, zero], [zero, zero, zero, one],
    ])
    let y = matrices([
      [cy, zero, sy, zero], [zero, one, zero, zero], [-sy, zero, cy, zero], [zero, zero, zero, one],
    ])
    let x = matrices([
      [one, zero, zero, zero], [zero, cx, -sx, zero], [zero, sx, cx, zero], [zero, zero, zero, one],
    ])
    return matmul(matmul(z, y), x)
  }
}

private struct Skin {
  private let basePositions: NDArray
  private let weights: NDArray
  private let mirror: NDArray

  init(_ model: Input.Model) {
    basePositions = NDArray(model.basePositions)
    weights = NDArray(model.weights)
    mirror = NDArray([[model.isMirrored ? -1.0 : 1.0], [1], [1]])
  }

  /// The vertices, moved by a mean of the transforms of the bones, then with the hand as a whole.
  func vertices(_ transforms: NDArray, _ pose: NDArray) -> NDArray {
    let blend = weights.expandedDims(2) * basePositions.expandedDims(1)
    let local = einsum("bij,vbj->iv", transforms, blend) * mirror
    return (matmul(rotation(pose[..<3]), local) + pose[3..<6].expandedDims(1)).T
  }

  /// The rotation about an axis by its length.
  private func rotation(_ axis: NDArray) -> NDArray {
    let angle = axis.norm()
    guard angle >= 0.0001 else { return .eye(3, dtype: .float64) }
    let n = axis / angle
    let (x, y, z, zero) = (n[0], n[1], n[2], n[0].zerosLike())
    let cross = matrices([[zero, -z, y], [z, zero, -x], [-y, x, zero]])
    return outer(n, n) * (1 - cos(angle)) + NDArray.eye(3, dtype: .float64) * cos(angle) + cross * sin(angle)
  }
}

/// Matrices of elements that are arrays: one matrix for each element of those.
private func matrices(_ rows: [[NDArray]]) -> NDArray { stack(rows.map { stack($0, axis: -1) }, axis: -2) }

extension Module {
  /// Hand tracking, with its Jacobian.
  static let handTracking = Module(
    name: "ht",
    functions: [
      "objective": .vector(prepare: Hand.init) { $0.errors() },
      "jacobian": .matrix(prepare: Hand.init) { $0.jacobian() },
    ])
}
