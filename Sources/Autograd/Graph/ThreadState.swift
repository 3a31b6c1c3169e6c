import CKernels

/// Whether operations of this thread keep their history.
public var isRecording: Bool { ag_state().pointee.recording }

/// Whether dropout drops and batch normalisation uses the statistics of its batch, on this thread.
public var isTraining: Bool { ag_state().pointee.training }

/// What tells threads apart.
var currentThread: UInt { UInt(bitPattern: ag_state()) }
