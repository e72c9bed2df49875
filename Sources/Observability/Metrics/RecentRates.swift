public import ServingTypes

/// What happened lately, second by second: rates and latencies over a short window.
///
/// It has a limit and forgets the oldest.
public struct RecentRates: Sendable {
    /// What a process has counted since it started, at one moment.
    public struct Totals: Equatable, Sendable {
        /// Requests that have ended, however.
        var ended = 0
        /// Those of them that failed.
        var failed = 0
        var promptTokens = 0
        var outputTokens = 0
        /// Times to the first token, per bucket, not cumulative.
        var firstToken: [Int]
        /// Times per output token, per bucket, not cumulative.
        var perToken: [Int]
    }

    /// Median and 99th percentile, in seconds, of what was observed in a window.
    public struct Quantiles: Equatable, Sendable {
        /// Half of the observations are no longer.
        public var median: Double
        /// All but a hundredth of the observations are no longer.
        public var high: Double
    }

    /// One moment, with what the window before it held.
    public struct Sample: Equatable, Sendable {
        /// Position among all samples ever taken, from 1.
        public var number: Int
        /// When it was taken, in milliseconds since 1970.
        public var unixMilliseconds: Int
        /// Requests that ended, per second.
        public var requestRate = 0.0
        /// Requests that failed, per second.
        public var failureRate = 0.0
        /// Prompt tokens of requests that ended, per second.
        public var promptTokenRate = 0.0
        /// Tokens given to clients, per second.
        public var outputTokenRate = 0.0
        /// Requests that wait to be placed, at that moment.
        public var waiting = 0
        /// Requests that are placed on workers, at that moment.
        public var running = 0
        /// Of times to the first token; `nil` without one in the window.
        public var firstToken: Quantiles?
        /// Of times per output token; `nil` without one in the window.
        public var perToken: Quantiles?
    }

    /// Samples that rates and quantiles look back over.
    public let window: Int
    private let limit: Int
    private let firstTokenBounds: [Double]
    private let perTokenBounds: [Double]
    /// The latest totals, at most `window` + 1, the oldest first.
    private var totals: [(at: Timestamp, totals: Totals)] = []
    /// A ring of `limit` places once it is full; a sample's place follows from its number.
    private var ring: [Sample] = []
    private var count = 0

    /// - Parameters:
    ///   - limit: samples kept: a quarter of an hour at one per second.
    ///   - window: samples that rates and quantiles look back over.
    ///   - firstTokenBounds: upper bounds of the buckets of times to the first token, in seconds, rising.
    ///   - perTokenBounds: the same for times per output token.
    init(limit: Int = 900, window: Int = 10, firstTokenBounds: [Double], perTokenBounds: [Double]) {
        precondition(limit > 0 && window > 0, "limit \(limit) and window \(window) must be positive")
        self.limit = limit
        self.window = window
        self.firstTokenBounds = firstTokenBounds
        self.perTokenBounds = perTokenBounds
    }

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - at: when the totals were read; rates divide by the time that passed, whatever the interval was meant to be.
    ///   - unixMilliseconds: the same moment for people.
    public mutating func add(
        _ now: Totals,
        at: Timestamp,
        unixMilliseconds: Int,
        waiting: Int,
        running: Int
    ) {
        count += 1
        var sample = Sample(number: count, unixMilliseconds: unixMilliseconds)
        sample.waiting = waiting
        sample.running = running
        if let (since, before) = totals.first, at > since {
            let seconds = (at - since).inSeconds
            sample.requestRate = Double(now.ended - before.ended) / seconds
            sample.failureRate = Double(now.failed - before.failed) / seconds
            sample.promptTokenRate = Double(now.promptTokens - before.promptTokens) / seconds
            sample.outputTokenRate = Double(now.outputTokens - before.outputTokens) / seconds
            sample.firstToken = Self.quantiles(now.firstToken, before.firstToken, firstTokenBounds)
            sample.perToken = Self.quantiles(now.perToken, before.perToken, perTokenBounds)
        }
        totals.append((at, now))
        if totals.count > window { totals.removeFirst() }
        let place = (count - 1) % limit
        if place < ring.count { ring[place] = sample } else { ring.append(sample) }
    }

    /// Samples after a number, the oldest first; those that are forgotten are left out.
    public func samples(after number: Int) -> [Sample] {
        let first = max(number, count - ring.count, 0)
        guard first < count else { return [] }
        return (first..<count).map { ring[$0 % limit] }
    }

    private static func quantiles(_ now: [Int], _ before: [Int], _ bounds: [Double]) -> Quantiles? {
        let counts = zip(now, before).map { $0 - $1 }
        guard let median = quantile(0.5, of: counts, bounds), let high = quantile(0.99, of: counts, bounds)
        else { return nil }
        return Quantiles(median: median, high: high)
    }

    /// A quantile of bucket counts, as if observations were spread evenly within a bucket.
    ///
    /// What lies above every bound counts as the last bound. Source: the rule of Prometheus' `histogram_quantile`.
    static func quantile(_ share: Double, of counts: [Int], _ bounds: [Double]) -> Double? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        let rank = share * Double(total)
        var below = 0
        for (index, count) in counts.enumerated() where count > 0 {
            guard Double(below + count) >= rank, index < bounds.count else {
                below += count
                continue
            }
            let lower = index > 0 ? bounds[index - 1] : 0
            return lower + (bounds[index] - lower) * (rank - Double(below)) / Double(count)
        }
        return bounds.last
    }
}

extension RouterMetrics {
    /// An empty record of this router's rates.
    public func recentRates() -> RecentRates {
        RecentRates(
            firstTokenBounds: latency.timeToFirstToken.bounds,
            perTokenBounds: latency.timePerOutputToken.bounds
        )
    }

    /// What has been counted until now, for ``RecentRates``.
    public var recentTotals: RecentRates.Totals {
        RecentRates.Totals(
            ended: RequestEnding.allCases.reduce(0) { $0 + requestsEnded[$1].value },
            failed: requestsEnded[.error].value + requestsEnded[.deadline].value,
            promptTokens: promptTokens.value,
            outputTokens: generationTokens.value,
            firstToken: latency.timeToFirstToken.snapshot.counts,
            perToken: latency.timePerOutputToken.snapshot.counts
        )
    }
}
