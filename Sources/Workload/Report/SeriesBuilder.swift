import ServingTypes

/// Counts what happens in each interval of a run.
struct SeriesBuilder: Sendable {
    /// Intervals at most, a day of seconds; what comes later counts in the last.
    static let limit = 86_400

    private let interval: Duration
    private var series: RunSeries
    /// Rises and falls of the requests in flight.
    private var changes: [Int] = []

    init(interval: Duration) {
        precondition(interval >= .milliseconds(1), "an interval of \(interval)")
        self.interval = interval
        series = RunSeries(intervalSeconds: interval.inSeconds)
    }

    mutating func add(_ outcome: RequestOutcome) {
        series.scheduled[slot(outcome.scheduled)] += 1
        let over = outcome.isCompleted ? outcome.lastToken : outcome.ended
        if let sent = outcome.sent {
            series.sent[slot(sent)] += 1
            changes[slot(sent)] += 1
            changes[slot(max(over ?? sent, sent)) + 1] -= 1
        }
        let end = slot(over ?? outcome.sent ?? outcome.scheduled)
        guard outcome.isCompleted else {
            series.failed[end] += 1
            return
        }
        series.completed[end] += 1
        addTokens(outcome)
    }

    /// Pieces may carry several tokens: the request's tokens are spread evenly over them.
    private mutating func addTokens(_ outcome: RequestOutcome) {
        let (tokens, pieces) = (outcome.outputTokens, outcome.chunks.count)
        for (index, time) in outcome.chunks.enumerated() {
            series.outputTokens[slot(time)] += (index + 1) * tokens / pieces - index * tokens / pieces
        }
    }

    /// The interval of a time; makes room for it.
    private mutating func slot(_ time: Duration) -> Int {
        let slot = Int(clamping: max(time.nanoseconds, 0) / interval.nanoseconds)
        let last = min(slot, Self.limit - 1)
        while series.count <= last {
            series.scheduled.append(0)
            series.sent.append(0)
            series.completed.append(0)
            series.failed.append(0)
            series.outputTokens.append(0)
        }
        // One more: a request that ends in the last interval leaves after it.
        while changes.count <= last + 1 { changes.append(0) }
        return last
    }

    var finished: RunSeries {
        var result = series
        var inFlight = 0
        result.inFlight = changes.prefix(series.count).map { change in
            inFlight += change
            return inFlight
        }
        return result
    }

    var peakOutputTokensPerSecond: Double {
        Double(series.outputTokens.max() ?? 0) / series.intervalSeconds
    }
}
