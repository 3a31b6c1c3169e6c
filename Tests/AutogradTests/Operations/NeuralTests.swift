import Testing

@testable import Autograd

private let any = -2.0...2.0

private let layers: [OperationCase] = [
  .init("softmax", any, shapes: [[2, 3]]) { softmax($0[0]) },
  .init("softmax of another axis", any, shapes: [[2, 3, 2]]) { softmax($0[0], axis: 1) },
  .init("logSoftmax", any, shapes: [[2, 3]]) { logSoftmax($0[0]) },
  .init("crossEntropy", any, shapes: [[3, 4]]) { crossEntropy($0[0], NDArray([2, 0, 3], shape: [3])) },
  .init("crossEntropy of probabilities", any, any, shapes: [[3, 4], [3, 4]]) { crossEntropy($0[0], softmax($0[1])) },
  .init("layerNorm", any, any, any, shapes: [[2, 4], [4], [4]]) { layerNorm($0[0], $0[1], $0[2]) },
  .init("layerNorm of another axis", any, any, any, shapes: [[3, 2], [3], [3]]) {
    layerNorm($0[0], $0[1], $0[2], axis: 0)
  },
  .init("batchNorm in training", any, any, any, shapes: [[4, 2, 2], [2], [2]]) { x in
    trainMode { batchNorm(x[0], x[1], x[2], mean: .zeros([2]), variance: .ones([2])).output }
  },
  .init("batchNorm", any, any, any, shapes: [[4, 2], [2], [2]]) { x in
    predictMode { batchNorm(x[0], x[1], x[2], mean: .ones([2]), variance: .ones([2])).output }
  },
  .init("conv2d", any, any, shapes: [[2, 2, 4, 3], [3, 2, 2, 2]]) { conv2d($0[0], $0[1]) },
  .init("conv2d with bias, stride and pad", any, any, any, shapes: [[1, 2, 4, 5], [2, 2, 3, 2], [2]]) {
    conv2d($0[0], $0[1], $0[2], stride: (2, 1), pad: (1, 2))
  },
  .init("conv2d with dilation and groups", any, any, shapes: [[2, 4, 5, 4], [2, 2, 2, 2]]) {
    conv2d($0[0], $0[1], pad: (0, 1), dilation: (3, 2), groups: 2)
  },
  .init("conv2d of each channel", any, any, shapes: [[1, 3, 3, 3], [6, 1, 2, 2]]) { conv2d($0[0], $0[1], groups: 3) },
  .init("conv2d of elements", any, any, shapes: [[2, 3, 2, 2], [4, 3, 1, 1]]) { conv2d($0[0], $0[1]) },
  .init("maxPool2d", any, shapes: [[2, 2, 4, 5]]) { square(maxPool2d($0[0], kernel: (2, 2))) },
  .init("maxPool2d overlapping", any, shapes: [[1, 2, 4, 4]]) {
    square(maxPool2d($0[0], kernel: (3, 2), stride: (1, 2), pad: (1, 1)))
  },
  .init("avgPool2d", any, shapes: [[2, 1, 4, 4]]) { square(avgPool2d($0[0], kernel: (2, 2))) },
  .init("avgPool2d overlapping", any, shapes: [[1, 2, 3, 4]]) {
    square(avgPool2d($0[0], kernel: (2, 3), stride: (1, 2), pad: (1, 1)))
  },
  .init("avgPool2d without padding", any, shapes: [[1, 2, 3, 4]]) {
    square(avgPool2d($0[0], kernel: (2, 3), stride: (1, 2), pad: (1, 1), countIncludePad: false))
  },
]

@Suite struct NeuralTests {
  @Test(arguments: layers) func operations(_ operation: OperationCase) { operation.check() }

  /// Strides, pads, dilations and groups against the definition, by slices of the padded images.
  @Test func convolutionsByDefinition() {
    seed(4)
    for (stride, pad, dilation) in [((1, 1), (0, 0), (1, 1)), ((2, 3), (1, 2), (1, 1)), ((1, 2), (2, 0), (2, 1))] {
      for groups in [1, 2] {
        let x = NDArray.normal([3, 4, 9, 8], dtype: .float64)
        let w = NDArray.normal([6, 4 / groups, 3, 2], dtype: .float64)
        let y = conv2d(x, w, stride: stride, pad: pad, dilation: dilation, groups: groups)
        let padded = x.padded([(0, 0), (0, 0), (pad.0, pad.0), (pad.1, pad.1)])
        for row in 0..<y.shape[2] {
          for column in 0..<y.shape[3] {
            let (top, left) = (row * stride.0, column * stride.1)
            let window = padded[
              .ellipsis, .slice(top, top + 2 * dilation.0 + 1, step: dilation.0),
              .slice(left, left + dilation.1 + 1, step: dilation.1)]
            let parts = zip(window.split(groups, axis: 1), w.split(groups)).map { einsum("nchw,ochw->no", $0, $1) }
            #expect(isClose(y[.ellipsis, row, column], concatenate(parts, axis: 1), relative: 1e-12, absolute: 1e-12))
          }
        }
      }
    }
  }

  /// Rows that fill vectors are read in place, others from a copy; whole numbers are exact.
  @Test(arguments: [16, 21, 32], [1, 2]) func gradientsOfKernelsByDefinition(_ width: Int, _ groups: Int) {
    let x = NDArray.randint(-3, 4, [5, 2 * groups, 6, width]).astype(.float32)
    let w = NDArray.zeros([4 * groups, 2, 3, 3]).attachingGrad()
    let head = NDArray.randint(-3, 4, [5, 4 * groups, 6, width]).astype(.float32)
    record { conv2d(x, w, pad: (1, 1), groups: groups) * head }.backward()
    var padded = NDArray.zeros([5, 2 * groups, 8, width + 2])
    padded[0..., 0..., 1..<7, 1..<(width + 1)] = x
    for (i, j) in [(0, 0), (1, 2), (2, 1)] {
      for group in 0..<groups {
        let pixels = padded[0..., (2 * group)..<(2 * group + 2), i..<(i + 6), j..<(j + width)]
        let heads = head[0..., (4 * group)..<(4 * group + 4)]
        let expected = einsum("noyx,ncyx->oc", heads, pixels)
        #expect(w.grad[(4 * group)..<(4 * group + 4), 0..., i, j] == expected)
      }
    }
  }

  /// Where one input is float64 all is computed in it, as if the others had been converted before.
  @Test func oneWideInputMakesAllWide() {
    seed(3)
    let x = NDArray.normal([3, 4, 2, 3])
    let wide = x.astype(.float64)
    let (ones, scale, shift) = (NDArray.ones([4]), NDArray.normal([4]), NDArray.normal([4], dtype: .float64))
    func check(_ operation: (NDArray) -> NDArray) {
      let (y, expected) = (operation(x), operation(wide))
      #expect(y.dtype == .float64)
      #expect(isClose(y, expected, relative: 1e-14, absolute: 1e-14))
    }
    check { conv2d($0, NDArray.ones([4, 4, 2, 2]) / 3, shift) }
    check { layerNorm($0, scale, shift, axis: 1) }
    check { rmsNorm($0, shift, axis: 1) }
    check { groupNorm($0, groups: 2, scale, shift) }
    check { x in trainMode { batchNorm(x, scale, shift, mean: ones, variance: ones).output } }
    check { batchNorm($0, scale, ones, mean: ones, variance: shift * shift).output }
    #expect(trainMode { batchNorm(wide, scale, shift, mean: ones, variance: ones).mean }.dtype == .float32)
  }

  @Test func theBitsOfConvolutionsDoNotDependOnTheThreads() {
    let threads = Execution.threads
    defer { Execution.threads = threads }
    let x = NDArray.normal([21, 3, 30, 31]).attachingGrad()
    let w = NDArray.normal([8, 3, 5, 5]).attachingGrad()
    func run() -> [[Float]] {
      let y = record { maxPool2d(relu(conv2d(x, w, pad: (2, 2))), kernel: (2, 2)) }
      record { square(y) }.backward()
      return [y, x.grad, w.grad].map { $0.scalars(as: Float.self) }
    }
    Execution.threads = 1
    let one = run()
    Execution.threads = 3
    #expect(run() == one)
  }

  @Test func poolingAtEdges() {
    let x = NDArray([[[[-1, -2], [.nan, -4]]]])
    let y = maxPool2d(x, kernel: (2, 2), stride: (1, 1), pad: (1, 1))
    #expect(isClose(y, NDArray([[[[-1, -1, -2], [.nan, .nan, -2], [.nan, .nan, -4]]]])))
    let tied = NDArray.ones([1, 1, 2, 2]).attachingGrad()
    record { maxPool2d(tied, kernel: (2, 2)) }.backward()
    #expect(tied.grad == NDArray([[[[1, 0], [0, 0]]]]))
    let ones = NDArray.ones([1, 1, 2, 2])
    let with = avgPool2d(ones, kernel: (2, 2), stride: (1, 1), pad: (1, 1))
    #expect(with == NDArray([[[[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]]]))
    let without = avgPool2d(ones, kernel: (2, 2), stride: (1, 1), pad: (1, 1), countIncludePad: false)
    #expect(without == NDArray.ones([1, 1, 3, 3]))
    #expect(maxPool2d(ones, kernel: (1, 2), stride: (3, 3)).shape == [1, 1, 1, 1])
  }

  @Test func emptyBatches() {
    let x = NDArray.ones([0, 2, 4, 4]).attachingGrad()
    let w = NDArray.ones([3, 2, 2, 2]).attachingGrad()
    record { avgPool2d(maxPool2d(conv2d(x, w), kernel: (2, 2)), kernel: (1, 1)) }.backward()
    #expect(x.grad.shape == [0, 2, 4, 4])
    #expect(w.grad == w.zerosLike())
    #expect(conv2d(NDArray.ones([1, 0, 3, 3]), NDArray.ones([2, 0, 2, 2])) == NDArray.zeros([1, 2, 2, 2]))
    #expect(softmax(NDArray.ones([0, 3])).shape == [0, 3])
  }

  @Test func softmaxDoesNotOverflow() {
    let x = NDArray([[1000, 0, -1000], [-.infinity, 0, 0]])
    #expect(isClose(softmax(x), NDArray([[1, 0, 0], [0, 0.5, 0.5]])))
    #expect(logSoftmax(x)[0] == NDArray([0, -1000, -2000]))
  }

  @Test func crossEntropyIsTheMean() {
    let logits = NDArray([[0, 0], [0, 0], [1000, 0]]).attachingGrad()
    let loss = record { crossEntropy(logits, NDArray([0, 1, 0], dtype: .int32)) }
    #expect(isClose(loss, NDArray(0.46209812037)))
    loss.backward()
    #expect(isClose(logits.grad, NDArray([[-1, 1], [1, -1], [0, 0]]) / 6))
    #expect(isClose(crossEntropy(logits, NDArray([[1, 0], [0, 1], [1, 0]])), loss))
  }

  @Test func runningStatisticsChangeInTrainingAlone() {
    let x = NDArray([[1, 10], [3, 30]]).attachingGrad()
    let (mean, variance) = (NDArray([0, 1]), NDArray([1, 2]))
    let one = NDArray.ones([2])
    let trained = record { batchNorm(x, one, 0 * one, mean: mean, variance: variance, momentum: 0.5) }
    #expect(trained.mean == NDArray([1, 10.5]))
    #expect(trained.variance == NDArray([1, 51]))
    #expect(isClose(trained.output, NDArray([[-1, -1], [1, 1]]), absolute: 1e-5))
    #expect(throws: NDArrayError.self) { try recovering { trained.mean.sum().backward() } }
    let predicted = batchNorm(x, one, 0 * one, mean: mean, variance: variance, eps: 0)
    #expect(predicted.mean == mean)
    #expect(predicted.variance == variance)
    #expect(isClose(predicted.output, (x - mean) / sqrt(variance)))
  }

  @Test func dropoutDropsInTrainingAlone() {
    seed(11)
    let x = NDArray.ones([100, 100]).attachingGrad()
    #expect(dropout(x, p: 0.3) == x)
    let y = record { dropout(x, p: 0.3) }
    #expect(Swift.abs(y.mean().item() - 1) < 0.02)
    let kept = Float(1 / 0.7)
    #expect(y.scalars(as: Float.self).allSatisfy { $0 == 0 || Swift.abs($0 - kept) < 1e-6 })
    y.backward()
    #expect(x.grad == y)
    #expect(trainMode { dropout(x, p: 0) } == x)
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
    let x = NDArray.ones([1, 2, 4, 4])
    #expect(kind { conv2d(x, NDArray.ones([1, 3, 2, 2])) } == .shape)
    #expect(kind { conv2d(x, NDArray.ones([1, 2, 5, 2])) } == .shape)
    #expect(kind { conv2d(x, NDArray.ones([3, 1, 2, 2]), groups: 2) } == .shape)
    #expect(kind { conv2d(x, NDArray.ones([1, 2, 2, 2]), NDArray.ones([2])) } == .shape)
    #expect(kind { conv2d(x, NDArray.ones([1, 2, 2, 2]), groups: 0) } == .shape)
    #expect(kind { conv2d(x, NDArray.ones([1, 2, 2, 2]), stride: (0, 1)) } == .value)
    #expect(kind { conv2d(x, NDArray.ones([1, 2, 2, 2]), pad: (-1, 0)) } == .value)
    #expect(kind { maxPool2d(x[0], kernel: (2, 2)) } == .shape)
    #expect(kind { maxPool2d(x, kernel: (5, 2)) } == .shape)
    #expect(kind { avgPool2d(x, kernel: (0, 2)) } == .value)
    #expect(kind { maxPool2d(x, kernel: (2, 3), pad: (1, 2)) } == .value)
    #expect(kind { avgPool2d(x, kernel: (1, 2), pad: (1, 1)) } == .value)
    #expect(kind { dropout(x, p: 1) } == .value)
    #expect(kind { dropout(x, p: -0.1) } == .value)
    let logits = NDArray.ones([2, 3])
    #expect(kind { crossEntropy(logits, NDArray([0, 3], shape: [2])) } == .index)
    #expect(kind { crossEntropy(logits, NDArray([-1, 0], shape: [2])) } == .index)
    #expect(kind { crossEntropy(logits, NDArray([0, 1, 2], shape: [3])) } == .shape)
    #expect(kind { crossEntropy(logits, NDArray([0, 1], dtype: .float32)) } == .dtype)
    #expect(kind { layerNorm(logits, .ones([2]), .ones([3])) } == .shape)
    #expect(kind { softmax(logits, axis: 2) } == .axis)
  }
}
