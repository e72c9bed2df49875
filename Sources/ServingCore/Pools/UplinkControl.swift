import ServingTypes

/// Keeps one direction of a site's uplink below its limit: a virtual queue that drains at the limited rate.
///
/// What placement sends across enters the queue at once, long before the link shows it, and leaves it at
/// ``SiteLimits/maxUtilisation`` of the capacity. A further transfer is taken to wait until the queue is empty, so
/// that only what gains by crossing even then crosses, and what crosses on average stays below the limit. There
/// is nothing to wind up or to tune: when the load ends, the queue does. Sources: virtual queues as in AVQ
/// (Kunniyur and Srikant, SIGCOMM 2001); PrfaaS (arXiv 2604.15039), whose fast loop bounds egress and its queue.
struct UplinkControl: Sendable {
    /// Between two looks.
    static let interval = Duration.milliseconds(250)
    /// Time that moves the averages half of the way, in seconds; one transfer alone fills a link while it lasts.
    static let halfTime = 5.0
    /// How much busier than ``SiteLimits/shareBelow`` the link must be before sharing ends.
    static let sharingBand = 0.1

    /// May change between two looks.
    var limits: SiteLimits
    /// Whether prefixes may be fetched across.
    private(set) var sharesPrefixes = true
    private var capacity = 0.0
    /// Smoothed shares of the capacity: of what was placed, and of what was seen to run.
    private var placedShare = 0.0
    private var runningShare = 0.0
    /// Bytes placed and not drained.
    private var queuedBytes = 0.0
    /// Bytes placed since the last look.
    private var placedBytes = 0.0
    private var steppedAt: Timestamp?

    init(limits: SiteLimits) { self.limits = limits }

    /// Smoothed share of the capacity in use: what was placed will cross, what runs does; the larger of the two.
    var utilisation: Double { max(placedShare, runningShare) }

    /// What the link may carry on average, in bytes per second; `nil` before its capacity is known.
    var bytesPerSecond: Double? { capacity > 0 ? capacity * limits.maxUtilisation : nil }

    /// Until what was placed would have crossed at that rate.
    var queueSeconds: Double { bytesPerSecond.map { queuedBytes / $0 } ?? 0 }

    /// What a further transfer is taken to wait: beyond ``SiteLimits/maxQueue`` each second counts twice.
    var waitSeconds: Double { queueSeconds + max(0, queueSeconds - limits.maxQueue.inSeconds) }

    /// A plan was chosen that sends so many bytes across.
    mutating func place(bytes: Int) {
        placedBytes += Double(max(0, bytes))
        queuedBytes += Double(max(0, bytes))
    }

    /// Takes a look at the link; does nothing before the interval has passed.
    mutating func step(_ sample: UplinkSample, now: Timestamp) {
        guard let last = steppedAt else {
            steppedAt = now
            capacity = sample.capacity
            placedBytes = 0
            return
        }
        let elapsed = now - last
        guard elapsed >= Self.interval else { return }
        steppedAt = now
        let seconds = elapsed.inSeconds
        capacity = sample.capacity
        let drained = seconds * capacity * limits.maxUtilisation
        // A link that is slower than its capacity says, or carries what nobody placed, shows in what is on its way.
        queuedBytes = max(0, queuedBytes - drained, Double(sample.inFlightBytes))
        let weight = seconds / (seconds + Self.halfTime)
        placedShare += weight * (placedBytes / seconds / capacity - placedShare)
        runningShare += weight * (sample.bytesPerSecond / capacity - runningShare)
        placedBytes = 0
        share()
    }

    /// Fetched prefixes are a convenience: they end where hand-offs begin to need the link.
    private mutating func share() {
        let isQueued = queueSeconds > limits.maxQueue.inSeconds
        if sharesPrefixes {
            sharesPrefixes = utilisation <= limits.shareBelow + Self.sharingBand && !isQueued
        } else {
            sharesPrefixes = utilisation < limits.shareBelow && !isQueued
        }
    }
}
