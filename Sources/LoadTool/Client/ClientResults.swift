internal import Workload

/// What a run brought on one event loop.
struct ClientResults: Sendable {
    var outcomes: [RequestOutcome] = []
    /// Answers in which the server counted the tokens itself.
    var answersWithUsage = 0
    /// Requests sent once more because a kept connection had been closed.
    var retries = 0

    /// Both together.
    static func + (left: Self, right: Self) -> Self {
        ClientResults(
            outcomes: left.outcomes + right.outcomes,
            answersWithUsage: left.answersWithUsage + right.answersWithUsage,
            retries: left.retries + right.retries
        )
    }
}
