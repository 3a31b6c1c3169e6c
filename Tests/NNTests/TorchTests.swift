import Autograd
import Foundation
import NN
import Testing

/// Layers and losses against PyTorch: outputs and all gradients, with its weights loaded under their own names.
/// `Fixtures/torch_layers.py` wrote the file.
@Suite struct TorchTests {
  private struct Fixture {
    private let arrays: [String: NDArray]
    let name: String

    init(_ name: String) throws {
      let url = try #require(
        Bundle.module.url(forResource: "torch_layers", withExtension: "safetensors", subdirectory: "Fixtures"))
      arrays = try SafeTensors(contentsOf: url.path).arrays
      self.name = name
    }

    func part(_ kind: String) -> [String: NDArray] {
      let prefix = "\(name)/\(kind)/"
      return Dictionary(
        uniqueKeysWithValues: arrays.compactMap {
          $0.hasPrefix(prefix) ? (String($0.dropFirst(prefix.count)), $1) : nil
        })
    }

    /// The arrays 0, 1, 2 ...
    func list(_ kind: String) -> [NDArray] {
      let part = part(kind)
      return (0..<part.count).compactMap { part["\($0)"] }
    }
  }

  private func check(
    _ name: String, _ model: Module? = nil, training: Bool = false, tolerance: Double = 1e-9,
    _ function: ([NDArray]) -> [NDArray],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let fixture = try Fixture(name)
    try model?.load(fixture.part("w"))
    let inputs = fixture.list("x").map { $0.dtype.isFloatingPoint ? $0.attachingGrad() : $0 }
    #expect(!inputs.isEmpty)
    let outputs = record(trainMode: training) { function(inputs) }
    for (y, expected) in zip(outputs, fixture.list("y")) {
      #expect(isClose(y, expected, tolerance), sourceLocation: location)
    }
    #expect(outputs.count == fixture.list("y").count, sourceLocation: location)
    backward(
      outputs,
      heads: outputs.map { 0.1 * (NDArray.arange($0.elementCount, dtype: .float64) + 1).reshaped(Array($0.shape)) })
    for (key, expected) in fixture.part("g") {
      #expect(isClose(inputs[Int(key)!].grad, expected, tolerance), "input \(key)", sourceLocation: location)
    }
    for (key, expected) in fixture.part("gw") {
      let parameter = model?.namedParameters.first { $0.name == key }?.part
      #expect(parameter.map { isClose($0.grad, expected, tolerance) } ?? false, "\(key)", sourceLocation: location)
    }
  }

  @Test func layers() throws {
    let dense = Dense(4)
    try check("dense", dense) { [dense($0[0])] }
    let conv = Conv2D(6, kernel: [3, 2], stride: [2, 1], pad: [1, 0], groups: 2)
    try check("conv2d", conv) { [conv($0[0])] }
    let batchNorm = BatchNorm()
    try check("batchnorm", batchNorm) { [batchNorm($0[0])] }
    let layerNorm = LayerNorm()
    try check("layernorm", layerNorm) { [layerNorm($0[0])] }
    let table = Embedding(7, 3)
    try check("embedding", table, tolerance: 1e-6) { [table($0[0])] }
  }

  @Test func convolutions() throws {
    let conv = Conv1D(6, kernel: 3, stride: 2, pad: 1, dilation: 2, groups: 2)
    try check("conv1d", conv) { [conv($0[0])] }
    let transposed = ConvTranspose1D(6, kernel: 3, stride: 2, pad: 1, outputPad: 1, groups: 2)
    try check("convtranspose1d", transposed) { [transposed($0[0])] }
    let images = ConvTranspose2D(
      6, kernel: [3, 2], stride: [2, 3], pad: [1, 0], outputPad: [0, 2], dilation: [1, 2], groups: 2)
    try check("convtranspose2d", images) { [images($0[0])] }
  }

  @Test func norms() throws {
    let group = GroupNorm(groups: 2)
    try check("groupnorm", group) { [group($0[0])] }
    let instance = InstanceNorm()
    try check("instancenorm", instance) { [instance($0[0])] }
    let affine = InstanceNorm(affine: true)
    try check("instancenorm_affine", affine) { [affine($0[0])] }
    let rms = RMSNorm()
    try check("rmsnorm", rms) { [rms($0[0])] }
  }

  @Test func pools() throws {
    let layers: [(String, any Layer)] = [
      ("maxpool1d", MaxPool1D(3, stride: 2, pad: 1)), ("avgpool1d", AvgPool1D(3, stride: 2, pad: 1)),
      ("avgpool1d_own", AvgPool1D(3, stride: 2, pad: 1, countIncludePad: false)),
      ("adaptiveavgpool1d", AdaptiveAvgPool1D(3)), ("adaptivemaxpool1d", AdaptiveMaxPool1D(3)),
      ("adaptiveavgpool2d", AdaptiveAvgPool2D([3, 2])), ("adaptivemaxpool2d", AdaptiveMaxPool2D([3, 2])),
    ]
    for (name, layer) in layers { try check(name) { [layer($0[0])] } }
  }

  @Test func recurrentLayers() throws {
    try check("rnn", RNN(4))
    try check("rnn_levels", RNN(4, numLayers: 2, bidirectional: true))
    try check("gru", GRU(4))
    try check("gru_levels", GRU(4, numLayers: 2, bidirectional: true))
    try check("gru_three", GRU(4, numLayers: 3))
    for (name, lstm) in [("lstm", LSTM(4)), ("lstm_levels", LSTM(4, numLayers: 2, bidirectional: true))] {
      try check(name, lstm) { x in
        let (y, state) = lstm(x[0], (x[1], x[2]))
        return [y, state.h, state.c]
      }
    }
  }

  private func check(_ name: String, _ rnn: RNN) throws {
    try check(name, rnn) { x in
      let (y, h) = rnn(x[0], x[1])
      return [y, h]
    }
  }

  private func check(_ name: String, _ gru: GRU) throws {
    try check(name, gru) { x in
      let (y, h) = gru(x[0], x[1])
      return [y, h]
    }
  }

  @Test func attention() throws {
    let attention = MultiHeadAttention(8, heads: 2)
    try check("attention", attention) { [attention($0[0])] }
    try check("attention_causal", attention) { [attention($0[0], isCausal: true)] }
    try check("attention_cross", attention) {
      [attention($0[0], to: $0[1], mask: paddingMask(lengths: [4, 2], count: 4))]
    }
  }

  @Test(arguments: [false, true]) func transformers(_ normFirst: Bool) throws {
    let suffix = normFirst ? "_first" : ""
    let encoder = TransformerEncoderLayer(8, heads: 2, hidden: 16, dropout: 0, normFirst: normFirst)
    try check("encoder" + suffix, encoder, training: true) { [encoder($0[0])] }
    let decoder = TransformerDecoderLayer(8, heads: 2, hidden: 16, dropout: 0, normFirst: normFirst)
    try check("decoder" + suffix, decoder, training: true) { [decoder($0[0], memory: $0[1])] }
  }

  @Test func stacksOfTransformers() throws {
    let encoder = TransformerEncoder(8, heads: 2, hidden: 16, numLayers: 2, dropout: 0)
    try check("encoders", encoder, training: true) { [encoder($0[0])] }
    let decoder = TransformerDecoder(8, heads: 2, hidden: 16, numLayers: 2, dropout: 0, normFirst: true)
    try check("decoders", decoder, training: true) { [decoder($0[0], memory: $0[1])] }
    let transformer = Transformer(8, heads: 2, hidden: 16, encoderLayers: 2, decoderLayers: 1, dropout: 0)
    let mask = paddingMask(lengths: [4, 2], count: 4)
    try check("transformer", transformer, training: true) { [transformer($0[0], $0[1], sourceMask: mask)] }
  }

  @Test func crossEntropies() throws {
    try check("xent") { [softmaxCrossEntropy($0[0], $0[1], ignoring: -100)] }
    try check("xent_smooth") { [softmaxCrossEntropy($0[0], $0[1], smoothing: 0.2)] }
    try check("xent_soft") {
      [softmaxCrossEntropy($0[0], NDArray([0.1, 0.2, 0.3, 0.4], dtype: .float64).broadcast(to: [5, 4]))]
    }
    try check("bce") { [binaryCrossEntropy(logits: $0[0], $0[1])] }
  }

  @Test func otherLosses() throws {
    try check("l1") { [l1Loss($0[0], $0[1])] }
    try check("mse") { [mseLoss($0[0], $0[1])] }
    try check("huber") { [huberLoss($0[0], $0[1], delta: 0.7)] }
    try check("kl") {
      [klDivLoss(logSoftmax($0[0]), NDArray([0.5, 0.5, 0], dtype: .float64).broadcast(to: [4, 3]))]
    }
    try check("ctc") { [ctcLoss($0[0], $0[1], logitLengths: [8, 5, 7], labelLengths: [3, 1, 0])] }
  }
}
