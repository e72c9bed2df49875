public import Metrics
internal import ServingTypes
internal import Synchronization

/// Observations with one set of labels, counted by size; safe from any thread.
public final class HistogramSeries: RecorderHandler, TimerHandler {
    /// What was observed since the process started.
    struct Snapshot: Equatable {
        /// Observations per bucket, the last above every bound; not cumulative.
        var counts: [Int]
        /// Of all observations.
        var sum = 0.0
    }

    /// Upper bounds of the buckets, rising.
    let bounds: [Double]
    private let state: Mutex<Snapshot>

    /// Starts empty.
    init(bounds: [Double]) {
        precondition(
            zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 },
            "bucket bounds do not rise: \(bounds)"
        )
        self.bounds = bounds
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value; one that is no number is ignored, because it would spoil the sum for ever.
    ///
    /// - Complexity: O(log buckets).
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bucket(of: value)
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    /// Counts a number of things.
    public func observe(_ value: Int) { observe(Double(value)) }

    /// Counts a time in seconds.
    public func observe(_ time: Duration) { observe(time.inSeconds) }

    /// Counts a value.
    public func record(_ value: Int64) { observe(Double(value)) }

    /// Counts a value.
    public func record(_ value: Double) { observe(value) }

    /// Counts a time in seconds.
    public func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    /// A consistent copy.
    var snapshot: Snapshot { state.withLock { $0 } }

    /// The first bucket whose bound is not below the value.
    private func bucket(of value: Double) -> Int {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
