import Autograd

extension OperationTable {
  static let nn: [String: Operation] = [
    "softmax": one { try softmax($0.x, axis: $0.someAxis) },
    "log_softmax": one { try logSoftmax($0.x, axis: $0.someAxis) },
    "cross_entropy": one { try crossEntropy($0.x, $0.y) },
    "dropout": one { try dropout($0.x, p: $0["p"].double) },
    "layer_norm": one { try layerNorm($0.x, $0.y, $0.z, axis: $0.someAxis, eps: $0["eps"].double) },
    "batch_norm": normalizedBatch,
  ]

  private static func normalizedBatch(_ arguments: Arguments) throws -> [NDArray] {
    let (output, mean, variance) = try batchNorm(
      arguments.x, arguments.y, arguments.z, mean: arguments.array(3), variance: arguments.array(4),
      eps: arguments["eps"].double, momentum: arguments["momentum"].double)
    return [output, mean, variance]
  }
}
