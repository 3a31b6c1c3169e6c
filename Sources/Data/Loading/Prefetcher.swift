import Autograd
import Foundation

/// The results of a function of some numbers in order, prepared by a thread before they are asked for.
///
/// Who asks never waits for work that nobody has begun: it then does the work itself. The thread stops when the
/// prefetcher is gone.
final class Prefetcher<Element: Sendable> {
  private let work: Work<Element>

  init(_ range: Range<Int>, ahead: Int, _ make: @escaping @Sendable (Int) -> Element) {
    work = Work(range, ahead: ahead, make)
    guard ahead > 0, !range.isEmpty else { return }
    let thread = Thread { [work] in work.prepare() }
    thread.name = "DataLoader"
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { work.stop() }

  /// The next result, or `nil` at the end. A mistake that was made while it was prepared is reported here.
  func next() -> Element? {
    switch work.take() {
    case .success(let element): return element
    case .failure(let error):
      mistake(error.kind, error.message)
      return nil
    case nil: return nil
    }
  }

  /// What the thread holds; for tests.
  var shared: AnyObject { work }
}

/// What the two threads share; `condition` guards the variables.
private final class Work<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let make: @Sendable (Int) -> Element
  private let end: Int
  private let ahead: Int
  /// The number that is asked for next, and the one that nobody has begun.
  private var asked: Int
  private var begun: Int
  private var done: [Int: Result<Element, NDArrayError>] = [:]
  private var isStopped = false

  init(_ range: Range<Int>, ahead: Int, _ make: @escaping @Sendable (Int) -> Element) {
    (asked, begun, end, self.ahead, self.make) = (range.lowerBound, range.lowerBound, range.upperBound, ahead, make)
  }

  /// What the thread does: it stays at most `ahead` results before the one that is asked for.
  func prepare() {
    while let number = nextToPrepare() {
      let result = result(number)
      condition.withLock {
        done[number] = result
        condition.broadcast()
      }
    }
  }

  private func nextToPrepare() -> Int? {
    condition.withLock {
      while begun < end, begun >= asked + ahead, !isStopped { condition.wait() }
      return isStopped ? nil : begin()
    }
  }

  private func begin() -> Int? {
    guard begun < end else { return nil }
    defer { begun += 1 }
    return begun
  }

  /// The next result: one that was begun, or else one of the caller's own work.
  func take() -> Result<Element, NDArrayError>? {
    guard let (number, isBegun) = ask() else { return nil }
    return isBegun ? wait(for: number) : result(number)
  }

  private func ask() -> (number: Int, isBegun: Bool)? {
    condition.withLock {
      guard asked < end else { return nil }
      defer {
        asked += 1
        condition.broadcast()
      }
      return (asked, isBegun: begun > asked || begin() == nil)
    }
  }

  private func wait(for number: Int) -> Result<Element, NDArrayError>? {
    condition.withLock {
      while done[number] == nil { condition.wait() }
      return done.removeValue(forKey: number)
    }
  }

  func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
  }

  private func result(_ number: Int) -> Result<Element, NDArrayError> {
    do {
      return .success(
        try recovering {
          let element = pause { make(number) }
          evaluate(arrays(in: element))
          return element
        })
    } catch {
      return .failure(error as! NDArrayError)  // the function throws nothing else
    }
  }
}

/// The arrays of a sample: itself, or the elements of a tuple or the properties of a structure.
private func arrays(in sample: Any) -> [NDArray] {
  if let array = sample as? NDArray { return [array] }
  let mirror = Mirror(reflecting: sample)
  guard mirror.displayStyle == .tuple || mirror.displayStyle == .struct else { return [] }
  return mirror.children.flatMap { arrays(in: $0.value) }
}
