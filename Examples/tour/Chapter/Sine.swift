import ArgumentParser
import Autograd
import Foundation
import Training

/// The exercise that ends in a picture: sin and its derivative, without using that the derivative is cos.
enum Sine {
  static func run(_ page: Page, writingTo folder: URL) throws {
    page.say("The derivative of f(x) = sin(x), drawn without using that it is cos(x): the library is asked instead.")
    let x = NDArray.linspace(-2 * .pi, 2 * .pi, count: 401).attachingGrad()
    let y = record { sin(x) }
    let slope = grad(of: y, wrt: x, createGraph: true)
    page.show(
      """
      let x = NDArray.linspace(-2 * .pi, 2 * .pi, count: 401).attachingGrad()
      let y = record { sin(x) }
      let slope = grad(of: y, wrt: x, createGraph: true)
      abs(slope - cos(x)).max() < 1e-6
      """, abs(slope - cos(x)).max() < 1e-6, is: "true")
    let curvature = grad(of: slope, wrt: x)
    page.show(
      """
      let curvature = grad(of: slope, wrt: x)
      abs(curvature + sin(x)).max() < 1e-6
      """, abs(curvature + sin(x)).max() < 1e-6, is: "true")
    page.skipLine()
    let chart = Chart(
      [
        Curve("sin(x)", x: x.scalars(), y: y.scalars()),
        Curve("its derivative", x: x.scalars(), y: slope.scalars(), .dashes),
      ],
      x: Axis(
        -2 * .pi...2 * .pi, ticks: zip(-2...2, ["−2π", "−π", "0", "π", "2π"]).map { (Double($0) * .pi, $1) }),
      y: Axis(-1.15...1.15, ticks: [(-1, "−1"), (0, "0"), (1, "1")]))
    page.draw(chart.lines(terminal: page.terminal))
    page.skipLine()
    page.note("also written to \(try write(chart, to: folder))")
  }

  private static func write(_ chart: Chart, to folder: URL) throws -> String {
    let file = folder.appendingPathComponent("sin.svg")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try chart.svg(width: 800, height: 430).write(to: file.path)
    } catch {
      throw ValidationError("The plot cannot be written to \(file.path).")
    }
    return file.relativePath
  }
}
