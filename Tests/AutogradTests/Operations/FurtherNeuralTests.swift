import Testing

@testable import Autograd

private let any = -2.0...2.0

private let layers: [OperationCase] = [
  .init("conv1d", any, any, any, shapes: [[2, 4, 7], [2, 2, 2], [2]]) {
    conv1d($0[0], $0[1], $0[2], stride: 2, pad: 1, dilation: 2, groups: 2)
  },
  .init("maxPool1d", any, shapes: [[2, 1, 7]]) { square(maxPool1d($0[0], kernel: 3, stride: 2, pad: 1)) },
  .init("avgPool1d", any, shapes: [[2, 1, 7]]) { square(avgPool1d($0[0], kernel: 3, stride: 2, pad: 1)) },
  .init("convTranspose1d", any, any, shapes: [[2, 2, 3], [2, 1, 2]]) {
    convTranspose1d($0[0], $0[1], stride: 2, outputPad: 1)
  },
  .init("convTranspose2d", any, any, any, shapes: [[2, 2, 2, 3], [2, 2, 2, 2], [2]]) {
    convTranspose2d($0[0], $0[1], $0[2], stride: (2, 1), pad: (1, 0))
  },
  .init("convTranspose2d with groups", any, any, shapes: [[1, 4, 2, 2], [4, 1, 2, 2]]) {
    convTranspose2d($0[0], $0[1], stride: (1, 3), pad: (0, 1), outputPad: (0, 2), dilation: (2, 1), groups: 2)
  },
  .init("adaptiveAvgPool2d", any, shapes: [[1, 2, 4, 3]]) { square(adaptiveAvgPool2d($0[0], size: (3, 2))) },
  .init("adaptiveMaxPool2d", any, shapes: [[1, 2, 4, 3]]) { square(adaptiveMaxPool2d($0[0], size: (3, 2))) },
  .init("adaptiveAvgPool1d", any, shapes: [[1, 2, 5]]) { square(adaptiveAvgPool1d($0[0], size: 2)) },
  .init("adaptiveMaxPool1d", any, shapes: [[1, 2, 5]]) { square(adaptiveMaxPool1d($0[0], size: 3)) },
  .init("groupNorm", any, any, any, shapes: [[2, 4, 2], [4], [4]]) {
    groupNorm($0[0], groups: 2, $0[1], $0[2], eps: 0.1)
  },
  .init("instanceNorm", any, any, any, shapes: [[2, 2, 3], [2], [2]]) { instanceNorm($0[0], $0[1], $0[2], eps: 0.1) },
  .init("rmsNorm", any, any, shapes: [[2, 3], [3]]) { rmsNorm($0[0], $0[1], eps: 0.1) },
  .init("embedding", any, shapes: [[4, 3]]) { square(embedding(NDArray([[1, 3], [1, 0]], dtype: .int64), $0[0])) },
]

@Suite struct FurtherNeuralTests {
  @Test(arguments: layers) func operations(_ operation: OperationCase) { operation.check() }

  /// Halves from -1.5 on, in an order that repeats after seven.
  private func numbers(_ shape: Shape, _ k: Double = 0) -> NDArray {
    NDArray(shape, dtype: .float64) { (Double($0 * 5 % 7 - 3) + k) / 2 }
  }

  /// The shape, and the sum of the elements, each times its position from 1.
  private func expect(_ y: NDArray, _ shape: Shape, _ sum: Double) {
    #expect(y.shape == shape)
    let positions = NDArray.arange(1, y.elementCount + 1, dtype: .float64).reshaped(to: shape)
    #expect(isClose((y * positions).sum(), NDArray(sum), relative: 1e-12, absolute: 1e-10))
  }

  @Test func valuesArePyTorchs() {
    let x = numbers([2, 3, 9])
    expect(
      conv1d(numbers([2, 4, 9]), numbers([6, 2, 3], 1), numbers([6]), stride: 2, pad: 1, dilation: 2, groups: 2),
      [2, 6, 4], 358.75)
    expect(maxPool1d(x, kernel: 3, stride: 2, pad: 1), [2, 3, 5], 490.5)
    expect(avgPool1d(x, kernel: 3, stride: 2, pad: 1), [2, 3, 5], 22.66666666666667)
    expect(avgPool1d(x, kernel: 3, stride: 2, pad: 1, countIncludePad: false), [2, 3, 5], 28.5)
    expect(adaptiveAvgPool2d(numbers([2, 3, 7, 5]), size: (3, 4)), [2, 3, 3, 4], -77.5)
    expect(adaptiveMaxPool2d(numbers([2, 3, 7, 5]), size: (3, 4)), [2, 3, 3, 4], 3717)
    expect(adaptiveAvgPool2d(numbers([2, 3, 3, 2]), size: (5, 4)), [2, 3, 5, 4], -286.5)
    expect(adaptiveAvgPool1d(numbers([2, 3, 7]), size: 3), [2, 3, 3], 32.5)
    expect(adaptiveMaxPool1d(numbers([2, 3, 7]), size: 4), [2, 3, 4], 297)
    let image = numbers([2, 4, 3, 2])
    expect(groupNorm(image, groups: 2, numbers([4]), numbers([4], 1)), [2, 4, 3, 2], 109.59489049486115)
    expect(instanceNorm(image, numbers([4]), numbers([4], 1)), [2, 4, 3, 2], 157.55238996704819)
    expect(rmsNorm(numbers([2, 3, 5]), numbers([5])), [2, 3, 5], -52.982270336954045)
  }

  @Test func transposedConvolutionsArePyTorchs() {
    let (x, w) = (numbers([2, 4, 3, 4]), numbers([4, 2, 3, 2], 1))
    expect(convTranspose2d(x, w, numbers([2])), [2, 2, 5, 5], 286.25)
    expect(
      convTranspose2d(x, w, numbers([2]), stride: (2, 3), pad: (1, 0), outputPad: (1, 2)), [2, 2, 6, 13], 3454.5)
    expect(
      convTranspose2d(x, w, numbers([4]), stride: (2, 1), pad: (0, 2), outputPad: (1, 0), dilation: (1, 2), groups: 2),
      [2, 4, 8, 2], -3114)
    expect(
      convTranspose2d(x, w, numbers([8]), stride: (3, 2), pad: (2, 1), outputPad: (0, 1), dilation: (2, 1), groups: 4),
      [2, 8, 7, 7], -65591.75)
    expect(
      convTranspose1d(
        numbers([2, 4, 5]), numbers([4, 1, 3], 1), numbers([2]), stride: 2, pad: 1, outputPad: 1, groups: 2),
      [2, 2, 10], 147)
  }

  /// By its meaning: the gradient of the images of a convolution.
  @Test func aTransposedConvolutionIsTheGradientOfImages() {
    let images = numbers([2, 4, 8, 7]).attachingGrad()
    let w = numbers([6, 2, 3, 2])
    let y = record { conv2d(images, w, stride: (2, 2), pad: (1, 0), groups: 2) }
    let head = numbers(y.shape, 1)
    let expected = grad(of: y, wrt: images, head: head)
    #expect(isClose(convTranspose2d(head, w, stride: (2, 2), pad: (1, 0), outputPad: (1, 1), groups: 2), expected))
  }

  @Test func edges() {
    let tied = NDArray.ones([1, 1, 2, 2]).attachingGrad()
    record { adaptiveMaxPool2d(tied, size: (1, 1)) }.backward()
    #expect(tied.grad == NDArray([[[[1, 0], [0, 0]]]]))
    let special = NDArray([[[1, .infinity, .nan]]])
    #expect(isClose(adaptiveAvgPool1d(special, size: 3), special))
    #expect(isClose(adaptiveMaxPool1d(special, size: 3), special))
    #expect(adaptiveAvgPool1d(NDArray([[[1, 2]]], dtype: .int32), size: 1) == NDArray([[[1.5]]]))
    #expect(adaptiveAvgPool2d(NDArray.ones([0, 2, 3, 3]), size: (2, 2)).shape == [0, 2, 2, 2])
    #expect(convTranspose2d(NDArray.ones([0, 2, 3, 3]), NDArray.ones([2, 1, 2, 2])).shape == [0, 1, 4, 4])
    #expect(groupNorm(NDArray.ones([0, 2, 3]), groups: 1, .ones([2]), .ones([2])).shape == [0, 2, 3])
    #expect(rmsNorm(NDArray.zeros([2]), .ones([2])) == NDArray.zeros([2]))
  }

  @Test func mistakesAreErrors() {
    func kind(_ body: () -> NDArray) -> NDArrayError.Kind? {
      do {
        _ = try recovering(body)
        return nil
      } catch {
        return (error as? NDArrayError)?.kind
      }
    }
    let (x, w) = (NDArray.ones([1, 2, 3, 3]), NDArray.ones([2, 1, 2, 2]))
    #expect(kind { convTranspose2d(x[0], w) } == .shape)
    #expect(kind { convTranspose2d(x, NDArray.ones([3, 1, 2, 2])) } == .shape)
    #expect(kind { convTranspose2d(x, w, groups: 3) } == .shape)
    #expect(kind { convTranspose2d(x, w, NDArray.ones([2])) } == .shape)
    #expect(kind { convTranspose2d(x, w, outputPad: (1, 0)) } == .value)
    #expect(kind { convTranspose2d(x, w, stride: (0, 1)) } == .value)
    #expect(kind { convTranspose2d(x, w, pad: (2, 0)) } == .value)
    #expect(kind { conv1d(x, w) } == .shape)
    #expect(kind { conv1d(x[0], NDArray.ones([1, 2, 1])) } == .shape)
    #expect(kind { maxPool1d(x, kernel: 1) } == .shape)
    #expect(kind { maxPool1d(x[0], kernel: 4) } == .shape)
    #expect(kind { adaptiveAvgPool2d(x[0], size: (1, 1)) } == .shape)
    #expect(kind { adaptiveMaxPool2d(x, size: (0, 1)) } == .shape)
    #expect(kind { groupNorm(x, groups: 3, .ones([2]), .ones([2])) } == .shape)
    #expect(kind { instanceNorm(x, .ones([3]), .ones([2])) } == .shape)
    #expect(kind { rmsNorm(x, .ones([2])) } == .shape)
    for ids in [[4], [-1]] { #expect(kind { embedding(NDArray(ids, shape: [1]), .ones([4, 3])) } == .index) }
    #expect(kind { embedding(NDArray([0]), .ones([4, 3])) } == .dtype)
    #expect(kind { embedding(NDArray([0], dtype: .int64), .ones([4])) } == .shape)
  }
}
