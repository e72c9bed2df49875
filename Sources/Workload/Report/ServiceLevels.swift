import ServingTypes

/// What a request must meet to count as good: an upper limit for each metric named, all of which must hold.
public struct ServiceLevels: Hashable, Sendable {
    /// One upper limit.
    public struct Level: Hashable, Sendable {
        /// What is limited.
        public var metric: LatencyMetric
        /// The greatest value that is still good.
        public var limit: Duration

        /// Limits a metric.
        public init(_ metric: LatencyMetric, atMost limit: Duration) {
            self.metric = metric
            self.limit = limit
        }
    }

    /// The metrics that a level can name.
    public static let metrics: [LatencyMetric] = [.ttft, .tpot, .e2el, .gap, .tt2t]

    /// The limits, in the order of ``metrics``, each metric at most once.
    public private(set) var levels: [Level]

    /// No limits: then there is no goodput.
    public init() { levels = [] }

    /// The limits given; each metric is one of ``metrics`` and named once.
    public init(_ levels: [Level]) throws(ServiceLevelError) {
        for (index, level) in levels.enumerated() {
            guard Self.metrics.contains(level.metric) else { throw .unknownMetric(level.metric.rawValue) }
            guard level.limit >= .zero else { throw .badLimit("\(level.metric.rawValue):\(level.limit)") }
            guard !levels[..<index].contains(where: { $0.metric == level.metric }) else {
                throw .repeated(level.metric.rawValue)
            }
        }
        self.levels = Self.metrics.compactMap { metric in levels.first { $0.metric == metric } }
    }

    /// Reads `NAME:MILLISECONDS` pairs as `--goodput` takes them: `["ttft:200", "tpot:50"]`.
    public init(parsing pairs: [String]) throws(ServiceLevelError) {
        var levels: [Level] = []
        for pair in pairs {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw .notAPair(pair) }
            guard let metric = LatencyMetric(rawValue: String(parts[0])), Self.metrics.contains(metric) else {
                throw .unknownMetric(String(parts[0]))
            }
            guard let limit = Double(parts[1]), limit.isFinite, limit >= 0, limit <= 1e9 else {
                throw .badLimit(pair)
            }
            levels.append(Level(metric, atMost: .fromSeconds(limit / 1_000)))
        }
        try self.init(levels)
    }

    /// Whether nothing is asked.
    public var isEmpty: Bool { levels.isEmpty }

    /// Whether a completed request meets every level.
    ///
    /// A latency that a request does not have (TPOT, gap or TT2T of a single token) counts as met, as in
    /// `vllm bench serve`.
    /// - Parameter includingClientQueue: count TTFT, TT2T and E2EL from the scheduled arrival rather than
    ///   from the send.
    public func areMet(by outcome: RequestOutcome, includingClientQueue: Bool) -> Bool {
        let queue = includingClientQueue ? outcome.latency(.clientQueueTime) ?? .zero : .zero
        return levels.allSatisfy { level in
            guard let value = outcome.latency(level.metric) else { return true }
            return value + (Self.countsFromSend(level.metric) ? queue : .zero) <= level.limit
        }
    }

    private static func countsFromSend(_ metric: LatencyMetric) -> Bool {
        [.ttft, .tt2t, .e2el].contains(metric)
    }
}
