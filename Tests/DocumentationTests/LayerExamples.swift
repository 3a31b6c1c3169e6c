import Autograd
import NN
import Optim
import Testing

/// The examples of the comments in NN, Optim and Data.
@Suite struct LayerExamples: Examples {
  @Test func parameters() {
    let scale = Parameter(NDArray.ones([3]))
    let y = record { (scale.value * 2).sum() }
    y.backward()
    show(scale.grad)  // array([2., 2., 2.])
  }

  @Test func modules() {
    final class MLP: Module {
      let a = Dense(256, activation: .relu)
      let b = Dense(10)
      func callAsFunction(_ x: NDArray) -> NDArray { b(a(x)) }
    }
    #expect(MLP()(NDArray.ones([2, 3])).shape == [2, 10])
  }

  @Test func gradientsOfAModule() {
    let layer = Dense(2)
    record { layer(NDArray.ones([4, 3])).sum() }.backward()
    print(layer.gradientReport.entries.map(\.name))  // ["weight", "bias"]
  }

  @Test func initializers() {
    let weight = Initializer.heNormal([128, 64])
    let bias = Initializer.zeros([128])
    #expect(weight.shape == [128, 64] && bias.shape == [128])
  }

  @Test func summary() {
    let network = Sequential(Dense(64, activation: .relu), Dense(10))
    _ = network(NDArray.ones([1, 8]))
    print(network.summary)
    // layer  type   shapes           parameters   bytes
    // 0      Dense  (64, 8), (64,)          576  2.3 kB
    // 1      Dense  (10, 64), (10,)         650  2.6 kB
    // total                               1,226  4.9 kB
  }

  @Test func sequential() {
    let network = Sequential(Flatten(), Dense(64, activation: .relu), Dropout(0.2), Dense(10))
    show(network(NDArray.ones([32, 8, 8])).shape)  // (32, 10)
    let halved = Sequential(Dense(4), Lambda { $0 / 2 })
    #expect(halved(NDArray.ones([1, 3])).shape == [1, 4])
  }

  @Test func dense() {
    let layer = Dense(10, activation: .relu)
    show(layer(NDArray.ones([32, 64])).shape)  // (32, 10)
    show(layer.weight.value.shape)  // (10, 64)
  }

  @Test func convolution() {
    let layer = Conv2D(16, kernel: 3, pad: 1, activation: .relu)
    show(layer(NDArray.ones([2, 3, 8, 8])).shape)  // (2, 16, 8, 8)
    show(layer.weight.value.shape)  // (16, 3, 3, 3)
    show(Conv1D(16, kernel: 3)(NDArray.ones([2, 4, 10])).shape)  // (2, 16, 8)
    show(ConvTranspose2D(3, kernel: 4, stride: 2, pad: 1)(NDArray.ones([2, 16, 8, 8])).shape)  // (2, 3, 16, 16)
    show(AdaptiveAvgPool2D([3, 2])(NDArray.ones([1, 8, 7, 5])).shape)  // (1, 8, 3, 2)
    show(MaxPool2D(2)(NDArray.ones([1, 3, 8, 8])).shape)  // (1, 3, 4, 4)
  }

  @Test func batchNorm() {
    let norm = BatchNorm()
    _ = trainMode { norm(NDArray.full([4, 2], 5)) }
    show(norm.runningMean.value)  // array([0.5, 0.5])
  }

  @Test func groupNorm() {
    show(GroupNorm(groups: 4)(NDArray.ones([2, 8, 5, 5])).shape)  // (2, 8, 5, 5)
  }

  @Test func embedding() {
    let table = Embedding(1000, 16)
    show(table(NDArray([3, 1, 4], dtype: .int64)).shape)  // (3, 16)
  }

  @Test func sequences() {
    let (output, state) = RNN(8)(NDArray.ones([2, 5, 3]))
    show(output.shape)  // (2, 5, 8)
    show(state.shape)  // (1, 2, 8)

    show(paddingMask(lengths: [1, 3], count: 3)[0, 0, 0])  // array([ True, False, False])

    let attention = MultiHeadAttention(16, heads: 4)
    let x = NDArray.ones([2, 5, 16])
    show(attention(x, isCausal: true).shape)  // (2, 5, 16)
  }

  @Test func levels() {
    let (output, state) = LSTM(8, numLayers: 2, bidirectional: true)(NDArray.ones([2, 5, 3]))
    show(output.shape)  // (2, 5, 16)
    show(state.c.shape)  // (4, 2, 8)
  }

  @Test func transformers() {
    let encoder = TransformerEncoder(16, heads: 4, hidden: 64, numLayers: 2, normFirst: true)
    show(encoder(NDArray.ones([2, 5, 16]), isCausal: true).shape)  // (2, 5, 16)

    let transformer = Transformer(16, heads: 4, hidden: 64)
    show(transformer(NDArray.ones([2, 5, 16]), NDArray.ones([2, 3, 16])).shape)  // (2, 3, 16)
  }

  @Test func losses() {
    show(l1Loss(NDArray([1, 5]), NDArray([2, 2])))  // array(2.)
    show(mseLoss(NDArray([1, 5]), NDArray([2, 2])))  // array(5.)
    let logits = NDArray([[2, 0], [0, 2]])
    show(softmaxCrossEntropy(logits, NDArray([0, 1], dtype: .int64)))  // array(0.12692805)
    show(binaryCrossEntropy(logits: NDArray([1, 200]), NDArray([1, 0])))  // array(100.15663)
  }

  @Test func training() {
    let model = Dense(1)
    let optimizer = SGD(model, learningRate: 0.1)
    let (x, y) = (NDArray.ones([8, 2]), NDArray.ones([8, 1]))
    for _ in 0..<100 {
      record { mseLoss(model(x), y) }.backward()
      optimizer.step()
    }
    #expect(mseLoss(model(x), y).item() < 1e-6)
  }

  @Test func files() throws {
    let model = Sequential(Dense(4), BatchNorm())
    _ = model(NDArray.ones([2, 3]))
    try model.save(to: "/tmp/autograd-example.safetensors")

    let copy = Sequential(Dense(4), BatchNorm())
    try copy.load(from: "/tmp/autograd-example.safetensors")
    show(copy(NDArray.ones([2, 3])) == model(NDArray.ones([2, 3])))  // true
  }

  @Test func checkpoints() throws {
    let model = Dense(2)
    let optimizer = Adam(model)
    record { model(NDArray.ones([1, 3])).sum() }.backward()
    optimizer.step()
    try Checkpoint.save("/tmp/autograd-example.checkpoint", model, optimizer, notes: ["epoch": "1"])
    let notes = try Checkpoint.load("/tmp/autograd-example.checkpoint", model, optimizer)
    show(notes["epoch"]!)  // "1"
  }

  @Test func schedules() {
    let rate = Schedule.cosine(0.1, steps: 1000).warmedUp(over: 100)
    show(rate(0))  // 0.001
    show(rate(100))  // 0.1
    show(rate(1100))  // 0.0
  }
}
