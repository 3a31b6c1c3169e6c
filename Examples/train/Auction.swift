import ArgumentParser
import Autograd
import NN
import Optim
import Training

/// What to bid in an auction, and what a seller should ask for at least, found by gradients.
struct Auction: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "An auction: learns what to bid, and the least price that a seller should accept.",
    discussion: """
      Each bidder knows what the good is worth to himself, a random number from 0 to 1, and learns which share of it \
      to bid. If the winner pays the second bid, it is best to bid all of it; if he pays his own, (n - 1) / n of it. A \
      seller does best to accept no price below 1/2, however many bidders there are.
      """)

  enum Payment: String, CaseIterable, ExpressibleByArgument { case second, first }

  @Option(help: "Which bid the winner pays.")
  var pays = Payment.second

  @Option(help: ArgumentHelp("How many bidders there are.", valueName: "n"))
  var bidders = 3

  @Option var epochs = 20
  @Option var batchSize = 2000
  @Option var learningRate = 0.02
  @OptionGroup var options: Options

  func validate() throws {
    try train.validate(epochs: epochs, batchSize: batchSize, learningRate: learningRate)
    guard bidders > 1 else { throw ValidationError("--bidders must be at least 2.") }
  }

  func run() throws {
    options.begin()
    let market = Market(paysSecond: pays == .second)
    let optimizer = Adam(market, learningRate: .cosine(learningRate, steps: 50 * epochs))
    let run = try options.run(market, optimizer, epochs: epochs)
    for _ in run.epochs {
      for _ in run.steps(50) {
        let values = NDArray.uniform([batchSize, bidders])
        let loss = record { -market.gain(values) - market.revenue(values) }
        loss.backward()
        optimizer.step()
        run.add(loss)
      }
      try run.endEpoch(["share": market.share.value.item(), "reserve": market.reserve.value.item()])
    }
    let best = pays == .second ? 1 : Double(bidders - 1) / Double(bidders)
    print("bidders bid \(market.share.value.item()) of the worth; the theory says \(best)")
    print("the seller accepts no price below \(market.reserve.value.item()); the theory says 0.5")
    try options.draw("learning", run.history.svg())
  }
}

private final class Market: Module {
  /// The share of the worth that is bid.
  let share = Parameter(NDArray(0.5))
  /// The least price that the seller accepts.
  let reserve = Parameter(NDArray(0.2))
  private let paysSecond: Bool

  /// Who wins is a step of the bid, without a gradient; so it is made a steep slope of this width.
  private let width = 0.02

  init(paysSecond: Bool) { self.paysSecond = paysSecond }

  /// What the first bidder gains on average, when the others bid as they do now.
  func gain(_ values: NDArray) -> NDArray {
    let bid = share.value * values[0..., 0]
    let rival = (share.value.detached() * values[0..., 1...]).max(axis: 1)
    let wins = sigmoid((bid - rival) / width)
    return (wins * (values[0..., 0] - (paysSecond ? rival : bid))).mean()
  }

  /// What a seller gets on average from honest bidders in an auction where the second bid, or the reserve, is paid.
  func revenue(_ values: NDArray) -> NDArray {
    let bids = values.sorted(axis: 1)
    let isSold = sigmoid((bids[0..., -1] - reserve.value) / width)
    return (isSold * maximum(bids[0..., -2], reserve.value)).mean()
  }
}
