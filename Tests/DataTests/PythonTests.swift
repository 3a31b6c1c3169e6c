import Autograd
import Foundation
import NN
import Optim
import PythonSupport
import Testing

@testable import Data

/// Files that go to Python and come from there. Skipped, with a note, where it or its packages are missing.
@Suite struct PythonTests {
  private let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-python-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  private func network() -> Sequential {
    Sequential(Flatten(), Dense(32, activation: .relu), BatchNorm(), Dense(10))
  }

  /// The same network in NumPy; `f` is the folder.
  private static let forward = """
    import sys, numpy as np
    from safetensors.numpy import load_file, save_file
    f = sys.argv[1]
    def forward(w, x):
        h = np.maximum(x.reshape(len(x), -1) @ w["1.weight"].T + w["1.bias"], 0)
        h = (h - w["2.running_mean"]) / np.sqrt(w["2.running_var"] + 1e-5) * w["2.weight"] + w["2.bias"]
        return h @ w["3.weight"].T + w["3.bias"]

    """

  @Test(.enabled(if: Python.has("numpy", "safetensors"), "python3 with numpy and safetensors is missing"))
  func aModelTrainedHerePredictsTheSameThere() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (model, digits) = (network(), try Digits())
    let optimizer = Adam(model, learningRate: 0.01)
    withRandomState(RandomState(seed: 1, stream: 0)) {
      let loader = DataLoader(digits.training, batchSize: 64, shuffle: true)
      for _ in 0..<3 {
        for (x, y) in loader {
          record { softmaxCrossEntropy(model(x), y) }.backward()
          optimizer.step()
        }
      }
    }
    try model.save(to: folder + "/model.safetensors", metadata: ["trained": "here"])
    try NPZ(["x": digits.test.inputs]).write(to: folder + "/x.npz", compressed: true)
    try Python.run(
      Self.forward + """
        y = forward(load_file(f + "/model.safetensors"), np.load(f + "/x.npz")["x"])
        np.savez(f + "/y.npz", y=y)
        """, folder)
    let y = try NPZ(contentsOf: folder + "/y.npz").arrays["y"]!
    #expect(y.shape == [360, 10] && (y.argmax(axis: 1) .== digits.test.labels).mean().item() > 0.6)
    #expect(abs(model(digits.test.inputs) - y).max().item() < 1e-5)
  }

  @Test(.enabled(if: Python.has("numpy", "safetensors"), "python3 with numpy and safetensors is missing"))
  func aModelSavedTherePredictsTheSameHere() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Python.run(
      Self.forward + """
        r = np.random.default_rng(1)
        n = lambda *s: r.normal(size=s).astype("f4") / 8
        w = {"1.weight": n(32, 64), "1.bias": n(32), "2.weight": n(32), "2.bias": n(32), "2.running_mean": n(32),
             "2.running_var": n(32) ** 2 + 1, "3.weight": n(10, 32), "3.bias": n(10)}
        x = n(20, 1, 8, 8)
        save_file(w, f + "/model.safetensors")
        np.savez_compressed(f + "/xy.npz", x=x, y=forward(w, x))
        """, folder)
    let model = network()
    try model.load(from: folder + "/model.safetensors")
    let arrays = try NPZ(contentsOf: folder + "/xy.npz").arrays
    #expect(arrays["y"]!.shape == [20, 10] && abs(model(arrays["x"]!) - arrays["y"]!).max().item() < 1e-5)
  }

  @Test(.enabled(if: Python.has("numpy"), "python3 with numpy is missing"), arguments: [false, true])
  func npzFilesGoBothWays(_ compressed: Bool) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try NPZ(NPZTests.arrays).write(to: folder + "/here.npz", compressed: compressed)
    try Python.run(
      """
      import sys, zipfile, numpy as np
      f = sys.argv[1]
      assert zipfile.ZipFile(f + "/here.npz").testzip() is None
      save = np.savez_compressed if \(compressed ? "True" : "False") else np.savez
      save(f + "/there.npz", **np.load(f + "/here.npz"), small=np.array([-1, 2], "i1"), half=np.array([0.5], "f2"),
           big=np.array([258], ">i4"), fortran=np.asfortranarray(np.arange(6.0).reshape(2, 3)))
      """, folder)
    var there = try NPZ(contentsOf: folder + "/there.npz").arrays
    #expect(there.removeValue(forKey: "small")! == NDArray([-1, 2], dtype: .int8))
    #expect(there.removeValue(forKey: "half")! == NDArray([0.5], dtype: .float16))
    #expect(there.removeValue(forKey: "big")! == NDArray([258], dtype: .int32))
    #expect(there.removeValue(forKey: "fortran")! == NDArray.arange(6, dtype: .float64).reshaped([2, 3]))
    #expect(there.keys.sorted() == NPZTests.arrays.keys.sorted())
    for (name, array) in NPZTests.arrays { #expect(there[name]! == array && there[name]!.dtype == array.dtype) }
  }
}
