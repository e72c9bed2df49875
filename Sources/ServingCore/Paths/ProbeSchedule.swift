import ServingTypes

/// When and how large the next probe of one path may be.
struct ProbeSchedule: Sendable {
    /// Growth of a probe after one that was too short to tell the rate.
    static let growth = 8
    /// A sample whose bounds are further apart than this does not make a path well known.
    static let informativeRatio = 1.5
    /// Part of the probe age to wait after a probe that did not arrive.
    static let retryDivisor = 10
    /// Probes are whole multiples of this.
    static let granule = 64 << 10

    /// Bytes of the probe under way; 0 without one.
    private var runningSize = 0
    /// When a sample last told the rate; `nil` if none did.
    private(set) var lastSample: Timestamp?
    /// Size of the last probe, as long as no probe told the rate; 0 otherwise.
    private var shortSize = 0
    /// When the last probe started; `nil` before the first.
    private var lastProbe: Timestamp?
    private var notBefore: Timestamp?

    var isRunning: Bool { runningSize > 0 }

    /// Whether a probe would tell something new.
    func isDue(_ settings: PathSettings, now: Timestamp) -> Bool {
        if let notBefore, now < notBefore { return false }
        return lastSample.map { now - $0 >= settings.probeAge } ?? true
    }

    /// Bytes of the next probe: what the estimated rate carries in the aimed time.
    func size(rate: Double?, _ settings: PathSettings) -> Int {
        var size = settings.smallestProbeBytes
        if let rate {
            let wanted = min(rate * settings.probeTime.inSeconds, Double(settings.largestProbeBytes))
            size = Int(wanted) / Self.granule * Self.granule
        }
        return max(
            settings.smallestProbeBytes,
            min(settings.largestProbeBytes, max(size, shortSize * Self.growth))
        )
    }

    mutating func started(size: Int, now: Timestamp) {
        runningSize = size
        lastProbe = now
    }

    /// Paths without a sample first, then those with the oldest; among them, the one that was probed longest
    /// ago.
    func precedes(_ other: Self) -> Bool? {
        let (left, right) = (lastSample ?? .zero, other.lastSample ?? .zero)
        if left != right { return left < right }
        let (leftProbe, rightProbe) = (lastProbe ?? .zero, other.lastProbe ?? .zero)
        return leftProbe == rightProbe ? nil : leftProbe < rightProbe
    }

    /// A sample, of a probe or not, told the rate.
    mutating func sampled(now: Timestamp) {
        lastSample = now
        shortSize = 0
    }

    /// Ends the probe; one that was over too soon to tell the rate is followed by a larger one.
    mutating func ended(hasArrived: Bool, _ settings: PathSettings, now: Timestamp) {
        let size = runningSize
        runningSize = 0
        let isKnown = lastSample.map { now - $0 < settings.probeAge } ?? false
        if isKnown {
            notBefore = nil
        } else if !hasArrived {
            notBefore = now + settings.probeAge / Self.retryDivisor
        } else if size < settings.largestProbeBytes {
            (shortSize, notBefore) = (size, nil)
        } else {
            (shortSize, notBefore) = (0, now + settings.probeAge)
        }
    }
}
