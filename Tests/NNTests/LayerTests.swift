import Autograd
import NN
import Testing

/// What layers do by mode, and what they do with wrong inputs; their values are in `TorchTests`.
@Suite struct LayerTests {
  @Test func runningStatisticsThatNobodyReadsDoNotHoldActivations() {
    let (model, x) = (BatchNorm(), NDArray.normal([64, 4, 32, 32]))
    func step() { record { square(model(x * 2)).mean() }.backward() }
    for _ in 0..<3 { step() }
    let before = Memory.statistics.live
    for _ in 0..<20 { step() }
    #expect(Memory.statistics.live - before < 2 * 64 * 4 * 32 * 32 * 4)
  }

  @Test func dropoutFollowsTheMode() {
    let x = NDArray.ones([10_000])
    let layer = Dropout(0.25)
    #expect(layer(x) == x)
    let dropped = trainMode { layer(x) }
    #expect(abs((dropped .== 0).mean().item() - 0.25) < 0.02 && abs(dropped.mean().item() - 1) < 0.03)
    #expect(record { predictMode { layer(x) } } == x)
  }

  @Test func batchNormFollowsTheMode() {
    let layer = BatchNorm(momentum: 0.5)
    let x = NDArray([[1, 10], [3, 30]])
    _ = layer(x)
    #expect(layer.runningMean.value == NDArray([0, 0]))
    let y = record { layer(x) }
    #expect(isClose(y, NDArray([[-1, -1], [1, 1]]), 1e-4))
    #expect(layer.runningMean.value == NDArray([1, 10]) && layer.runningVar.value == NDArray([1, 50.5]))
    #expect(isClose(layer(x), (x - NDArray([1, 10])) / sqrt(NDArray([1, 50.5]))))
  }

  @Test func pooling() {
    let x = NDArray.arange(16).reshaped([1, 1, 4, 4])
    #expect(MaxPool2D(2)(x) == NDArray([[[[5, 7], [13, 15]]]]))
    #expect(AvgPool2D([2, 4])(x) == NDArray([[[[3.5], [11.5]]]]))
    #expect(GlobalAvgPool()(x) == NDArray([[7.5]]) && GlobalMaxPool()(x) == NDArray([[15]]))
  }

  @Test func thereIsDropoutBetweenLevels() {
    let x = NDArray.normal([1, 3, 2])
    let (one, two) = (GRU(64, dropout: 0.5), GRU(64, numLayers: 2, dropout: 0.5))
    for layer in [one, two] { _ = layer(x) }
    #expect(trainMode { one(x).output } == one(x).output)
    #expect(trainMode { two(x).output } != two(x).output && two(x).output == two(x).output)
  }

  @Test func sequentialIsOneAfterTheOther() {
    let network = Sequential(Flatten(), Activation.relu, Lambda { $0 * 2 })
    #expect(network(NDArray([[[-1, 2], [3, -4]]])) == NDArray([[0, 4, 6, 0]]))
    #expect(Flatten(from: 0)(NDArray.ones([2, 3])).shape == [6])
  }

  @Test func aQueryThatMayLookNowhereIsNoNaN() {
    let x = NDArray.normal([1, 1, 2, 3]).attachingGrad()
    let mask = NDArray([[false, false], [true, false]])
    let y = record { scaledDotProductAttention(x, x, x, mask: mask) }
    #expect(isClose(y[0, 0, 0], x[0, 0].mean(axis: 0)) && isClose(y[0, 0, 1], x[0, 0, 0]))
    y.backward()
    #expect(isfinite(x.grad).all().item() == 1)
  }

  @Test func positionsDiffer() {
    let encoding = positionalEncoding(10, 5)
    #expect(encoding.shape == [10, 5])
    #expect(isClose(encoding[0], NDArray([0, 1, 0, 1, 0])))
    #expect(isClose(encoding[3, 0..<2], NDArray([0.14112, -0.98999]), 1e-4))
  }

  @Test func wrongInputsAreErrors() {
    let x = NDArray.ones([2, 3])
    let cases: [(String, () -> Void)] = [
      ("Conv2D", { _ = Conv2D(2, kernel: 3)(x) }), ("Conv1D", { _ = Conv1D(2, kernel: 3)(x) }),
      ("ConvTranspose2D", { _ = ConvTranspose2D(3, kernel: 3, groups: 2)(NDArray.ones([1, 2, 4, 4])) }),
      ("GroupNorm", { _ = GroupNorm(groups: 2)(x) }), ("InstanceNorm", { _ = InstanceNorm()(x) }),
      ("RMSNorm", { _ = RMSNorm()(NDArray.full([], 1)) }), ("LSTM", { _ = LSTM(2, numLayers: 0) }),
      ("adaptiveAvgPool2d", { _ = AdaptiveAvgPool2D(0)(NDArray.ones([1, 1, 2, 2])) }),
      ("GlobalAvgPool", { _ = GlobalAvgPool()(x) }),
      ("LSTM", { _ = LSTM(2)(x) }), ("GRU", { _ = GRU(2)(NDArray.ones([1, 2, 3]), NDArray.ones([1, 5])) }),
      ("MultiHeadAttention", { _ = MultiHeadAttention(3, heads: 2) }),
      ("MultiHeadAttention", { _ = MultiHeadAttention(4, heads: 2)(x) }),
      ("Dense", { _ = Dense(1)(NDArray.full([], 1)) }),
      ("BatchNorm", { _ = BatchNorm()(NDArray.ones([3])) }), ("Flatten", { _ = Flatten(from: 3)(x) }),
      ("LayerNorm", { _ = LayerNorm()(NDArray.full([], 1)) }),
      ("embedding", { _ = Embedding(2, 2)(NDArray([5], dtype: .int64)) }),
      ("IntOrPair", { _ = IntOrPair(arrayLiteral: 1, 2, 3) }),
      ("scaledDotProductAttention", { _ = scaledDotProductAttention(x, x, NDArray.ones([1, 3])) }),
    ]
    for (name, body) in cases { #expect(message(body).hasPrefix(name + ":"), "\(name): \(message(body))") }
  }
}

@Suite struct LossTests {
  @Test func lossesDoNotBroadcast() {
    let (a, b) = (NDArray.ones([4, 1]), NDArray.ones([4]))
    let losses: [() -> NDArray] = [
      { l1Loss(a, b) }, { mseLoss(a, b) }, { huberLoss(a, b) }, { klDivLoss(a, b) },
      { binaryCrossEntropy(logits: a, b) },
    ]
    for loss in losses { #expect(message { _ = loss() }.contains("(4, 1), the target (4,); they must be equal")) }
  }

  @Test func labelsAreChecked() {
    let logits = NDArray.ones([2, 3])
    func says(_ labels: NDArray, ignoring: Int? = nil) -> String {
      message { _ = softmaxCrossEntropy(logits, labels, ignoring: ignoring) }
    }
    #expect(says(NDArray([0, 3], dtype: .int64)).contains("index 3 is out of range 0..<3"))
    #expect(says(NDArray([0, -1], dtype: .int64), ignoring: -1).isEmpty)
    #expect(says(NDArray([0, 1])).contains("integers"))
    #expect(says(NDArray([0, 1, 2], dtype: .int64)).contains("(3,)"))
  }

  @Test func reductions() {
    let (a, b) = (NDArray([1, 5]), NDArray([2, 2]))
    #expect(l1Loss(a, b, reduction: .sum).item() == 4 && l1Loss(a, b, reduction: .none) == NDArray([1, 3]))
    let all = NDArray([-1, -1], dtype: .int64)
    #expect(softmaxCrossEntropy(NDArray.ones([2, 3]), all, ignoring: -1).item() == 0)
  }

  @Test func ctcThatCannotBeSpelledIsLarge() {
    let loss = ctcLoss(NDArray.zeros([1, 2, 3]), NDArray([[1, 1]], dtype: .int64))
    #expect(loss.item() > 1e20)
    #expect(message { _ = ctcLoss(NDArray.zeros([1, 2, 3]), NDArray([[1]], dtype: .int64), labelLengths: [4]) } != "")
  }
}
