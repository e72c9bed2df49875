internal import ServingTypes
internal import Synchronization

/// Observations with one set of labels, counted by size; safe from any thread.
///
/// An observation is a binary search and a short turn under a lock of its own; a reader holds that lock only to
/// take the array of counts, which the next observation then copies: once per rendering.
public final class HistogramSeries: Sendable {
    /// What was observed since the process started.
    struct Snapshot: Equatable {
        /// Observations per bucket, the last above every bound; not cumulative.
        var counts: [Int]
        /// Of all observations.
        var sum = 0.0

        /// Adds what another series with the same bounds counted.
        static func += (left: inout Snapshot, right: Snapshot) {
            for index in left.counts.indices { left.counts[index] += right.counts[index] }
            left.sum += right.sum
        }
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

    /// Counts a value `count` times; one that is no number is ignored, because it would spoil the sum for ever.
    ///
    /// - Complexity: O(log buckets), without allocation.
    public func observe(_ value: Double, count: Int = 1) {
        guard !value.isNaN, count > 0 else { return }
        let bucket = bucket(of: value)
        state.withLock {
            $0.counts[bucket] += count
            $0.sum += value * Double(count)
        }
    }

    /// Counts a number of things.
    public func observe(_ value: Int) { observe(Double(value)) }

    /// Counts a time in seconds, `count` times.
    public func observe(_ time: Duration, count: Int = 1) { observe(time.inSeconds, count: count) }

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
