import CKernels
import Testing

@testable import Autograd

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Blocks of small arrays move between threads.
@Suite(.serialized) struct BlockTests {
  private static let bytes = 100

  /// Runs `body` on a thread of its own, to the end of the thread.
  private func onThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
      var thread: pthread_t!
      pthread_create(&thread, nil, { run($0) }, box.toOpaque())
    #else
      var thread = pthread_t()
      pthread_create(&thread, nil, { run($0!) }, box.toOpaque())
    #endif
    pthread_join(thread, nil)
  }

  private func take(_ count: Int) -> [UInt] {
    (0..<count).map { _ in UInt(bitPattern: ag_block_acquire(Self.bytes)) }
  }

  private func release(_ blocks: [UInt]) {
    for block in blocks { ag_block_release(UnsafeMutableRawPointer(bitPattern: block)!, Self.bytes) }
  }

  @Test func blocksAreApart() {
    let blocks = take(5000)
    let sorted = blocks.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 128 })
    #expect(blocks.allSatisfy { $0 % 64 == 0 })
    release(blocks)
  }

  /// What one thread takes and another gives back goes round, so that a pipeline needs no more and more memory.
  @Test func blocksReleasedByAnotherThreadAreUsedAgain() {
    let before = ag_block_get_statistics()
    for _ in 0..<20 {
      let blocks = take(3000)
      onThread { release(blocks) }
    }
    let after = ag_block_get_statistics()
    #expect(after.live == before.live)
    #expect(after.live + after.free - before.live - before.free <= 2 * 3000 * 128)
  }

  @Test func anEndingThreadLeavesItsBlocksToTheOthers() {
    let before = ag_block_get_statistics()
    for _ in 0..<20 { onThread { release(take(3000)) } }
    let after = ag_block_get_statistics()
    #expect(after.live == before.live)
    #expect(after.live + after.free - before.live - before.free <= 2 * 3000 * 128)
  }

  @Test func threadsTakeAndGiveAtTheSameTime() {
    let before = ag_block_get_statistics()
    Parallel.forEach(64) { seed in
      var held: [UInt] = []
      for step in 0..<2000 {
        if (step &* 2_654_435_761 &+ seed) >> 3 % 3 > 0 || held.isEmpty {
          let block = ag_block_acquire(Self.bytes)
          block.storeBytes(of: UInt64(seed << 32 | step), as: UInt64.self)
          held.append(UInt(bitPattern: block))
        } else {
          release([held.removeLast()])
        }
      }
      for block in held {
        #expect(UnsafeRawPointer(bitPattern: block)!.load(as: UInt64.self) >> 32 == UInt64(seed))
      }
      release(held)
    }
    #expect(ag_block_get_statistics().live == before.live)
  }
}

private final class Box: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
  return nil
}
