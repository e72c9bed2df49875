internal import ServingTypes

/// What the workers of a benchmark tell its router.
enum RouterEvent {
    case registered(WorkerRegistration)
    case tokens(TokenBatch, by: String, at: Timestamp)
    case answered(AssignmentAnswer, by: String)
    case ended(WorkEnded, by: String, at: Timestamp)
    case echoed(sequence: UInt64, at: Timestamp)
    case lost(worker: String, reason: String)
}
