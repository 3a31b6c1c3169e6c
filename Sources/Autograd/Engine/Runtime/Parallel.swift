import CKernels

/// Work shared by the threads of the engine, split in a fixed way.
enum Parallel {
  /// Runs `body` for each of `count` indices.
  static func forEach(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let box = Box(body)
      withExtendedLifetime(box) {
        ag_parallel(Int64(count), Unmanaged.passUnretained(box).toOpaque()) { context, index in
          Unmanaged<Box>.fromOpaque(context!).takeUnretainedValue().body(Int(index))
        }
      }
    }
  }

  /// Runs `body` for each range of `size` out of `count`.
  static func forEachChunk(_ count: Int, of size: Int, _ body: (Range<Int>) -> Void) {
    forEach((count + size - 1) / size) { body($0 * size..<min(count, ($0 + 1) * size)) }
  }

  private final class Box {
    let body: (Int) -> Void
    init(_ body: @escaping (Int) -> Void) { self.body = body }
  }
}
