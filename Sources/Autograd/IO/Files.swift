#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files as bytes, without a framework: starting a program stays cheap.
package enum Files {
  /// The bytes of a regular file.
  package static func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("cannot open it") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("cannot read it") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("it is not a regular file") }
    return try bytes(of: file, count: Int(status.st_size))
  }

  private static func bytes(of file: Int32, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let step = posix { readBytes(file, buffer.baseAddress! + done, count - done) }
        guard step >= 0 else { throw failure("cannot read it") }
        if step == 0 { break }
        done += step
      }
    }
  }

  /// Writes a file so that at any time, even after a crash, the path holds either the old contents or the new.
  package static func writeAtomically(_ bytes: [UInt8], to path: String) throws {
    let draft = path + ".\(getpid()).draft"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("cannot write \(draft)") }
    do {
      try write(bytes, to: file, draft)
      guard rename(draft, path) == 0 else { throw failure("cannot replace it") }
    } catch {
      unlink(draft)
      throw error
    }
    syncFolder(of: path)
  }

  private static func write(_ bytes: [UInt8], to file: Int32, _ draft: String) throws {
    defer { close(file) }
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let step = posix { writeBytes(file, buffer.baseAddress! + done, buffer.count - done) }
        guard step > 0 else { throw failure("cannot write \(draft)") }
        done += step
      }
    }
    guard fsync(file) == 0 else { throw failure("cannot write \(draft)") }
  }

  /// Makes the new name itself last; where folders cannot be synchronised the file is there all the same.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ what: String) -> FileError { FileError("\(what): \(String(cString: strerror(errno)))") }

  /// A call that a signal may interrupt.
  private static func posix(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}

private func readBytes(_ file: Int32, _ to: UnsafeMutableRawPointer, _ count: Int) -> Int { read(file, to, count) }

private func writeBytes(_ file: Int32, _ from: UnsafeRawPointer, _ count: Int) -> Int { write(file, from, count) }
