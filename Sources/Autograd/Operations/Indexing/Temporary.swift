// Stand-ins until Operations/Indexing and Joining are in place: whoever adds those deletes this file.
extension NDArray {
  func placed(in shape: Shape, _ slice: Slice) -> NDArray { self }
  subscript(r: Range<Int>) -> NDArray { self }
}
func concatenate(_ a: [NDArray], axis: Int) -> NDArray { a[0] }
