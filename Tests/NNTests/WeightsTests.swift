import Autograd
import NN
import Testing

@Suite struct WeightsTests {
  private func model() -> Sequential { Sequential(Dense(4), BatchNorm(), Dense(2, bias: false)) }

  @Test func arraysAreParametersAndBuffers() {
    let model = model()
    #expect(model.arrays.isEmpty)
    _ = model(NDArray.ones([1, 3]))
    #expect(
      model.arrays.keys.sorted() == [
        "0.bias", "0.weight", "1.bias", "1.running_mean", "1.running_var", "1.weight", "2.weight",
      ])
    #expect(model.arrays.values.allSatisfy { !$0.hasGrad })
  }

  @Test func loadedModelsPredictTheSameAndLearn() throws {
    let (model, copy) = (model(), model())
    let x = NDArray.normal([5, 3])
    _ = trainMode { model(x) }
    try copy.load(model.arrays)
    #expect(copy(x) == model(x))
    record { copy(x).sum() }.backward()
    #expect(!copy.parameters[0].value.isGradStale)
  }

  @Test func whatDoesNotFitIsAnErrorAndChangesNothing() throws {
    let model = model()
    _ = model(NDArray.ones([1, 3]))
    let before = model.arrays
    var arrays = before
    arrays["0.weight"] = NDArray.ones([4, 3])
    arrays["2.weight"] = nil
    let missing = #expect(throws: FileError.self) { try model.load(arrays) }
    #expect(missing!.message.contains("[\"2.weight\"] are missing"))
    arrays["2.weight"] = NDArray.ones([1, 1])
    let shape = #expect(throws: FileError.self) { try model.load(arrays, strict: false) }
    #expect(shape!.message.contains("2.weight has the shape (1, 1), the module needs (2, 4)"))
    #expect(model.arrays == before)
    arrays["2.weight"] = nil
    try model.load(arrays, strict: false)
    #expect(model.arrays["0.weight"]! == NDArray.ones([4, 3]))
  }
}
