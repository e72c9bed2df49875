import Collections
import ServingTypes

/// Estimates the delivery rate of one path from what is given to its lanes and what its receiver
/// acknowledges.
///
/// ```
/// positions:  resolved ─────── cut ════════ limitedThrough ─────── sent
///             under a backlog     sender ran dry      under a backlog
/// ```
/// Positions count bytes in the order given to lanes. Bytes up to the cut were sent without a break; what
/// follows may have waited for the sender, so it proves nothing from above. Bytes given to TLS count only
/// once acknowledged: kernel buffers take several MiB at once.
struct PathEstimator: Sendable {
    /// Most send times kept; beyond that, neighbours are merged.
    static let maxSends = 256

    private(set) var filter: RateFilter
    private(set) var health = PathHealth()
    private(set) var trips = RoundTripMeter()
    private(set) var recent = RecentRate()
    private(set) var deliveredBytes = 0
    private(set) var isBacklogged = false
    private(set) var isProbed = false
    /// When something was last sent to this peer; `nil` if never.
    private(set) var lastUsed: Timestamp?
    private(set) var probing = ProbeSchedule()

    private let expectedSetting: Double?
    private var sent = 0
    private var resolved = 0
    private var cut: Int?
    private var limitedThrough = 0
    private var run: SamplingRun?
    private var sends: Deque<(end: Int, time: Timestamp)> = []
    private var lastQueued = Timestamp.zero
    private var newestAcknowledged = Timestamp.zero

    init(prior: Double, expected: Double?) {
        filter = RateFilter(prior: prior)
        expectedSetting = expected
    }

    /// Bytes given to lanes and neither acknowledged nor abandoned.
    var inFlightBytes: Int { sent - resolved }

    /// What the path should carry, in bytes per second; 0 when unknown.
    var expectedBytesPerSecond: Double { expectedSetting ?? filter.bestLongRun }

    mutating func queued(_ bytes: Int, now: Timestamp) {
        precondition(bytes > 0, "a chunk has \(bytes) bytes")
        if inFlightBytes == 0 {
            run = SamplingRun(isLimited: false, startsIdle: true, delivered: deliveredBytes, now: now)
            recent.started(now: now)
            (cut, limitedThrough) = (nil, sent)
            sends.removeAll(keepingCapacity: true)
            newestAcknowledged = now
        } else if !isBacklogged, !probing.isRunning, now != lastQueued {
            ranDry()
        }
        sent += bytes
        lastQueued = now
        lastUsed = now
        if sends.count == Self.maxSends { sends.removeLast() }
        sends.append((sent, now))
    }

    /// Says whether sendable bytes wait for a lane.
    mutating func backlog(_ isBacklogged: Bool) {
        self.isBacklogged = isBacklogged
        if !isBacklogged, !probing.isRunning { ranDry() }
    }

    /// What comes after the bytes in flight may have waited for the sender.
    private mutating func ranDry() {
        guard inFlightBytes > 0 else { return }
        cut = cut ?? sent
        limitedThrough = sent
    }

    /// Takes an acknowledgement of the oldest bytes in flight; more than those are ignored.
    mutating func delivered(
        _ bytes: Int,
        egress: EgressTotals,
        _ settings: PathSettings,
        now: Timestamp
    ) -> PathProgress {
        let bytes = min(bytes, inFlightBytes)
        guard bytes > 0 else { return PathProgress() }
        resolved += bytes
        deliveredBytes += bytes
        while let send = sends.first, send.end <= resolved {
            newestAcknowledged = send.time
            sends.removeFirst()
        }
        recent.delivered(bytes, isIdle: inFlightBytes == 0, now: now)
        let mark = AcknowledgementMark(
            time: now,
            sentAt: newestAcknowledged,
            delivered: deliveredBytes,
            egress: egress
        )
        var samples: [PathSample] = []
        sampled(mark, settings, into: &samples)
        return learn(samples, settings, now: now)
    }

    private mutating func sampled(
        _ mark: AcknowledgementMark,
        _ settings: PathSettings,
        into samples: inout [PathSample]
    ) {
        let isPastLimit = resolved > limitedThrough
        let crosses =
            run.map { run in run.isLimited ? isPastLimit : cut.map { resolved > $0 } ?? false } ?? true
        if crosses {
            run?.finish(roundTrip: trips.least, settings, into: &samples)
            if isPastLimit { cut = nil }
            run = laterRun(isLimited: !isPastLimit, now: mark.time)
        }
        run?.acknowledged(mark, roundTrip: trips.least, settings, into: &samples)
        guard inFlightBytes == 0 else { return }
        run?.finish(roundTrip: trips.least, settings, into: &samples)
        run = nil
    }

    /// A run that starts with the bytes in flight, the oldest of which were sent before `now`.
    private func laterRun(isLimited: Bool, now: Timestamp) -> SamplingRun {
        let start = min(now, sends.first?.time ?? now)
        return SamplingRun(isLimited: isLimited, startsIdle: false, delivered: deliveredBytes, now: start)
    }

    /// Takes bytes out of flight that will never be acknowledged; what follows is a new stretch.
    mutating func abandoned(_ bytes: Int, _ settings: PathSettings, now: Timestamp) -> PathProgress {
        let bytes = min(bytes, inFlightBytes)
        guard bytes > 0 else { return PathProgress() }
        resolved += bytes
        var samples: [PathSample] = []
        run?.finish(roundTrip: trips.least, settings, into: &samples)
        // Which bytes are gone is not known, so the positions of what is left are not either.
        limitedThrough = sent
        cut = resolved
        let isLeft = inFlightBytes > 0
        run = isLeft ? laterRun(isLimited: true, now: now) : nil
        if !isLeft { recent.delivered(0, isIdle: true, now: now) }
        return learn(samples, settings, now: now)
    }

    /// Changes the path in place and says where it stood before and after.
    mutating func changed(
        by change: (inout Self, EgressTotals) -> PathProgress,
        _ totals: EgressTotals
    ) -> (before: PathStanding, progress: PathProgress, after: PathStanding) {
        let before = standing
        let progress = change(&self, totals)
        return (before, progress, standing)
    }

    private var standing: PathStanding {
        PathStanding(
            inFlight: inFlightBytes,
            delivered: deliveredBytes,
            isBusy: inFlightBytes > 0 ? 1 : 0,
            isBacklogged: inFlightBytes > 0 && (isBacklogged || probing.isRunning) ? 1 : 0
        )
    }

    mutating func roundTrip(_ sample: Duration) { trips.add(sample) }

    /// Bytes of the next probe.
    func probeSize(_ settings: PathSettings) -> Int { probing.size(rate: filter.estimate, settings) }

    mutating func probeStarted(size: Int, now: Timestamp) { probing.started(size: size, now: now) }

    mutating func probeEnded(hasArrived: Bool, _ settings: PathSettings, now: Timestamp) {
        probing.ended(hasArrived: hasArrived, settings, now: now)
        if !isBacklogged { ranDry() }
    }

    private mutating func learn(_ samples: [PathSample], _ settings: PathSettings, now: Timestamp)
        -> PathProgress
    {
        var progress = PathProgress()
        for sample in samples {
            let count = filter.sampleCount
            filter.add(sample)
            guard filter.sampleCount > count else { continue }
            isProbed = probing.isRunning
            if sample.high <= sample.low * ProbeSchedule.informativeRatio { probing.sampled(now: now) }
            if sample.high == sample.low { progress.provesAlone = true }
            let hasChanged = health.changes(
                rate: filter.rate,
                expected: expectedBytesPerSecond,
                settings
            )
            if hasChanged { progress.healthChanged.toggle() }
        }
        return progress
    }

}
