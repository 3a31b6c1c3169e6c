import Autograd

extension OperationTable {
  static let later: [String: Operation] = [:]
}
