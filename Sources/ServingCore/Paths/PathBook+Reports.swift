import ServingTypes

extension PathBook {
    /// Most paths in one list of reports; the wire allows no more.
    public static let maxReports = 256

    /// What the worker says of its paths: the most recently used first, ties by name, at most ``maxReports``.
    ///
    /// Paths of which nothing is known yet are left out. O(paths · log paths).
    public func reports() -> [PathReport] {
        let known = paths.filter { $0.value.lastUsed != nil || $0.value.trips.smoothed > .zero }
        let ranked = known.sorted {
            let (left, right) = ($0.value.lastUsed, $1.value.lastUsed)
            guard left == right else { return (left ?? .zero) > (right ?? .zero) }
            return $0.key < $1.key
        }
        return ranked.prefix(Self.maxReports).map { PathReport(peer: $0.key, path: $0.value) }
    }
}

extension PathReport {
    init(peer: WorkerID, path: PathEstimator) {
        self.init(
            peer: peer,
            bytesPerSecond: path.filter.measuredRate,
            inFlightBytes: path.inFlightBytes,
            isBacklogged: path.isBacklogged,
            roundTrip: path.trips.smoothed,
            expectedBytesPerSecond: path.expectedBytesPerSecond,
            isDegraded: path.health.isDegraded,
            sampleCount: path.filter.sampleCount,
            isProbed: path.isProbed,
            recentBytesPerSecond: path.recent.bytesPerSecond,
            deliveredBytes: path.deliveredBytes
        )
    }
}
