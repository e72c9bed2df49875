internal import ServingTypes
internal import Workload

/// Sentences about how far the figures of a run can be trusted.
enum RunNotes {
    /// Above this the client itself disturbs an open loop.
    private static let lateLimit = Duration.milliseconds(5)

    static func notes(_ record: RunRecord, isStreamed: Bool, _ arrivals: ArrivalProcess) -> [String] {
        var notes: [String] = []
        let completed = record.outcomes.filter { $0.failure == nil }
        if record.isInterrupted {
            notes.append("the run was interrupted: figures cover what was measured until then")
        }
        if record.answersWithUsage < completed.count {
            let count = completed.count - record.answersWithUsage
            notes.append(
                "\(count) of \(completed.count) answers had no usage: "
                    + "their output tokens are the pieces that came, which may hold several tokens each"
            )
        }
        if !isStreamed { notes.append("answers were not streamed: only E2EL is a latency of its own") }
        if arrivals.isOpenLoop, let late = lateness(record.outcomes), late > lateLimit {
            notes.append(
                "requests left up to \(rounded(late)) ms late (99th percentile): "
                    + "the client or its limit on connections or concurrency holds them back"
            )
        }
        if let detail = record.outcomes.lazy.compactMap(\.failureDetail).first {
            notes.append("first failure: \(detail)")
        }
        return notes
    }

    private static func rounded(_ time: Duration) -> Double { (time.milliseconds * 10).rounded() / 10 }

    /// The 99th percentile of the time from scheduled to sent.
    private static func lateness(_ outcomes: [RequestOutcome]) -> Duration? {
        let values = outcomes.compactMap { $0.latency(.clientQueueTime) }.sorted()
        return values.isEmpty ? nil : values[(values.count - 1) * 99 / 100]
    }
}
