internal import ServingTypes
internal import Workload

/// What a run brought, before it is summed up.
struct RunRecord: Sendable {
    /// By index, each once.
    var outcomes: [RequestOutcome]
    /// Answers in which the server counted the tokens itself.
    var answersWithUsage: Int
    /// Requests sent once more because a kept connection had been closed.
    var retries: Int
    /// The start of the run, from which outcomes count, on the monotonic clock.
    var origin: Timestamp
    /// Seconds since 1970 when the run started.
    var startedAt: Double
    /// The run was ended by hand.
    var isInterrupted: Bool
}
