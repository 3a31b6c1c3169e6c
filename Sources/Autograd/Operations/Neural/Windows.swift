/// Where the windows of a convolution or of a pooling lie on images of (height, width).
struct Windows: Hashable, Sendable {
  let height: Int
  let width: Int
  let kernel: [Int]
  let stride: [Int]
  let pad: [Int]
  let dilation: [Int]

  var rows: Int { count(height, 0) }
  var columns: Int { count(width, 1) }

  private func count(_ extent: Int, _ k: Int) -> Int {
    let span = extent + 2 * pad[k] - dilation[k] * (kernel[k] - 1) - 1
    return span < 0 ? 0 : span / stride[k] + 1
  }
}

extension Windows {
  /// The windows on images (batch, channels, height, width); an error where there are none.
  init?(
    on x: NDArray, _ kernel: (Int, Int), _ stride: (Int, Int), _ pad: (Int, Int), _ dilation: (Int, Int), _ name: String
  ) {
    guard x.rank == 4 else {
      report(.shape("\(name): the images have the shape \(x.shape); expected (batch, channels, height, width)"))
      return nil
    }
    let positive = [kernel.0, kernel.1, stride.0, stride.1, dilation.0, dilation.1]
    guard positive.allSatisfy({ $0 > 0 }), pad.0 >= 0, pad.1 >= 0 else {
      report(
        .value(
          "\(name): kernel \(kernel), stride \(stride) and dilation \(dilation) must be positive, pad \(pad) "
            + "not negative"
        ))
      return nil
    }
    self.init(
      height: x.shape[2], width: x.shape[3], kernel: [kernel.0, kernel.1], stride: [stride.0, stride.1],
      pad: [pad.0, pad.1], dilation: [dilation.0, dilation.1])
    guard rows > 0, columns > 0 else {
      report(.shape("\(name): a window of \(kernel) does not fit images of shape \(x.shape) with padding \(pad)"))
      return nil
    }
  }
}
