import Foundation
import Synchronization

/// Whether the user has asked the program to stop, from the keyboard or with `kill`.
enum Interruption {
  private static let requested = Atomic(false)

  /// Whether there was a request since `watch()`.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first request is only noted; a second one ends the program at once.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.requested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
