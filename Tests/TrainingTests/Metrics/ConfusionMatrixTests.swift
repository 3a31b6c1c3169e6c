import Autograd
import Testing

@testable import Training

@Suite struct ConfusionMatrixTests {
  /// The expected numbers are those of scikit-learn's definitions, worked out by hand.
  @Test func theMeasuresFollowFromTheCounts() {
    var confusion = ConfusionMatrix(classes: 3)
    confusion.add(predicted: NDArray([0, 1, 1, 2], dtype: .int64), labels: NDArray([0, 0, 1, 2], dtype: .int64))
    confusion.add(scores: NDArray([[0.9, 0.1, 0], [0, 0.2, 0.8]]), labels: NDArray([2, 2], dtype: .int64))
    #expect(confusion.counts == [[1, 1, 0], [0, 1, 0], [1, 0, 2]])
    #expect(confusion.total == 6 && confusion.accuracy == 4.0 / 6)
    #expect((0..<3).map(confusion.precision) == [0.5, 0.5, 1])
    #expect((0..<3).map(confusion.recall) == [0.5, 1, 2.0 / 3])
    #expect(confusion.f1(0) == 0.5 && abs(confusion.f1(1) - 2.0 / 3) < 1e-12 && abs(confusion.f1(2) - 0.8) < 1e-12)
    #expect(abs(confusion.macroF1 - (0.5 + 2.0 / 3 + 0.8) / 3) < 1e-12)
  }

  @Test func classesThatNeverOccurGiveZero() {
    let confusion = ConfusionMatrix(classes: 2)
    #expect(confusion.precision(0) == 0 && confusion.recall(1) == 0 && confusion.f1(1) == 0)
    #expect(confusion.accuracy.isNaN)
  }

  @Test func whatDoesNotFitIsAnErrorAndChangesNothing() {
    var confusion = ConfusionMatrix(classes: 2)
    let ids = { (values: [Int]) in NDArray(values) }
    #expect(throws: NDArrayError.self) {
      try recovering { confusion.add(predicted: ids([0, 1]), labels: ids([0])) }
    }
    #expect(throws: NDArrayError.self) { try recovering { confusion.add(predicted: ids([2]), labels: ids([0])) } }
    #expect(throws: NDArrayError.self) { try recovering { confusion.add(predicted: ids([0]), labels: ids([-1])) } }
    #expect(confusion.total == 0)
  }

  @Test func theDrawingShowsCountsAndNames() {
    var confusion = ConfusionMatrix(classes: 2)
    confusion.add(predicted: NDArray([0, 1, 1], dtype: .int64), labels: NDArray([0, 1, 0], dtype: .int64))
    let text = confusion.svg(names: ["cat", "dog"], title: "Pets").description
    #expect(text.components(separatedBy: ">1</text>").count == 4)
    for part in ["cat", "dog", "Pets", "label", "prediction"] { #expect(text.contains(">\(part)</text>")) }
  }
}
