internal import Observability
internal import ServingTypes
internal import Transport

/// What recording costs on the way of a token.
enum RecordingCost {
    private static let rounds = 5
    private static let count = 1_000_000

    /// Nanoseconds per observation of a histogram, over values that meet different buckets.
    static func observation() -> Double {
        let histogram = RouterMetrics(in: PrometheusRegistry()).latency.interToken
        let times = (0..<64).map { Duration.microseconds(700 * $0) }
        return best { histogram.observe(times[$0 & 63]) }
    }

    /// Nanoseconds per addition to a counter.
    static func addition() -> Double {
        let counter = RouterMetrics(in: PrometheusRegistry()).generationTokens
        return best { counter.add($0 & 1) }
    }

    /// The least of some rounds: what else the machine does only adds.
    private static func best(_ body: (Int) -> Void) -> Double {
        let rounds = (0..<rounds).map { _ in
            let start = MonotonicClock.now
            for index in 0..<count { body(index) }
            return Double((MonotonicClock.now - start).nanoseconds) / Double(count)
        }
        return rounds.min() ?? 0
    }
}
