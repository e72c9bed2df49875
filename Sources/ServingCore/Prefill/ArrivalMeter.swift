import ServingTypes

/// How often something comes: an exponentially weighted mean of the gaps.
struct ArrivalMeter: Hashable, Sendable {
    /// Weight of the newest gap: about the last twenty count.
    private static let weight = 0.1
    private var meanGap: Double?
    private var lastAt: Timestamp?

    /// Notes an arrival; an earlier one than the last counts as simultaneous.
    mutating func note(_ time: Timestamp) {
        defer { lastAt = max(lastAt ?? time, time) }
        guard let lastAt else { return }
        let gap = max(0, (time - lastAt).inSeconds)
        meanGap = meanGap.map { $0 + Self.weight * (gap - $0) } ?? gap
    }

    /// Arrivals per second; 0 before the second one.
    ///
    /// A silence longer than the mean gap lowers it at once.
    func rate(now: Timestamp) -> Double {
        guard let meanGap, let lastAt else { return 0 }
        let gap = max(meanGap, (now - lastAt).inSeconds)
        return 1 / max(gap, 1e-6)
    }
}
