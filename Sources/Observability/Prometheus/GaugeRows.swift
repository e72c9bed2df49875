internal import Synchronization

/// The values of a gauge whose labels name what comes and goes, such as workers: replaced at each rendering.
final class GaugeRows: Sendable {
    /// One line.
    struct Row {
        /// Labels as ``PrometheusText/labels(_:)`` writes them: made once for all gauges of a thing.
        var labels: String
        var value: Double
    }

    private let rows = Mutex<[Row]>([])

    /// Shows these lines and no others.
    func show(_ next: [Row]) {
        // The lines before are freed after the lock is.
        _ = rows.withLock { rows in
            let old = rows
            rows = next
            return old
        }
    }

    /// The lines shown.
    var current: [Row] { rows.withLock { $0 } }
}
