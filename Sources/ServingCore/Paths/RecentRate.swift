import ServingTypes

/// What a path delivered lately while it had bytes in flight, whoever set the pace.
struct RecentRate: Sendable {
    static let step = Duration.milliseconds(20)
    /// A stretch this long moves the rate half of the way.
    static let halfTime = 0.060

    private(set) var bytesPerSecond = 0.0
    private var since: Timestamp?
    private var bytes = 0

    mutating func started(now: Timestamp) { (since, bytes) = (now, 0) }

    mutating func delivered(_ count: Int, isIdle: Bool, now: Timestamp) {
        guard let start = since else { return }
        bytes += count
        let elapsed = now - start
        guard elapsed >= Self.step || (isIdle && elapsed > .zero && bytes > 0) else { return }
        let seconds = elapsed.inSeconds
        let rate = Double(bytes) / seconds
        let weight = bytesPerSecond > 0 ? seconds / (seconds + Self.halfTime) : 1
        bytesPerSecond += weight * (rate - bytesPerSecond)
        (since, bytes) = (isIdle ? nil : now, 0)
    }
}
