import ArgumentParser

@main
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains models on real data; each subcommand is a short program to copy from.",
    discussion: """
      For example:
        train digits                                  reads handwriting, in a few seconds
        train fashion --model resnet --plot pictures  with learning curves and a confusion matrix
        train text --model transformer notes.txt      continues a text of your own
        train fashion --save run.safetensors          Ctrl-C stops it between two steps ...
        train fashion --resume run.safetensors        ... and this goes on, to the same bits
      """,
    subcommands: [
      Linear.self, Softmax.self, MLP.self, ReadDigits.self, Fashion.self, Text.self, VAE.self, ODE.self, Auction.self,
    ])
}
