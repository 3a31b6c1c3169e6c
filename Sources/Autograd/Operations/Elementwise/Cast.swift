extension NDArray {
  /// The elements converted to another type: to integers towards zero, to bool by being unequal to 0.
  ///
  /// ```swift
  /// NDArray([1.5, -1.5]).astype(.int32)  // array([ 1, -1], dtype=int32)
  /// ```
  public func astype(_ dtype: DType) -> NDArray {
    self.dtype == dtype ? unchanged : converted(to: dtype)
  }
}
