extension NDArray {
  /// Reads an array that NumPy saved: `numpy.save("x.npy", x)`.
  ///
  /// Unsigned integers of 16 and 32 bits are read as int32 and int64; the byte order and the order of the axes may be
  /// any. A damaged file, or one of Python objects, is a ``FileError``.
  ///
  /// ```swift
  /// let path = "/tmp/autograd-example.npy"
  /// try NDArray.arange(3).write(npy: path)
  /// try NDArray(npy: path)  // array([0., 1., 2.])
  /// ```
  public init(npy path: String) throws {
    self = try withPath(path) { try NDArray(npyBytes: Files.read(path)) }
  }

  /// Writes the array for NumPy's `load`, at once or not at all.
  public func write(npy path: String) throws {
    try withPath(path) { try Files.writeAtomically(npyBytes, to: path) }
  }

  /// The contents of a `.npy` file.
  public var npyBytes: [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (rank == 1 ? "," : "")
    let descr = StoredElement(dtype).npyName
    var header = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: 63 - (NPYHeader.prefix + header.count) % 64)
    header.append(UInt8(ascii: "\n"))
    return NPYHeader.magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header + storedBytes
  }

  /// Reads the contents of a `.npy` file.
  public init(npyBytes bytes: [UInt8]) throws {
    let (header, start) = try NPYHeader.read(bytes)
    let shape = try Shape(stored: header.isFortranOrder ? header.shape.reversed() : header.shape)
    let array = try header.element.array(bytes[start...], shape, isBigEndian: header.isBigEndian)
    self = header.isFortranOrder ? array.transposed() : array
  }
}

extension StoredElement {
  fileprivate static let npyNames: [String: StoredElement] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
    "u1": .uint8, "u2": .uint16, "u4": .uint32, "b1": .bool,
  ]

  fileprivate var npyName: String {
    (size == 1 ? "|" : "<") + Self.npyNames.first { $0.value == self }!.key
  }
}

/// What stands before the elements: a Python dictionary of three entries.
private struct NPYHeader {
  var element: StoredElement
  var isBigEndian: Bool
  var isFortranOrder: Bool
  var shape: [Int]

  static let magic = [0x93] + Array("NUMPY".utf8)
  /// Magic, version and length of version 1.
  static let prefix = 10

  /// The header, and where the elements start.
  static func read(_ bytes: [UInt8]) throws -> (NPYHeader, start: Int) {
    guard bytes.count >= prefix, bytes.starts(with: magic) else { throw FileError("it is no .npy file") }
    let digits = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]), bytes.count >= 8 + digits else { throw FileError("its version is not known") }
    let length = bytes[8..<(8 + digits)].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + digits
    guard length <= bytes.count - start else { throw FileError("it ends within its header") }
    var text = Substring(String(decoding: bytes[start..<(start + length)], as: UTF8.self))
    return (try NPYHeader(&text), start + length)
  }

  private init(_ text: inout Substring) throws {
    var (descr, order, shape): (String?, Bool?, [Int]?)
    try text.expect("{")
    while !text.take("}") {
      let key = try text.quoted()
      try text.expect(":")
      switch key {
      case "descr": descr = try text.quoted()
      case "fortran_order": order = text.take("True") ? true : text.take("False") ? false : nil
      case "shape": shape = try text.tuple()
      default: throw FileError("its header has an entry \(key)")
      }
      if !text.take(",") {
        try text.expect("}")
        break
      }
    }
    guard let descr, let order, let shape else { throw FileError("its header is incomplete") }
    guard let element = StoredElement.npyNames[String(descr.dropFirst())], "<>|=".contains(descr.first ?? " ") else {
      throw FileError("elements of the type \(descr) are not supported")
    }
    (self.element, isBigEndian, isFortranOrder, self.shape) = (element, descr.first == ">", order, shape)
  }
}

extension Substring {
  private mutating func skipSpace() { self = drop { $0 == " " || $0 == "\n" } }

  fileprivate mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard hasPrefix(word) else { return false }
    removeFirst(word.count)
    return true
  }

  fileprivate mutating func expect(_ word: String) throws {
    guard take(word) else { throw FileError("its header is damaged: \(word) is missing") }
  }

  fileprivate mutating func quoted() throws -> String {
    let quote = take("'") ? "'" : "\""
    if quote == "\"" { try expect(quote) }
    guard let end = firstIndex(of: Character(quote)) else {
      throw FileError("its header is damaged: a text does not end")
    }
    defer { self = self[index(after: end)...] }
    return String(self[..<end])
  }

  fileprivate mutating func tuple() throws -> [Int] {
    try expect("(")
    var result: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { throw FileError("its header is damaged: the shape is none") }
      removeFirst(digits.count)
      result.append(number)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return result
  }
}
