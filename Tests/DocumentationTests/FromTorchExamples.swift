import Autograd
import Data
import Foundation
import NN
import Optim
import Testing
import Training

/// The lines of the last tables of `FromNumPy.md`, in their order: what is MXNet's, PyTorch's or JAX's.
@Suite struct FromTorchExamples: Examples {
  @Test func functions() {
    let (x, v, w, i) = (Self.x, Self.v, Self.w, Self.i)
    let (image, filter) = (NDArray.ones([1, 1, 4, 4]), NDArray.ones([1, 1, 2, 2]))
    let (signal, tap) = (NDArray.ones([1, 1, 4]), NDArray.ones([1, 1, 2]))
    let (c, d) = (NDArray([1]), NDArray([0]))
    show(relu(x))
    show(leakyRelu(x, slope: 0.1))
    show(elu(x))
    show(gelu(x))
    show(silu(x))
    show(sigmoid(x))
    show(softplus(x))
    show(softmax(x))
    show(logSoftmax(x))
    show(crossEntropy(x, i))
    show(oneHot(i, depth: 3))
    show(embedding(i, x))
    show(dropout(x, p: 0.5))
    show(batchNorm(x, v, w, mean: v, variance: w))
    show(layerNorm(x, v, w))
    show(rmsNorm(x, v))
    show(groupNorm(image, groups: 1, c, d))
    show(instanceNorm(image, c, d))
    show(conv1d(signal, tap))
    show(conv2d(image, filter))
    show(convTranspose1d(signal, tap))
    show(convTranspose2d(image, filter))
    show(maxPool1d(signal, kernel: 2))
    show(maxPool2d(image, kernel: (2, 2)))
    show(avgPool1d(signal, kernel: 2))
    show(avgPool2d(image, kernel: (2, 2)))
    show(adaptiveMaxPool1d(signal, size: 2))
    show(adaptiveMaxPool2d(image, size: (2, 2)))
    show(adaptiveAvgPool1d(signal, size: 2))
    show(adaptiveAvgPool2d(image, size: (2, 2)))
  }

  @Test func gradients() throws {
    var x = Self.x
    let y = Self.y
    x.attachGrad()
    show(x.attachingGrad())
    x.attachGrad(.add)
    let z = record { x * x }
    let u = record { x * 2 }
    let (s, t) = record { (x.sum(), (x * x).sum()) }
    z.backward(retainGraph: true)
    z.backward(y)
    show(x.grad)
    show(x.hasGrad)
    show(x.detached())
    u.retainGrad()
    show(pause { x * 2 })
    show(trainMode { dropout(x) })
    show(predictMode { dropout(x) })
    show(isRecording)
    show(isTraining)
    backward([s, t], retainGraph: true)
    show(grad(of: s, wrt: x, retainGraph: true, createGraph: true))
    show(customGradient([x], { exp($0[0]) }, backward: { g, _, y in [g * y] }))
    show(try recovering { x.sum() })
  }

  @Test func transforms() {
    let (x, v, w) = (Self.x, Self.v, Self.w)
    show(grad { exp($0).sum() }(v))
    show(valueAndGrad { exp($0).sum() }(v))
    show(vjp(at: v) { exp($0) })
    show(jvp(at: v, along: w) { exp($0) })
    show(linearize(at: v) { exp($0) })
    show(jacobian { exp($0) }(v))
    show(hessian { exp($0).sum() }(v))
    show(hvp(at: v, along: w) { exp($0).sum() })
    show(vmap { $0.sum() }(x))
    show(perExampleGrad(wrt: [v], over: [x]) { dot($0[0], $1[0]) })
    show(record { checkpoint { exp(v).sum() } })
    show(checkGradients(of: { exp($0) }, at: v).passes)
  }

  @Test func lookingInside() {
    let (x, v) = (Self.x.attachingGrad(), Self.v)
    let z = record { x * x }
    show(checkGradients(of: { exp($0) }, at: v))
    show(tracingNaN { exp(x) })
    show(profile { exp(x) })
    show(graph(z))
    x.onGradient { $0 * 2 }
    show(gradientReport(of: ["x": x]))
    show(NDArray.computed([2, 3], from: [x], as: Float.self) { _ = $1.update(from: $0[0]) })
  }

  @Test func layers() {
    let h = NDArray.ones([2, 4, 5, 16])
    show(Module())
    show(Sequential(Dense(4), Activation.relu))
    show(Dense(4))
    show(Activation.relu)
    show(Lambda { $0 / 2 })
    show(Flatten())
    show(Dropout(0.5))
    show(Embedding(10, 4))
    show(BatchNorm())
    show(LayerNorm())
    show(RMSNorm())
    show(GroupNorm(groups: 2))
    show(InstanceNorm(affine: true))
    show(Conv1D(8, kernel: 3))
    show(Conv2D(8, kernel: 3, pad: 1))
    show(ConvTranspose1D(8, kernel: 2))
    show(ConvTranspose2D(8, kernel: 2, stride: 2))
    show(MaxPool1D(2))
    show(AvgPool1D(2))
    show(MaxPool2D(2))
    show(AvgPool2D(2))
    show(AdaptiveAvgPool1D(3))
    show(AdaptiveMaxPool1D(3))
    show(AdaptiveAvgPool2D([3, 2]))
    show(AdaptiveMaxPool2D(3))
    show(GlobalAvgPool())
    show(GlobalMaxPool())
    show(RNN(8))
    show(LSTM(8))
    show(LSTM(8, numLayers: 2, bidirectional: true))
    show(GRU(8))
    show(MultiHeadAttention(16, heads: 4))
    show(TransformerEncoderLayer(16, heads: 4, hidden: 32))
    show(TransformerDecoderLayer(16, heads: 4, hidden: 32))
    show(TransformerEncoder(16, heads: 4, hidden: 32, numLayers: 2))
    show(TransformerDecoder(16, heads: 4, hidden: 32, numLayers: 2))
    show(Transformer(16, heads: 4, hidden: 32, encoderLayers: 2, decoderLayers: 2))
    show(scaledDotProductAttention(h, h, h))
    show(positionalEncoding(5, 16))
    show(paddingMask(lengths: [1, 3], count: 3))
  }

  @Test func parameters() throws {
    let v = Self.v
    let net = Dense(4)
    _ = net(NDArray.ones([2, 3]))
    let path = NSTemporaryDirectory() + "autograd-from-numpy.safetensors"
    show(Parameter(v))
    show(Buffer(v))
    show(net.parameters)
    show(net.namedParameters)
    net.freeze()
    show(net.arrays)
    try net.load(net.arrays)
    try net.save(to: path)
    try net.load(from: path)
    show(net.summary)
    show(Initializer.constant(7))
    show(Initializer.normal(std: 0.01))
    show(Initializer.uniform(-0.07, 0.07))
    show(Initializer.xavierUniform)
    show(Initializer.heNormal)
    show(Initializer.orthogonal())
  }

  @Test func data() throws {
    let (x, i) = (Self.x, NDArray([0, 1], dtype: .int64))
    let image = NDArray.zeros([2, 3], dtype: .uint8)
    let data = ArrayDataset(x, i)
    let path = NSTemporaryDirectory() + "autograd-from-numpy"
    show(ArrayDataset(x, i))
    show(data[0])
    show(data.map { x, y in (x / 2, y) })
    show(data.subset([1, 0]))
    show(data.split(0.5, seed: 1))
    show(DataLoader(data, batchSize: 2, shuffle: true))
    let images = NDArray.ones([2, 1, 28, 28])
    show(images.randomlyFlipped())
    show(images.randomlyShifted(by: 2))
    try NPZ(["x": x]).write(to: path + ".npz")
    show(try NPZ(contentsOf: path + ".npz").arrays["x"]!)
    try image.write(png: path + ".png")
    show(try NDArray(png: path + ".png"))
    show(try image.pngBytes())
    show(try image.ppmBytes())
  }

  @Test func losses() {
    let (x, y, i) = (Self.x, Self.y, Self.i)
    let (h, j) = (NDArray.ones([2, 5, 4]), NDArray([[1, 2], [3, 1]], dtype: .int64))
    show(l1Loss(x, y))
    show(mseLoss(x, y))
    show(huberLoss(x, y))
    show(softmaxCrossEntropy(x, i))
    show(binaryCrossEntropy(logits: x, y))
    show(klDivLoss(logSoftmax(x), softmax(y)))
    show(ctcLoss(h, j))
    show(l1Loss(x, y, reduction: .sum))
  }

  @Test func optimizers() throws {
    let net = Dense(4)
    let optimizer = Adam(net)
    record { net(NDArray.ones([2, 3])).sum() }.backward()
    let path = NSTemporaryDirectory() + "autograd-from-numpy.checkpoint"
    show(SGD(net, learningRate: 0.1))
    show(SGD(net, learningRate: 0.1, momentum: 0.9, nesterov: true))
    show(Adam(net))
    show(AdamW(net))
    show(LAMB(net))
    show(RMSProp(net))
    show(AdaGrad(net))
    show(Adadelta(net))
    show(Lion(net))
    optimizer.step()
    optimizer.step(ignoreStaleGrad: true)
    show(Adam(net, clipping: .value(1)))
    show(Adam(net, clipping: .norm(1)))
    show(Schedule.step(0.1, every: 100))
    show(Schedule.cosine(0.1, steps: 100))
    show(Schedule.polynomial(0.1, steps: 100))
    show(Schedule.oneCycle(0.1, steps: 100))
    show(Schedule.cosine(0.1, steps: 100).warmedUp(over: 10))
    try Checkpoint.save(path, net, optimizer)
    show(try Checkpoint.load(path, net, optimizer))
  }

  @Test func watching() throws {
    let (x, i) = (Self.x, Self.i)
    let (net, images) = (Dense(1), NDArray.ones([2, 3, 4]))
    let optimizer = SGD(net, learningRate: 0.1)
    let (losses, folder) = ([2.0, 1], FileManager.default.temporaryDirectory.path + "/autograd-\(UUID())")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    show(accuracy(x, i))
    show(ConfusionMatrix(classes: 3))
    show(RunningMean())
    show(ProgressBar("epoch 1", total: 100))
    show(try EventFile(in: folder))
    show(Chart([Curve("loss", losses)]))
    show(imageGrid(images))
    show(try TrainingRun(net, optimizer, epochs: 2))
  }

  static let x = FromNumPyExamples.x
  static let y = FromNumPyExamples.y
  static let v = FromNumPyExamples.v
  static let w = FromNumPyExamples.w
  static let i = FromNumPyExamples.i
}
