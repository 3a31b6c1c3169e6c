import Autograd

/// Named arrays in a `.npz` file, which NumPy's `savez` and `load` write and read.
///
/// ```swift
/// let file = NPZ(["x": NDArray.arange(3), "y": NDArray.ones([2, 2])])
/// try file.write(to: "/tmp/autograd-example.npz", compressed: true)
/// try NPZ(contentsOf: "/tmp/autograd-example.npz").arrays["x"]!  // array([0., 1., 2.])
/// ```
///
/// What a damaged or hostile file claims is checked before memory is reserved; it is a `FileError`.
public struct NPZ: Sendable {
  public var arrays: [String: NDArray]

  public init(_ arrays: [String: NDArray]) { self.arrays = arrays }

  /// Reads a file.
  public init(contentsOf path: String) throws {
    self = try withPath(path) { try NPZ(bytes: Files.read(path)) }
  }

  /// Reads the contents of a file.
  public init(bytes: [UInt8]) throws {
    arrays = [:]
    for (name, contents) in try ZipArchive(bytes: bytes).files {
      let key = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
      let array = try withPath(name) { try NDArray(npyBytes: contents) }
      guard arrays.updateValue(array, forKey: key) == nil else { throw FileError("\(name) occurs twice") }
    }
  }

  /// The contents of the file.
  public func bytes(compressed: Bool = false) throws -> [UInt8] {
    let files = arrays.sorted { $0.key < $1.key }.map { (name: $0.key + ".npy", contents: $0.value.npyBytes) }
    return try ZipArchive(files).bytes(compressed: compressed)
  }

  /// Writes a file, at once or not at all.
  public func write(to path: String, compressed: Bool = false) throws {
    try withPath(path) { try Files.writeAtomically(bytes(compressed: compressed), to: path) }
  }
}
