import Autograd

extension OperationTable {
  static let nn: [String: Operation] = [
    "softmax": one { try softmax($0.x, axis: $0.someAxis) },
    "log_softmax": one { try logSoftmax($0.x, axis: $0.someAxis) },
    "cross_entropy": one { try crossEntropy($0.x, $0.y) },
    "dropout": one { try dropout($0.x, p: $0["p"].double) },
    "layer_norm": one { try layerNorm($0.x, $0.y, $0.z, axis: $0.someAxis, eps: $0["eps"].double) },
    "batch_norm": normalizedBatch,
    "conv2d": one(convolution),
    "max_pool2d": one {
      try maxPool2d($0.x, kernel: $0["kernel"].pair(1), stride: $0["stride"].pair(1), pad: $0["pad"].pair(0))
    },
    "avg_pool2d": one {
      try avgPool2d($0.x, kernel: $0["kernel"].pair(1), stride: $0["stride"].pair(1), pad: $0["pad"].pair(0))
    },
  ]

  private static func convolution(_ arguments: Arguments) throws -> NDArray {
    let bias = arguments.operands.count > 2 ? try arguments.z : nil
    return try conv2d(
      arguments.x, arguments.y, bias, stride: arguments["stride"].pair(1), pad: arguments["pad"].pair(0),
      dilation: arguments["dilation"].pair(1), groups: arguments["groups"].present?.int ?? 1)
  }

  private static func normalizedBatch(_ arguments: Arguments) throws -> [NDArray] {
    let (output, mean, variance) = try batchNorm(
      arguments.x, arguments.y, arguments.z, mean: arguments.array(3), variance: arguments.array(4),
      eps: arguments["eps"].double, momentum: arguments["momentum"].double)
    return [output, mean, variance]
  }
}

extension JSON {
  /// Two extents, vertical and horizontal, or what holds without them.
  fileprivate func pair(_ missing: Int) throws -> (Int, Int) {
    guard let both = try present?.ints else { return (missing, missing) }
    return (both[0], both[both.count - 1])
  }
}
