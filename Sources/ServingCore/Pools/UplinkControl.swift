import ServingTypes

/// Keeps one direction of a site's uplink below its limit by making bytes over it dearer for placement.
///
/// The charge is a multiple `k` of the time that a byte takes on the whole uplink. While utilisation or queue is
/// beyond the limit, `k` grows by a quarter each second, so that the load falls fast; below the limit less a band
/// it falls by a fiftieth, so that the load comes back slowly; in between it stays. That is AIMD seen from the
/// load, bounded on both ends. One transfer alone fills a link while it lasts: what counts is the mean over a few
/// seconds. Source: PrfaaS (arXiv 2604.15039), which raises its threshold when egress utilisation or queue grows.
struct UplinkControl: Sendable {
    /// Between two looks.
    static let interval = Duration.milliseconds(250)
    /// Where the charge starts, and where it ends, in multiples of the wire time.
    static let first = 0.05
    static let most = 64.0
    /// By what it grows, and falls, with a look: as a share of itself, and at least.
    static let growth = 1.06
    static let fall = 0.005
    static let leastFall = 0.00125
    /// Width of the band in which nothing changes, as a share of the limit.
    static let band = 0.15
    /// Time that moves the averages half of the way, in seconds.
    static let halfTime = 5.0
    /// How much busier than ``SiteLimits/shareBelow`` the link must be before sharing ends.
    static let sharingBand = 0.1

    let limits: SiteLimits
    /// Smoothed share of the capacity in use.
    private(set) var utilisation = 0.0
    /// Until what is on its way has crossed, in seconds.
    private(set) var queueSeconds = 0.0
    /// The charge, in multiples of the wire time.
    private(set) var factor = 0.0
    /// Whether prefixes may be fetched across.
    private(set) var sharesPrefixes = true
    private var capacity = 0.0
    /// Bytes that were placed and have not been seen yet.
    private var placedBytes = 0.0
    private var steppedAt: Timestamp?

    init(limits: SiteLimits) { self.limits = limits }

    /// Seconds that placement charges for a byte.
    var penaltySecondsPerByte: Double { capacity > 0 ? factor / capacity : 0 }

    /// A plan was chosen that sends so many bytes across: they show before the link does.
    mutating func place(bytes: Int) { placedBytes += Double(max(0, bytes)) }

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
        let weight = seconds / (seconds + Self.halfTime)
        capacity = sample.capacity
        // What was placed will cross, what runs does: the larger of the two is the load.
        let load = max(sample.bytesPerSecond, placedBytes / seconds) / capacity
        placedBytes = 0
        utilisation += weight * (load - utilisation)
        queueSeconds += weight * (Double(sample.inFlightBytes) / capacity - queueSeconds)
        charge()
        share()
    }

    private mutating func charge() {
        let queue = queueSeconds / max(1e-3, limits.maxQueue.inSeconds)
        let fill = max(utilisation / limits.maxUtilisation, queue)
        if fill > 1 {
            // One step however long ago the last was: what it does shows only after it.
            factor = min(Self.most, max(Self.first, factor * Self.growth))
        } else if fill < 1 - Self.band {
            factor = max(0, factor - max(Self.leastFall, Self.fall * factor))
        }
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
