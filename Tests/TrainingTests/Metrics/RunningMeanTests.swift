import Autograd
import Testing

@testable import Training

@Suite struct RunningMeanTests {
  @Test func partsWeighAsMuchAsTheyCount() {
    var mean = RunningMean()
    #expect(mean.value.isNaN)
    mean.add(1, count: 3)
    mean.add(5)
    #expect(mean.value == 2)
    mean.add(NDArray([0, 0, 4, 4]))
    #expect(mean.value == 2 && mean.count == 8)
  }

  @Test func aTextKeepsEveryBit() {
    var mean = RunningMean()
    mean.add(0.1, count: 3)
    mean.add(1e-17)
    #expect(RunningMean(text: mean.text) == mean)
    #expect(RunningMean(text: "") == nil && RunningMean(text: "1 x") == nil)
  }

  @Test func accuracyIsTheShareOfRightRows() {
    let scores = NDArray([[1, 2, 3], [3, 2, 1], [1, 3, 2], [0, 0, 1]])
    #expect(accuracy(scores, NDArray([2, 0, 0, 2], dtype: .int64)) == 0.75)
    #expect(accuracy(scores.reshaped([2, 2, 3]), NDArray([[2, 0], [0, 2]], dtype: .int64)) == 0.75)
    #expect(throws: NDArrayError.self) {
      try recovering { accuracy(scores, NDArray([2, 0], dtype: .int64)) }
    }
  }
}
