import Autograd

/// A table of text in the CSV format: fields between commas, in quotes where they contain commas, quotes or line
/// breaks.
///
/// ```swift
/// let table = try CSV("name,height\n\"Doe, Jane\",1.7\nJohn,1.8\n")
/// table["name"]!  // ["Doe, Jane", "John"]
/// try table.numbers("height")  // array([[1.7], [1.8]])
/// ```
///
/// Each row must have as many fields as the first; lines without any characters are passed over. An error tells line
/// and column, the number of the field: `line 3, column 2: "x" is no number`.
public struct CSV: Sendable {
  /// The names of the columns; empty if the file has none.
  public let header: [String]
  /// How many rows there are, without the header.
  public let count: Int
  private let columnCount: Int
  /// Row by row.
  private let fields: [String]
  /// Where in the file each row begins.
  private let lines: [Int]

  /// Reads a file.
  public init(contentsOf path: String, hasHeader: Bool = true, delimiter: Unicode.Scalar = ",") throws {
    self = try withPath(path) { try CSV(bytes: Files.read(path), hasHeader: hasHeader, delimiter: delimiter) }
  }

  /// Reads a text.
  public init(_ text: String, hasHeader: Bool = true, delimiter: Unicode.Scalar = ",") throws {
    try self.init(bytes: Array(text.utf8), hasHeader: hasHeader, delimiter: delimiter)
  }

  private init(bytes: [UInt8], hasHeader: Bool, delimiter: Unicode.Scalar) throws {
    var (fields, lines) = ([String](), [Int]())
    columnCount = try CSVParser.parse(bytes, delimiter) { text, position in
      if position.column == 1 { lines.append(position.line) }
      guard let field = String(validating: text, as: UTF8.self) else { throw position.error("it is no UTF-8") }
      fields.append(field)
    }
    let first = hasHeader ? columnCount : 0
    header = Array(fields.prefix(first))
    self.fields = Array(fields.dropFirst(first))
    self.lines = Array(lines.dropFirst(hasHeader ? 1 : 0))
    count = self.lines.count
  }

  /// The fields of a row.
  public subscript(row: Int) -> [String] {
    guard (0..<count).contains(row) else {
      mistake(.index, "CSV: there is no row \(row) among \(count)")
      return []
    }
    return Array(fields[(row * columnCount)..<((row + 1) * columnCount)])
  }

  /// The fields of a column; `nil` if there is none of this name.
  public subscript(name: String) -> [String]? {
    header.firstIndex(of: name).map { column in
      stride(from: column, to: fields.count, by: columnCount).map { fields[$0] }
    }
  }

  /// The numbers of some columns, in this order: shape (rows, columns). A field that is no number is an error, an empty
  /// one too.
  public func numbers(_ names: String..., dtype: DType = .float32) throws -> NDArray {
    let columns = try names.map(column)
    let numbers = try (0..<count).flatMap { row in
      try columns.map { column in
        let field = fields[row * columnCount + column]
        guard let number = CSVParser.number(Array(field.utf8)[...]) else {
          let position = CSVParser.Position(row: row, line: lines[row], column: column + 1)
          throw position.error("\"\(field)\" is no number")
        }
        return number
      }
    }
    return NDArray(numbers, shape: [count, columns.count], dtype: dtype)
  }

  /// A column of names as labels, int64, with the names in the order of the alphabet.
  ///
  /// ```swift
  /// let species = try CSV("kind\ncat\ndog\ncat\n").categories("kind")
  /// species.labels  // array([0, 1, 0], dtype=int64)
  /// species.names  // ["cat", "dog"]
  /// ```
  public func categories(_ name: String) throws -> (labels: NDArray, names: [String]) {
    let column = try column(name)
    let values = (0..<count).map { fields[$0 * columnCount + column] }
    let names = Set(values).sorted()
    let labels = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    return (NDArray(values.map { labels[$0]! }), names)
  }

  private func column(_ name: String) throws -> Int {
    if let column = header.firstIndex(of: name) { return column }
    throw FileError("there is no column \"\(name)\"; the columns are \(header)")
  }
}

extension NDArray {
  /// Reads a CSV file of numbers: shape (rows, columns). The first line is passed over with `hasHeader`.
  public init(
    csv path: String, hasHeader: Bool = false, delimiter: Unicode.Scalar = ",", dtype: DType = .float32
  ) throws {
    self = try withPath(path) {
      try NDArray(csvBytes: Files.read(path), hasHeader: hasHeader, delimiter: delimiter, dtype: dtype)
    }
  }

  /// Reads the contents of a CSV file of numbers.
  ///
  /// ```swift
  /// try NDArray(csvBytes: Array("1,2.5\n-3,4e2\n".utf8))  // array([[  1. ,   2.5], [ -3. , 400. ]])
  /// ```
  public init(
    csvBytes bytes: [UInt8], hasHeader: Bool = false, delimiter: Unicode.Scalar = ",", dtype: DType = .float32
  ) throws {
    var numbers: [Double] = []
    let columns = try CSVParser.parse(bytes, delimiter) { text, position in
      if hasHeader, position.row == 0 { return }
      guard let number = CSVParser.number(text) else {
        throw position.error("\"\(String(decoding: text, as: UTF8.self))\" is no number")
      }
      numbers.append(number)
    }
    self.init(numbers, shape: [columns == 0 ? 0 : numbers.count / columns, columns], dtype: dtype)
  }
}
