import Autograd
import Data
import Testing

@Suite struct AugmentationTests {
  private let images = NDArray.arange(1, 1 + 64 * 2 * 3 * 4).reshaped([64, 2, 3, 4])

  @Test func imagesAreFlippedOrNot() {
    let flipped = images.randomlyFlipped()
    let isFlipped = (0..<64).map { flipped[$0] == images[$0].flipped(axis: -1) }
    for i in 0..<64 where !isFlipped[i] { #expect(flipped[i] == images[i]) }
    #expect(Set(isFlipped).count == 2 && images.randomlyFlipped(p: 0) == images)
  }

  @Test func imagesAreShiftedWithAllTheirChannels() {
    let shifted = images.randomlyShifted(by: 1)
    let padded = images.padded([(0, 0), (0, 0), (1, 1), (1, 1)])
    var shifts: Set<[Int]> = []
    for i in 0..<64 {
      let found = (0..<9).map { [$0 / 3, $0 % 3] }.filter {
        shifted[i] == padded[i, 0..., $0[0]..<($0[0] + 3), $0[1]..<($0[1] + 4)]
      }
      #expect(found.count == 1)
      shifts.formUnion(found)
    }
    #expect(shifts.count > 4 && images.randomlyShifted(by: 0) == images)
  }

  @Test func mistakesAreErrors() {
    #expect(throws: NDArrayError.self) { try recovering { _ = NDArray.ones([2, 2]).randomlyFlipped() } }
    #expect(throws: NDArrayError.self) { try recovering { _ = NDArray.ones([2, 2]).randomlyShifted(by: 1) } }
    #expect(throws: NDArrayError.self) { try recovering { _ = images.randomlyShifted(by: -1) } }
  }
}
