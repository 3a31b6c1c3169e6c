import Testing

@testable import Autograd

private let any = -2.0...2.0

private let sums: [OperationCase] = [
  .init("einsum", any, any, shapes: [[2, 3], [3, 2]]) { einsum("ij,jk->ik", $0[0], $0[1]) },
  .init("einsum of a batch", any, any, shapes: [[2, 2, 3], [2, 3, 2]]) { einsum("bij,bjk->kbi", $0[0], $0[1]) },
  .init("einsum of a diagonal", any, any, shapes: [[3, 3], [3]]) { einsum("ii,i->i", $0[0], $0[1]) },
  .init("einsum of a trace", any, shapes: [[2, 3, 3]]) { square(einsum("bii", $0[0])) },
  .init("einsum with an ellipsis", any, any, shapes: [[2, 2, 3], [3, 2]]) { einsum("...j,jk->...k", $0[0], $0[1]) },
  .init("einsum that broadcasts", any, any, shapes: [[1, 3], [2, 3]]) { einsum("ij,ij->j", $0[0], $0[1]) },
  .init("einsum of elements", any, any) { einsum("ij,ij->ji", $0[0], $0[1]) },
  .init("einsum of three", any, any, any, shapes: [[2, 3], [3, 2], [2]]) { einsum("ij,jk,k->i", $0) },
  .init("einsum of four", any, any, any, any, shapes: [[2, 2], [2], [2, 2], [2]]) { einsum("ab,b,bc,a->c", $0) },
]

/// Subscripts, shapes, NumPy's shape of the result, and of its elements the sum, each times its position from 1.
private let oracle: [(String, [Shape], Shape, Double)] = [
  ("ij,jk->ik", [[2, 3], [3, 4]], [2, 4], 71),
  ("ij,jk", [[2, 3], [3, 4]], [2, 4], 71),
  ("ji,jk->ki", [[3, 2], [3, 4]], [4, 2], 120),
  ("ij,ij->ij", [[2, 3], [2, 3]], [2, 3], 98),
  ("ij,ij->i", [[2, 3], [2, 3]], [2], 44),
  ("i,j->ij", [[2], [3]], [2, 3], 5),
  ("i,i", [[3], [3]], [], 12),
  ("ii", [[3, 3]], [], 2),
  ("ii->i", [[3, 3]], [3], 9),
  ("iii->i", [[2, 2, 2]], [2], -9),
  ("ijj->i", [[2, 3, 3]], [2], -4),
  ("iij,jk->ik", [[2, 2, 3], [3, 2]], [2, 2], 48),
  ("ii,ii", [[3, 3], [3, 3]], [], 24),
  ("ba", [[2, 3]], [3, 2], 17),
  ("ij->", [[2, 3]], [], 1),
  ("iA,Ba", [[2, 3], [4, 2]], [3, 4, 2, 2], 603),
  ("...ij,...jk->...ik", [[2, 1, 2, 3], [4, 3, 2]], [2, 4, 2, 2], 704),
  ("...ba", [[4, 2, 3]], [4, 3, 2], -1),
  ("i...", [[2, 3]], [3, 2], 17),
  ("i...->...", [[2, 3]], [3], 8),
  ("b...a", [[2, 3, 4]], [3, 4, 2], 26),
  ("...ii->...i", [[2, 3, 3]], [2, 3], -8),
  ("...,...", [[1, 3], [2, 1, 1]], [2, 1, 3], -8),
  ("i...,...i", [[2, 3], [3, 2]], [3], 4),
  ("ij->...ij", [[2, 3]], [2, 3], 14),
  ("bhqd,bhkd->bhqk", [[2, 2, 3, 2], [2, 2, 4, 2]], [2, 2, 3, 4], -817),
  ("bqhd,bkhd->bhqk", [[2, 3, 2, 2], [2, 4, 2, 2]], [2, 2, 3, 4], 814),
  ("ij,ij->ij", [[1, 3], [2, 3]], [2, 3], 70),
  ("ij,jk->ik", [[2, 1], [3, 4]], [2, 4], 75),
  ("i,i", [[1], [3]], [], -6),
  ("i,i,i->i", [[1], [2], [2]], [2], -78),
  ("ij,,k", [[2, 3], [], [4]], [2, 3, 4], -546),
  (",i", [[], [3]], [3], -21),
  ("", [[]], [], -3),
  ("->", [[]], [], -3),
  (" i j , j k -> i k ", [[2, 3], [3, 4]], [2, 4], 71),
  ("ab,bc,cd->ad", [[2, 3], [3, 2], [2, 4]], [2, 4], 63),
  ("ab,a,b->", [[2, 3], [2], [3]], [], 26),
  ("i,ij,jk,k", [[2], [2, 3], [3, 4], [4]], [], 102),
  ("ab,cd,ae,cf->bdef", [[2, 2], [2, 3], [2, 2], [2, 2]], [2, 3, 2, 2], -1431),
  ("a,b,c,d->dcba", [[2], [2], [3], [2]], [2, 3, 2, 2], -585),
  ("abc,abc,abc->b", [[2, 3, 2], [2, 3, 2], [2, 3, 2]], [3], 438),
  ("abcdefgh,abcdefgh->abcdefg", [[1, 2, 1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2, 1, 2]], [1, 2, 1, 2, 1, 2, 1], 306),
  ("ij,jk->ik", [[2, 0], [0, 3]], [2, 3], 0),
  ("ij->i", [[2, 0]], [2], 0),
]

@Suite struct EinsumTests {
  @Test(arguments: sums) func operations(_ operation: OperationCase) { operation.check() }

  @Test(arguments: oracle.indices) func sumsAreNumPys(_ i: Int) {
    let (subscripts, shapes, shape, sum) = oracle[i]
    for dtype in [DType.float64, .int32] {
      let arrays = shapes.enumerated().map { k, shape in NDArray(shape, dtype: dtype) { $0 * 5 % 7 - 3 + k } }
      let y = einsum(subscripts, arrays)
      #expect(y.shape == shape, "\(subscripts)")
      #expect(y.dtype == dtype)
      let positions = NDArray.arange(1, y.elementCount + 1, dtype: .float64)
      #expect((y.reshaped([y.elementCount]) * positions).sum().item() == sum, "\(subscripts)")
    }
  }

  /// The order of the products is that of their costs: from left to right this would be a matrix of 10¹⁰ elements.
  @Test func theCheapestProductComesFirst() {
    let n = 100_000
    let column = NDArray.ones([n, 1])
    #expect(einsum("ai,bi,bj->aj", column, column, column).sum().item() == Double(n) * Double(n))
  }

  @Test func typesArePromoted() {
    #expect(einsum("i,i", NDArray.ones([2], dtype: .int32), NDArray.ones([2], dtype: .float64)).dtype == .float64)
    #expect(einsum("i->", NDArray.ones([300], dtype: .uint8)).item() == 44)  // it wraps, as in NumPy
  }

  /// The operands are converted before they are multiplied, not a product that float32 has rounded.
  @Test func productsAreInThePromotedType() {
    let (third, wide) = (NDArray([1 / 3.0]), NDArray([0.1], dtype: .float64))
    let expected = third.astype(.float64)
    #expect(einsum("i,i,i->i", third, third, wide) == expected * expected * wide)
    #expect(einsum("i,i,i->i", wide, third, third).dtype == .float64)
  }

  @Test func mistakesAreErrors() {
    func message(_ body: () -> NDArray) -> String {
      do {
        _ = try recovering(body)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let x = NDArray.ones([2, 3])
    #expect(
      message { einsum("ij,jk", x, x) } == "einsum: index j of \"ij,jk\" has the extents 3 and 2, which must be equal")
    #expect(
      message { einsum("ii", x) }
        == "einsum: index i of \"ii\" has the extents 2 and 3 in one array, which must be equal")
    #expect(message { einsum("ii", x[0..<1]) }.contains("in one array"))
    #expect(
      message { einsum("...,...", x, x.T) }
        == "einsum: an axis of ... of \"...,...\" has the extents 2 and 3, which must be equal")
    #expect(message { einsum("ij", x, x) } == "einsum: \"ij\" names 1 arrays, but there are 2")
    #expect(message { einsum("ij,jk", x) } == "einsum: \"ij,jk\" names 2 arrays, but there are 1")
    #expect(message { einsum("i", []) } == "einsum: \"i\" names 1 arrays, but there are 0")
    for subscripts in ["i", "ijk", "ijk..."] {
      #expect(message { einsum(subscripts, x) }.contains("does not have the axes"), "\(subscripts)")
    }
    for subscripts in ["ij->k", "ij->ii", "...j->j", "i...->i"] {
      #expect(message { einsum(subscripts, x) }.hasPrefix("einsum: the result of"), "\(subscripts)")
    }
    for subscripts in ["i..j", "...i...", "i1", "ij->i->j", "ij-i", "i>j", "é", "ij->......"] {
      #expect(message { einsum(subscripts, x) }.contains("are no subscripts"), "\(subscripts)")
    }
    let many = NDArray.ones([1, 1, 1, 1, 1])
    #expect(message { einsum("abcde,fghij->abcdefghij", many, many) }.contains("at most 8"))
  }
}
