import ServingTypes

/// Takes samples from the acknowledgements of bytes that were sent without a break.
///
/// ```
/// queued ··· first ack ── settle ──▶ window 1 ─▶ window 2 ─▶ …  last ack
/// ```
/// Windows start and end with the last acknowledgement of a cluster, so that a pause and the burst after it
/// fall into the same window. What comes before the first window may be a burst above the rate (token
/// buckets, kernel buffers) or the ramp of a connection. A window counts only when the next one agrees, or
/// for the only one its own halves do. Source of the interval rule: draft-cheng-iccrg-delivery-rate-
/// estimation.
struct SamplingRun: Sendable {
    /// Acknowledgements nearer to each other than this are one cluster.
    static let clusterGap = Duration.milliseconds(2)
    /// A cluster ends after this time even if no gap comes.
    static let clusterTime = Duration.milliseconds(5)
    /// Round trips after which a connection's ramp is taken to be over.
    static let rampRoundTrips = 12

    /// Whether the sender ran out of bytes within it.
    let isLimited: Bool
    /// Whether nothing was in flight when it started, so that its bytes did not wait behind others.
    private let startsIdle: Bool
    private let startedAt: Timestamp
    private let startDelivered: Int
    private var clusterStart: Timestamp?
    private var last: AcknowledgementMark?
    private var first: AcknowledgementMark?
    private var windowStart: AcknowledgementMark?
    private var middle: AcknowledgementMark?
    /// The last window, until the next one is known, and whether it was far above the one before.
    private var pending: SamplingWindow?
    private var hasGrown = false
    /// The rate of the window before; 0 before the first.
    private var previousRate = 0.0
    private var windowCount = 0

    /// Starts with the byte after `delivered`, which was given to a lane at `now`.
    init(isLimited: Bool, startsIdle: Bool, delivered: Int, now: Timestamp) {
        self.isLimited = isLimited
        self.startsIdle = startsIdle
        startedAt = now
        startDelivered = delivered
    }

    /// Takes one acknowledgement and appends the samples that it completes.
    mutating func acknowledged(
        _ mark: AcknowledgementMark,
        roundTrip: Duration,
        _ settings: PathSettings,
        into samples: inout [PathSample]
    ) {
        if let last, let start = clusterStart {
            let isOver = mark.time - last.time > Self.clusterGap || last.time - start > Self.clusterTime
            if isOver {
                clusterEnded(last, roundTrip: roundTrip, settings, into: &samples)
                clusterStart = mark.time
            }
        } else {
            clusterStart = mark.time
        }
        last = mark
    }

    /// Ends the run with the acknowledgements so far and appends its last samples.
    mutating func finish(roundTrip: Duration, _ settings: PathSettings, into samples: inout [PathSample]) {
        guard let last else { return }
        clusterEnded(last, roundTrip: roundTrip, settings, into: &samples)
        if let only = pending {
            judgeLast(only, upTo: last, roundTrip: roundTrip, settings, into: &samples)
        } else {
            judgeWhole(upTo: last, roundTrip: roundTrip, settings, into: &samples)
        }
    }

    private mutating func clusterEnded(
        _ mark: AcknowledgementMark,
        roundTrip: Duration,
        _ settings: PathSettings,
        into samples: inout [PathSample]
    ) {
        let origin = first ?? mark
        first = origin
        guard let start = windowStart else {
            let isSettled =
                mark.delivered - startDelivered >= settings.settleBytes
                || mark.time - origin.time >= settings.settleTime
            if isSettled { windowStart = mark }
            return
        }
        // A longer run affords longer, steadier windows.
        let affordable = min(settings.longestSampleTime, (mark.time - startedAt) / 4)
        let needed = max(settings.sampleTime, roundTrip * 2, affordable)
        let elapsed = mark.time - start.time
        if elapsed >= needed {
            closed(SamplingWindow(start: start, middle: middle, end: mark), into: &samples)
            windowStart = mark
            middle = nil
        } else if middle == nil, elapsed * 2 >= needed {
            middle = mark
        }
    }

    /// Keeps a window until the next one is known, and judges the one before.
    private mutating func closed(_ window: SamplingWindow, into samples: inout [PathSample]) {
        let rate = window.rate
        if let before = pending { judge(before, next: rate, into: &samples) }
        hasGrown = windowCount > 0 && rate > previousRate * SamplingWindow.steadyRatio
        pending = window
        previousRate = rate
        windowCount += 1
    }

    /// Growth that the next window does not confirm was a burst; a first window far below the next was the
    /// ramp.
    private func judge(_ window: SamplingWindow, next: Double, into samples: inout [PathSample]) {
        let isFirst = windowCount == 1
        let falls = window.rate > next * SamplingWindow.steadyRatio
        guard !falls || !(isFirst || hasGrown) else { return }
        let ramps = isFirst && next > window.rate * SamplingWindow.steadyRatio
        samples.append(window.sample(isSteady: !hasGrown && !ramps && !isLimited))
    }

    /// The last window has no next one; the only one must agree with itself.
    private func judgeLast(
        _ window: SamplingWindow,
        upTo last: AcknowledgementMark,
        roundTrip: Duration,
        _ settings: PathSettings,
        into samples: inout [PathSample]
    ) {
        guard windowCount == 1 else {
            if !hasGrown { samples.append(window.sample(isSteady: !isLimited)) }
            return
        }
        let isSteady: Bool
        if let growth = window.growth {
            let ratio = SamplingWindow.steadyRatio
            isSteady = growth <= ratio && growth * ratio >= 1
        } else {
            isSteady = window.start.time - startedAt >= roundTrip * Self.rampRoundTrips / 2
        }
        if isSteady {
            samples.append(window.sample(isSteady: !isLimited))
        } else {
            judgeWhole(upTo: last, roundTrip: roundTrip, settings, into: &samples)
        }
    }

    /// A run too short for a window still bounds the rate: a burst and the delays before the last
    /// acknowledgement leave a range.
    private func judgeWhole(
        upTo last: AcknowledgementMark,
        roundTrip: Duration,
        _ settings: PathSettings,
        into samples: inout [PathSample]
    ) {
        let bytes = last.delivered - startDelivered
        let elapsed = last.time - startedAt
        guard bytes > 0, elapsed > .zero else { return }
        let low = Double(max(0, bytes - settings.settleBytes)) / elapsed.inSeconds
        let carrying = elapsed - roundTrip - settings.acknowledgementDelay
        var sample = PathSample(low: low, high: .infinity, duration: elapsed)
        let isRamped = elapsed >= roundTrip * Self.rampRoundTrips * 2
        let isAlone = last.egress.sharedTime == .zero || first?.egress.sharedTime == last.egress.sharedTime
        if startsIdle, !isLimited, isRamped, isAlone, carrying * 2 >= elapsed {
            sample.high = Double(bytes) / carrying.inSeconds
        }
        samples.append(sample)
    }
}
