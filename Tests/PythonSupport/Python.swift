import Autograd
import Foundation

/// The interpreter on the path.
package enum Python {
  /// Whether it is there, with these packages.
  package static func has(_ packages: String...) -> Bool {
    (try? run("import " + packages.joined(separator: ", "), "")) != nil
  }

  /// Runs a program with one argument; an error tells what it printed.
  package static func run(_ program: String, _ argument: String) throws {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, argument]
    process.standardError = output
    try process.run()
    let message = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw FileError("python3: " + String(decoding: message, as: UTF8.self)) }
  }
}
