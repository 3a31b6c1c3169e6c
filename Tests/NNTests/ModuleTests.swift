import Autograd
import Testing

@testable import NN

private final class MLP: Module {
  let a = Dense(8, activation: .relu)
  let b = Dense(3)
  func callAsFunction(_ x: NDArray) -> NDArray { b(a(x)) }
}

private class Base: Module {
  let inherited = Parameter(.zeros, shape: [1])
}

private final class Everything: Base {
  let blocks = [Dense(1), Dense(2)]
  let perhaps: Dense? = Dense(3)
  let nothing: Dense? = nil
  let table = ["b": Parameter(.zeros, shape: [2]), "a": Parameter(.zeros, shape: [1])]
  let pair = (left: Dense(1), right: Dense(1))
  let runningMean = Buffer(NDArray.zeros([2]))
  lazy var late = Dense(1)
  let sizes = [1, 2, 3]
  let stack = Sequential(Dense(1), Activation.relu, Dense(1))
  let weightIH = Parameter(.zeros, shape: [1])
}

@Suite struct ModuleTests {
  @Test func partsHaveTheNamesOfPropertiesInOrder() {
    let model = MLP()
    #expect(model.namedParameters.map(\.name) == ["a.weight", "a.bias", "b.weight", "b.bias"])
    #expect(model.namedModules.map(\.name) == ["a", "b"])
  }

  @Test func partsAreFoundWhereverTheyAre() {
    let model = Everything()
    _ = model.late
    let names = model.namedParameters.map(\.name)
    #expect(
      names == [
        "inherited", "blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias", "perhaps.weight",
        "perhaps.bias", "table.a", "table.b", "pair.left.weight", "pair.left.bias", "pair.right.weight",
        "pair.right.bias", "late.weight", "late.bias", "stack.0.weight", "stack.0.bias", "stack.2.weight",
        "stack.2.bias", "weight_ih",
      ])
    #expect(model.namedBuffers.map(\.name) == ["running_mean"])
  }

  @Test func aSharedPartIsOnePart() {
    let shared = Dense(4)
    let model = Sequential(shared, shared)
    #expect(model.namedParameters.map(\.name) == ["0.weight", "0.bias"])
  }

  @Test(arguments: [
    ("weightIH", "weight_ih"), ("conv2D", "conv2d"), ("inProjWeight", "in_proj_weight"), ("fc1", "fc1"),
    ("_wrapped", "wrapped"), ("runningVar", "running_var"), ("linear1", "linear1"), ("fc1Out", "fc1_out"),
  ])
  func namesAreSpelledAsInPython(_ name: String, _ expected: String) { #expect(name.pythonName == expected) }

  @Test func shapesAreKnownAtTheFirstCall() {
    let model = MLP()
    #expect(model.parameters.allSatisfy { !$0.isInitialized })
    #expect(model(NDArray.ones([5, 4])).shape == [5, 3])
    #expect(model.parameters.map(\.value.shape) == [[8, 4], [8], [3, 8], [3]])
    #expect(model.parameterCount == 8 * 4 + 8 + 3 * 8 + 3)
  }

  @Test func parametersTakeTheTypeOfTheInput() {
    let layer = Dense(2)
    #expect(layer(NDArray.ones([1, 2], dtype: .float64)).dtype == .float64)
  }

  @Test func anInputOfAnotherSizeIsAnError() {
    let layer = Dense(2)
    _ = layer(NDArray.ones([1, 4]))
    let message = message { _ = layer(NDArray.ones([1, 5])) }
    #expect(message.contains("needs a parameter of shape (2, 5), but it has the shape (2, 4)"))
    #expect(message.hasPrefix("Dense: "))
  }

  @Test func aValueThatIsNotThereYetIsAnError() {
    #expect(message { _ = Dense(2).weight.value }.contains("Call the module once"))
  }

  @Test func aPlainArrayWithAGradientIsRefused() {
    final class Wrong: Module { let w = NDArray.ones([2]).attachingGrad() }
    #expect(message { _ = Wrong().parameters }.contains("Declare it as a Parameter"))
  }

  @Test func initialValuesInsideRecordAreVariables() {
    let layer = Dense(2)
    let x = NDArray.ones([3, 4])
    record { layer(x).sum() }.backward()
    #expect(layer.bias!.grad == NDArray([3, 3]))
    #expect(layer.weight.grad == NDArray.full([2, 4], 3))
  }

  @Test func newValuesKeepTheGradient() {
    let p = Parameter(NDArray.ones([2]))
    let constant = NDArray([3, 4])
    p.value = constant
    record { (p.value * p.value).sum() }.backward()
    #expect(p.grad == NDArray([6, 8]))
    #expect(!constant.hasGrad)
    p.value -= 0.5 * p.grad
    #expect(p.value == NDArray([0, 0]) && p.value.hasGrad)
    #expect(message { p.value = NDArray.ones([3]) }.contains("shape (3,)"))
  }

  @Test func aValueOfAGraphIsNotTaken() {
    let p = Parameter(NDArray([2, 3]))
    func f(_ x: NDArray) -> NDArray {
      p.value = x
      return (p.value * p.value).sum()
    }
    #expect(message { _ = hessian(f)(NDArray([1, 2])) }.contains("hessian(of:wrt:)"))
    #expect(p.value == NDArray([2, 3]))
    record { p.value = (p.value * 2).detached() }
    #expect(hessian(of: record { (p.value * p.value).sum() }, wrt: p.value) == NDArray([[2, 0], [0, 2]]))
  }

  @Test func frozenParametersAreConstants() {
    let model = MLP()
    let x = NDArray.ones([2, 4])
    _ = model(x)
    model.a.freeze()
    #expect(!model.a.weight.value.hasGrad)
    record { model(x).sum() }.backward()
    #expect(!model.b.weight.value.isGradStale)
    model.a.unfreeze()
    record { model(x).sum() }.backward()
    #expect(model.a.weight.value.hasGrad && !model.a.weight.value.isGradStale)
  }

  @Test func summaryTellsShapesAndSizes() {
    let model = Sequential(Flatten(), Dense(64, activation: .relu), Activation.relu, Dense(10))
    #expect(model.summary.contains("?"))
    _ = model(NDArray.ones([1, 2, 4]))
    model.freeze()
    #expect(
      model.summary == """
        layer   type     shapes           parameters   bytes
        0       Flatten
        1       Dense    (64, 8), (64,)          576  2.3 kB
        2       relu
        3       Dense    (10, 64), (10,)         650  2.6 kB
        total                                  1,226  4.9 kB
        frozen                                 1,226  4.9 kB
        """)
  }

  @Test func gradientsAreReportedByName() {
    let network = Sequential(Dense(3), Dense(2))
    _ = network(NDArray.ones([1, 4]))
    network.parameters[3].isFrozen = true
    record { network(NDArray.ones([1, 4])).sum() }.backward()
    let report = network.gradientReport
    #expect(report.entries.map(\.name) == ["0.weight", "0.bias", "1.weight", "1.bias"])
    #expect(report.entries.map(\.state) == [.reached, .reached, .reached, .none])
  }
}
