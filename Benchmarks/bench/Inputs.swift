import Autograd

/// The inputs of the workloads: an integer hash, the same to the bit in every language.
enum Inputs {
  private static func hash(_ index: Int, seed: Int) -> UInt32 {
    var x = UInt32(truncatingIfNeeded: index) &+ UInt32(truncatingIfNeeded: seed &* 0x9E37_79B9)
    x ^= x >> 16
    x &*= 0x7FEB_352D
    x ^= x >> 15
    x &*= 0x846C_A68B
    return x ^ x >> 16
  }

  /// Numbers from `offset - scale` to `offset + scale`.
  static func uniform(
    _ shape: Shape, seed: Int, scale: Double = 1, offset: Double = 0, dtype: DType = .float32
  ) -> NDArray {
    func element(_ index: Int) -> Double { offset + scale * (Double(hash(index, seed: seed) >> 8) * 0x1p-23 - 1) }
    let indices = 0..<shape.elementCount
    return dtype == .float64
      ? NDArray(indices.map(element), shape: shape, dtype: dtype)
      : NDArray(indices.map { Float(element($0)) }, shape: shape, dtype: dtype)
  }

  /// Whole numbers from 0 to `bound - 1`.
  static func ids(_ count: Int, seed: Int, below bound: Int) -> NDArray {
    NDArray((0..<count).map { Int(hash($0, seed: seed)) % bound }, shape: [count])
  }
}

/// Sums over gradients that tell whether two libraries computed the same.
struct Checksum {
  private(set) var sum = 0.0
  private(set) var absolute = 0.0
  /// The sum with weights from -1 to 1 that repeat every 97 elements of an array.
  private(set) var weighted = 0.0

  init(_ arrays: [NDArray]) {
    for array in arrays {
      for (index, element) in array.scalars(as: Double.self).enumerated() {
        sum += element
        absolute += abs(element)
        weighted += element * Double(index % 97 - 48) / 48
      }
    }
  }
}
