/// A file that cannot be read or written, or whose contents are not what they must be.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, with the path where it is known.
  public let message: String
  public var description: String { message }

  public init(_ message: String) { self.message = message }
}

/// Runs `body`; an error about contents gets the path in front.
package func withPath<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as FileError { throw FileError("\(path): \(error.message)") }
}
