import Foundation
import PythonSupport
import Testing

@testable import Training

@Suite struct EventFileTests {
  /// The check value of CRC-32C, and one of RFC 3720.
  @Test func checksums() {
    #expect(Checksum.crc32c(Array("123456789".utf8)) == 0xe306_9283)
    #expect(Checksum.crc32c(Array(repeating: 0, count: 32)) == 0x8a91_36aa)
  }

  @Test func numbersOfAnySize() {
    #expect(EventFile.varint(0) == [0])
    #expect(EventFile.varint(300) == [0xac, 0x02])
    #expect(EventFile.varint(.max).count == 10)
  }

  @Test func recordsFollowOneAnother() throws {
    try inFolder { folder in
      let events = try EventFile(in: folder + "/new/run")
      try events.add("loss", 0.5, step: 3)
      let records = try records([UInt8](Data(contentsOf: URL(fileURLWithPath: events.path))))
      #expect(records.count == 2)
      // After the time: the version; then the step, and the summary with name and number.
      #expect(records[0].dropFirst(9).elementsEqual([0x1a, 13] + "brain.Event:2".utf8))
      #expect(
        records[1].dropFirst(9).elementsEqual(
          [0x10, 3, 0x2a, 13, 0x0a, 11, 0x0a, 4] + "loss".utf8 + [0x15, 0, 0, 0, 0x3f]))
    }
  }

  @Test(.enabled(if: Python.has("tensorboard"), "python3 with tensorboard is missing"))
  func tensorBoardReadsThem() throws {
    try inFolder { folder in
      let events = try EventFile(in: folder)
      for step in [0, 1, 300, 1 << 40] { try events.add("loss", 1 / Double(step + 3), step: step) }
      try events.add("test accuracy", -.infinity, step: 2)
      try Python.run(
        """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        events = EventAccumulator(sys.argv[1]).Reload()
        read = {name: [(e.step, e.value) for e in events.Scalars(name)] for name in events.Tags()["scalars"]}
        assert list(read) == ["loss", "test accuracy"], read
        assert [step for step, _ in read["loss"]] == [0, 1, 300, 1 << 40], read
        assert all(abs(value * (step + 3) - 1) < 1e-7 for step, value in read["loss"]), read
        assert read["test accuracy"] == [(2, float("-inf"))], read
        """, folder)
    }
  }

  /// The records of a file, whose checksums must be right.
  private func records(_ bytes: [UInt8]) throws -> [[UInt8]] {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    var (rest, records) = (bytes[...], [[UInt8]]())
    while !rest.isEmpty {
      let length = rest.prefix(8)
      let event = rest.dropFirst(12).prefix(Int(number(length)))
      try #require(number(rest.dropFirst(8).prefix(4)) == UInt64(Checksum.masked(Array(length))))
      rest = rest.dropFirst(12 + event.count)
      try #require(number(rest.prefix(4)) == UInt64(Checksum.masked(Array(event))))
      rest = rest.dropFirst(4)
      records.append(Array(event))
    }
    return records
  }
}
