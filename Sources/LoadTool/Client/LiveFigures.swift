internal import Histogram
internal import ServingTypes
internal import Workload

/// What a run has brought so far, for the line that shows its progress.
struct LiveFigures: Sendable {
    private(set) var completed = 0
    private(set) var failed = 0
    var inFlight = 0
    /// Due, and held back by the limit on requests in flight.
    var waiting = 0
    private(set) var outputTokens = 0
    private(set) var lastFailure: String?
    /// TTFT in microseconds, up to an hour, to 1 %.
    private var firstTokens = Histogram<UInt32>(
        highestTrackableValue: 3_600_000_000,
        numberOfSignificantValueDigits: .two
    )
    private var tokenTimes = (seconds: 0.0, count: 0)

    mutating func add(_ outcome: RequestOutcome) {
        guard outcome.isCompleted else {
            failed += 1
            lastFailure = outcome.failureDetail
            return
        }
        completed += 1
        outputTokens += outcome.outputTokens
        if let ttft = outcome.latency(.ttft) {
            firstTokens.record(UInt64(min(3_600_000_000, max(1, ttft.nanoseconds / 1_000))))
        }
        if let tpot = outcome.latency(.tpot) {
            tokenTimes = (tokenTimes.seconds + tpot.inSeconds, tokenTimes.count + 1)
        }
    }

    /// Of TTFT; `nil` before the first answer.
    func firstTokenMilliseconds(percentile: Double) -> Double? {
        completed > 0 ? Double(firstTokens.valueAtPercentile(percentile)) / 1_000 : nil
    }

    /// Mean of TPOT; `nil` before the first answer of two tokens.
    var meanTokenMilliseconds: Double? {
        tokenTimes.count > 0 ? tokenTimes.seconds / Double(tokenTimes.count) * 1_000 : nil
    }
}
