import Autograd
import Testing
import Training

@Suite struct ImageGridTests {
  @Test func imagesStandSideBySide() {
    let images = NDArray([[[0, 1]], [[0.2, 2]], [[-1, 0.4]]])
    let grid = imageGrid(images, columns: 2)
    let wanted = [
      [255, 255, 255, 255, 255, 255, 255],
      [255, 0, 255, 255, 51, 255, 255],
      [255, 255, 255, 255, 255, 255, 255],
      [255, 0, 102, 255, 255, 255, 255],
      [255, 255, 255, 255, 255, 255, 255],
    ]
    // The place of the missing fourth image is white: an image of padding.
    #expect(grid.shape == [5, 7, 1] && grid.dtype == .uint8)
    #expect(grid.reshaped([35]).scalars(as: Int.self) == Array(wanted.joined()))
  }

  @Test func colorsStayTogetherAndPixelsGrow() {
    let image = NDArray([[[[1]], [[0]], [[0.4]]]])
    let grid = imageGrid(image, gap: 0, zoom: 2)
    #expect(grid.shape == [2, 2, 3])
    #expect(grid.scalars(as: Int.self) == [255, 0, 102, 255, 0, 102, 255, 0, 102, 255, 0, 102])
  }

  @Test func whatIsNoImageIsAnError() {
    #expect(throws: NDArrayError.self) { try recovering { imageGrid(NDArray.ones([2, 2])) } }
    #expect(throws: NDArrayError.self) { try recovering { imageGrid(NDArray.ones([0, 2, 2])) } }
    #expect(throws: NDArrayError.self) { try recovering { imageGrid(NDArray.ones([1, 2, 2]), columns: 0) } }
  }
}
