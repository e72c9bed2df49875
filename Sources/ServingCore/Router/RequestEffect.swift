import ServingTypes

/// What one request's machine asks of the router's core, in order.
enum RequestEffect: Sendable {
    /// Something that is only counted.
    enum Incident: Sendable { case stale, conflict, gap, violation, refusal, failedAttempt, preemption }

    case emit(ArraySlice<SampledToken>, firstIndex: Int)
    case finish(FinishReason)
    case fail(ServingError, retryAfter: Duration?)
    /// The shell gave the request up.
    case givenUp
    /// The worker is to drop its part.
    case cancel(WorkerRef, AttemptID)
    /// The worker no longer owes this.
    case release(WorkerRef, WorkerCharge)
    /// The worker is not to be asked again for a while, or until it reports its load.
    case avoid(WorkerID, Duration, untilReport: Bool)
    /// The request waits to be placed.
    case wait
    /// Nothing more will be learnt.
    case close
    case count(Incident)
}
