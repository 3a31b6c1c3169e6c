import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A mistake in the use of an array: what was asked, what was expected, and what to do.
///
/// Outside ``recovering(_:)`` it stops the program with its message, as Swift's own arrays do; inside it is thrown.
public struct NDArrayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the mistake was about.
  public enum Kind: Sendable, Equatable {
    case shape, axis, rank, dtype, index, value, gradient, memory
  }

  public let kind: Kind
  public let message: String
  public var description: String { message }

  static func shape(_ message: String) -> Self { Self(kind: .shape, message: message) }
  static func axis(_ message: String) -> Self { Self(kind: .axis, message: message) }
  static func rank(_ message: String) -> Self { Self(kind: .rank, message: message) }
  static func dtype(_ message: String) -> Self { Self(kind: .dtype, message: message) }
  static func index(_ message: String) -> Self { Self(kind: .index, message: message) }
  static func value(_ message: String) -> Self { Self(kind: .value, message: message) }
  static func gradient(_ message: String) -> Self { Self(kind: .gradient, message: message) }
  static func memory(_ message: String) -> Self { Self(kind: .memory, message: message) }
}

/// Stops the program with the error; inside `recovering`, keeps the first one to be thrown at the end of the scope.
/// The caller goes on with a placeholder that nobody will see.
func report(_ error: NDArrayError) {
  let state = ag_state()
  guard state.pointee.recovering > 0 else { stop(error) }
  guard !state.pointee.failed else { return }
  state.pointee.failed = true
  pendingErrors.withLock { $0[threadIdentity] = error }
}

/// Runs `body`; a mistake in the use of arrays inside it is thrown, where it would have stopped the program.
///
/// The rest of the closure still runs, on placeholder arrays: comparisons to `Bool` are false there and writes
/// are skipped. Arrays, gradients and modes from before are as they were.
///
/// ```swift
/// let x = NDArray.ones([2, 3])
/// do {
///   try recovering { _ = matmul(x, x) }
/// } catch let error as NDArrayError {
///   print(error)  // matmul: ...
/// }
/// ```
public func recovering<Result>(_ body: () throws -> Result) throws -> Result {
  let state = ag_state()
  let outer = state.pointee
  let outerError = outer.failed ? takePendingError() : nil
  state.pointee.recovering += 1
  state.pointee.failed = false
  defer {
    state.pointee.recovering = outer.recovering
    state.pointee.failed = outer.failed
    if let outerError { pendingErrors.withLock { $0[threadIdentity] = outerError } }
  }
  let result: Result
  do {
    result = try body()
  } catch {
    // The library's own error came first, and likely caused the other.
    if state.pointee.failed, let first = takePendingError() { throw first }
    throw error
  }
  if state.pointee.failed, let error = takePendingError() { throw error }
  return result
}

/// Whether an error is waiting for the end of the innermost `recovering`: nothing may be changed any more.
var hasFailed: Bool { ag_state().pointee.failed }

private let pendingErrors = Guarded<[UInt: NDArrayError]>([:])

private var threadIdentity: UInt { UInt(bitPattern: ag_state()) }

private func takePendingError() -> NDArrayError? {
  pendingErrors.withLock { $0.removeValue(forKey: threadIdentity) }
}

private func stop(_ error: NDArrayError) -> Never {
  fflush(nil)  // what the program printed before comes out first
  let line = "Autograd: \(error.message)\n"
  _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  abort()
}
