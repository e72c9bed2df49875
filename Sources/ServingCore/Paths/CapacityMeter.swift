import ServingTypes

/// Estimates what a shared resource carries: from the sum of what runs over it, and from single paths alone
/// on it.
///
/// A sum is a lower bound of the capacity; it is the capacity when several paths with a backlog shared the
/// resource all the time. Owner is the path that last showed the capacity alone: when that path comes to show
/// less, so does the resource.
struct CapacityMeter<Owner: Hashable & Sendable>: Sendable {
    /// Part of the distance by which a sum moves the estimate.
    static var step: Double { 0.3 }
    /// Deliveries in a sum at least: each may have begun before it.
    static var leastDeliveries: Int { 16 }

    /// Bytes per second; 0 before anything was seen.
    private(set) var bytesPerSecond = 0.0
    private let interval: Duration
    private var owner: Owner?
    private var startedAt: Timestamp?
    private var bytes = 0
    private var deliveries = 0
    private var wasFull = true

    init(interval: Duration) { self.interval = interval }

    /// Counts bytes that arrived since the last call.
    ///
    /// - Parameters:
    ///   - activePaths: paths that have bytes in flight now.
    ///   - isFull: whether at least two of them have, and all of those have a backlog.
    mutating func carried(_ count: Int, activePaths: Int, isFull: Bool, now: Timestamp) {
        guard let start = startedAt else {
            if activePaths > 0 { (startedAt, bytes, deliveries, wasFull) = (now, 0, 0, isFull) }
            return
        }
        bytes += count
        deliveries += count > 0 ? 1 : 0
        wasFull = wasFull && isFull
        let elapsed = now - start
        if elapsed >= interval, deliveries >= Self.leastDeliveries {
            carried(at: Double(bytes) / elapsed.inSeconds)
            (startedAt, bytes, deliveries, wasFull) = (now, 0, 0, isFull)
        }
        if activePaths == 0 { startedAt = nil }
    }

    private mutating func carried(at rate: Double) {
        guard rate > bytesPerSecond || wasFull else { return }
        owner = nil
        bytesPerSecond += (bytesPerSecond > 0 ? Self.step : 1) * (rate - bytesPerSecond)
    }

    /// Takes what one path carries with nothing else on the resource.
    mutating func carriedAlone(_ rate: Double, by path: Owner) {
        guard rate > bytesPerSecond || path == owner else { return }
        owner = path
        bytesPerSecond = rate
    }
}
