import ArgumentParser
import Autograd
import Foundation

/// What `record` keeps, looked at: as text, and drawn.
enum Graphs {
  static func run(_ page: Page, writingTo folder: URL) throws {
    page.say(
      """
      What has been recorded can be looked at. Each operation stands above what it was computed from, with the memory \
      that it keeps for the backward. What is used twice is shown once, and then by its number.
      """)
    let x = NDArray.arange(4).attachingGrad()
    let w = NDArray.ones([4]).attachingGrad()
    let z = record {
      let u = exp(x * w)
      let weight = u.detached()
      return (u * u * weight).sum()
    }
    page.show(
      """
      let x = NDArray.arange(4).attachingGrad()
      let w = NDArray.ones([4]).attachingGrad()
      let z = record {
        let u = exp(x * w)
        let weight = u.detached()
        return (u * u * weight).sum()
      }
      graph(z, names: ["x": x, "w": w])
      """, graph(z, names: ["x": x, "w": w]),
      is: """
        6 operations keep 68 B; a gradient goes to x, w
        #8 reshape () of float32, reads the memory of #7
          #7 sum (1,) of float32, keeps 4 B
            #6 multiply (4,) of float32, keeps 16 B
              #4 multiply (4,) of float32, keeps 16 B
                #3 exp (4,) of float32, keeps 16 B
                  #2 multiply (4,) of float32, keeps 16 B
                    #0 x (4,) of float32, receives a gradient
                    #1 w (4,) of float32, receives a gradient
                #3 exp
              #5 array (4,) of float32, a constant, reads the memory of #3
        """)
    page.say("The array #5 is the detached one: it reads the same memory, but no gradient passes there.")
    let drawing = graph(z, names: ["x": x, "w": w])
    z.backward()
    page.show(
      """
      let drawing = graph(z, names: ["x": x, "w": w])
      z.backward()
      graph(z).description
      """, graph(z).description, containing: "freed by the backward at tour/Graphs.swift")
    page.say("The backward has let the graph go, and says where that was.")
    page.note(draw(drawing, folder))
  }

  private static func draw(_ drawing: RecordedGraph, _ folder: URL) -> String {
    let file = folder.appendingPathComponent("graph.svg")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try drawing.write(svg: file.path)
      return "drawn in \(file.relativePath)"
    } catch {
      return "\(error)"
    }
  }
}
