internal import Workload

extension RunSeries {
    /// The same run in at most `limit` intervals, each so many times longer.
    func merged(to limit: Int) -> RunSeries {
        precondition(limit >= 1, "a limit of \(limit) intervals")
        let factor = max(1, (count + limit - 1) / limit)
        guard factor > 1 else { return self }
        let parts = stride(from: 0, to: count, by: factor).map { $0..<min($0 + factor, count) }
        return merged(parts, seconds: intervalSeconds * Double(factor))
    }

    /// The last two intervals, of at least two, as one.
    func joiningLast() -> RunSeries {
        precondition(count >= 2, "\(count) intervals")
        let parts = (0..<count - 2).map { $0..<($0 + 1) } + [count - 2..<count]
        return merged(parts, seconds: intervalSeconds)
    }

    /// Counts add up; of the requests in flight, the greatest number stays.
    private func merged(_ parts: [Range<Int>], seconds: Double) -> RunSeries {
        func sums(_ column: [Int]) -> [Int] { parts.map { column[$0].reduce(0, +) } }
        var merged = RunSeries(intervalSeconds: seconds)
        merged.scheduled = sums(scheduled)
        merged.sent = sums(sent)
        merged.completed = sums(completed)
        merged.failed = sums(failed)
        merged.outputTokens = sums(outputTokens)
        merged.inFlight = parts.map { inFlight[$0].max() ?? 0 }
        return merged
    }
}
