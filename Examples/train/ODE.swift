import ArgumentParser
import Autograd
import NN
import Optim
import Training

/// The parameters of a differential equation, found from noisy observations of its solution.
struct ODE: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ode",
    abstract: "A differential equation: finds the rates at which hares and lynxes multiply and die.",
    discussion: """
      Hares x and lynxes y follow the equations of Lotka and Volterra, x' = a x - b x y and y' = d x y - c y. They are \
      counted at some times, with errors. Gradients go through the solver, the method of Runge and Kutta.
      """)

  @Option(help: ArgumentHelp("The size of the errors, as a share of the counts.", valueName: "share"))
  var noise = 0.05

  @Option var epochs = 40
  @Option var learningRate = 0.2
  @OptionGroup var options: Options

  func validate() throws { try train.validate(epochs: epochs, batchSize: 1, learningRate: learningRate) }

  func run() throws {
    options.begin()
    let truth = LotkaVolterra(rates: [1.1, 0.4, 0.4, 0.1], start: [10, 5])
    let exact = truth.solution[Self.counted]
    let counts = exact * exp(noise * NDArray.normal(exact.shape))
    let model = LotkaVolterra(rates: [0.5, 0.2, 0.5, 0.2], start: counts[0].scalars())
    let optimizer = Adam(model, learningRate: .cosine(learningRate, steps: 10 * epochs))
    let run = try options.run(model, optimizer, epochs: epochs)
    for _ in run.epochs {
      for _ in run.steps(10) {
        let loss = record { square(log(model.solution[Self.counted]) - log(counts)).mean() }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch()
    }
    print("the rates a, b, c, d are \(truth.rates); found \(model.rates)")
    try options.draw("learning", run.history.svg())
    try options.draw("solution", chart(counts, model.solution).svg(width: 640))
  }

  /// Every fifth state of the solution.
  private static var counted: NamedIndex { .slice(nil, nil, step: 5) }

  private func chart(_ counts: NDArray, _ fitted: NDArray) -> Chart {
    let time = (0..<fitted.shape[0]).map { Double($0) * LotkaVolterra.step }
    let times = stride(from: 0, to: time.count, by: 5).map { time[$0] }
    func curve(_ name: String, _ column: Int) -> Curve { Curve(name, x: time, y: fitted[0..., column].scalars()) }
    func dots(_ name: String, _ column: Int) -> Curve {
      Curve(name, x: times, y: counts[0..., column].scalars(), .dots, color: column)
    }
    return Chart(
      [curve("hares", 0), curve("lynxes", 1), dots("hares counted", 0), dots("lynxes counted", 1)], x: "time",
      y: "animals")
  }
}

/// The equations with their unknown rates and beginning, positive numbers all, which are learned as logarithms.
private final class LotkaVolterra: Module {
  private let logRates: Parameter
  private let logStart: Parameter

  static let step = 0.1
  static let steps = 150

  init(rates: [Double], start: [Double]) {
    (logRates, logStart) = (Parameter(log(NDArray(rates))), Parameter(log(NDArray(start))))
  }

  var rates: NDArray { exp(logRates.value) }

  /// The states at all times: shape (times, 2).
  var solution: NDArray {
    let rates = rates
    let (a, b, c, d) = (rates[0], rates[1], rates[2], rates[3])
    func slope(_ state: NDArray) -> NDArray {
      let (x, y) = (state[0], state[1])
      return stack([a * x - b * x * y, d * x * y - c * y])
    }
    var states = [exp(logStart.value)]
    for _ in 0..<Self.steps { states.append(rungeKutta(slope, states.last!, Self.step)) }
    return stack(states)
  }
}

/// The state after a step h, to the fourth order.
private func rungeKutta(_ slope: (NDArray) -> NDArray, _ state: NDArray, _ h: Double) -> NDArray {
  let k1 = slope(state)
  let k2 = slope(state + h / 2 * k1)
  let k3 = slope(state + h / 2 * k2)
  let k4 = slope(state + h * k3)
  return state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
}
