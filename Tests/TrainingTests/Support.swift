import Foundation
import Synchronization
import Training

/// A terminal that keeps what is written.
final class Written: Sendable {
  private let pieces = Mutex<[String]>([])

  var text: String { pieces.withLock { $0.joined() } }

  func terminal(isInteractive: Bool = false, hasColor: Bool = false) -> Terminal {
    Terminal(isInteractive: isInteractive, hasColor: hasColor, width: 96) { [self] piece in
      pieces.withLock { $0.append(piece) }
    }
  }
}

/// Runs `body` with a folder of its own.
func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autograd-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
