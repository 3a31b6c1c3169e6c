import Testing

@testable import Autograd

@Suite struct ErrorTests {
  private func error(_ body: () throws -> Void) -> NDArrayError? {
    do { try recovering(body) } catch { return error as? NDArrayError }
    return nil
  }

  @Test func messagesNameTheOperationAndTheShapes() {
    let broadcast = error { _ = NDArray.ones([2, 3]) + NDArray.ones([4]) }
    #expect(broadcast?.kind == .shape)
    #expect(broadcast?.message.contains("add") == true)
    #expect(broadcast?.message.contains("(2, 3)") == true && broadcast?.message.contains("(4,)") == true)
    #expect(error { _ = NDArray.ones([2]).sum(axis: 3) }?.kind == .axis)
    #expect(error { _ = NDArray.ones([2, 3]).reshaped([4]) }?.kind == .shape)
    #expect(error { _ = NDArray.ones([2]).item() }?.message.contains("item") == true)
    #expect(error { _ = NDArray([[1, 2], [3]]) }?.message.contains("ragged") == true)
    #expect(error { _ = NDArray.zeros([0]).max() }?.kind == .shape)
    #expect(error { _ = Shape([1, 1, 1, 1, 1, 1, 1, 1, 1]) }?.kind == .rank)
  }

  @Test func theFirstErrorIsThrownAndNothingIsChanged() throws {
    var x = NDArray.ones([2]).attachingGrad()
    let found = error {
      _ = NDArray.ones([2]) + NDArray.ones([3])
      _ = x.reshaped([5])
      x += 1
      record { x * x }.backward()
    }
    #expect(found?.message.contains("add") == true)
    #expect(x == NDArray.ones([2]))
    #expect(x.grad == NDArray.zeros([2]))
    #expect(!isRecording)
    #expect(try recovering { (x + 1).sum().item() } == 4)
  }

  @Test func scopesNest() {
    let outer = error {
      let inner = error { _ = NDArray.ones([2]).item() }
      #expect(inner != nil)
    }
    #expect(outer == nil)
  }
}
