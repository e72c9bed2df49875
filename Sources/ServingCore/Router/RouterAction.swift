import ServingTypes

/// What a router's core asks of the shell or the simulator, in order.
public enum RouterAction: Sendable {
    /// Give a worker its part of an attempt.
    case assign(WorkerRef, Assignment)
    /// Take an attempt back from a worker.
    case cancel(WorkerRef, AttemptID)
    /// Ask a worker to end an attempt as preempted, so that it continues elsewhere.
    case preempt(WorkerRef, AttemptID)
    /// Pass output tokens to the client; each index comes exactly once, in order.
    case emit(RequestID, tokens: [SampledToken], firstIndex: Int)
    /// The answer is complete.
    case finish(RequestID, FinishReason)
    /// The answer will not be completed; the client may try again after the time given.
    case fail(RequestID, ServingError, retryAfter: Duration?)
    /// Tell a worker to take another role.
    case setRole(WorkerRef, WorkerRole)
    /// A load report is missing: ask the worker for a full one.
    case requestLoad(WorkerRef)
    /// The request is over and all that will be known of it is known.
    case record(RequestRecord)
}
