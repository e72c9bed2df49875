import ServingTypes

/// One worker's knowledge of its paths to others: rates, state, what is in flight, and which path to probe.
///
/// A value without a clock: the core tells it what happens and when. Bytes are those on the wire, after the
/// codec. O(1) for each chunk and acknowledgement; O(paths) for reports and probes.
public struct PathBook: Sendable {
    /// Time over which concurrent deliveries are summed.
    static let egressInterval = Duration.milliseconds(250)

    /// How paths are measured.
    public private(set) var settings: PathSettings
    var paths: [WorkerID: PathEstimator] = [:]
    var budget: ProbeBudget
    /// The probe under way, and when it started.
    var probe: (peer: WorkerID, since: Timestamp)?
    private var changes: [PathChange] = []
    private var egress = CapacityMeter<WorkerID>(interval: Self.egressInterval)
    private var totals = EgressTotals()
    private var totalsAt = Timestamp.zero
    private var busyPaths = 0
    private var backloggedPaths = 0

    /// Bytes that the worker has in flight to all peers.
    public private(set) var egressInFlightBytes = 0

    /// A book without paths.
    public init(settings: PathSettings) {
        settings.check()
        self.settings = settings
        budget = ProbeBudget(settings)
    }

    /// Calls paths degraded below another share of what is expected from now on; the rest of the settings stays.
    public mutating func update(degradedFraction: Double) {
        settings.degradedFraction = degradedFraction
        settings.check()
    }

    /// What the worker can send in all, in bytes per second: the most that was seen; 0 before anything was
    /// sent.
    public var egressBytesPerSecond: Double { egress.bytesPerSecond }

    /// Bytes given to lanes towards one peer and not yet acknowledged.
    public func inFlightBytes(to peer: WorkerID) -> Int { paths[peer]?.inFlightBytes ?? 0 }

    /// The changes of state since the last call, each once, in the order in which they happened.
    public mutating func takeChanges() -> [PathChange] {
        defer { changes = [] }
        return changes
    }

    /// Makes a peer known, so that it may be probed; what is known of it stays.
    public mutating func know(_ peer: WorkerID) {
        guard paths[peer] == nil else { return }
        makeRoom()
        paths[peer] = PathEstimator(
            prior: settings.priorBytesPerSecond,
            expected: settings.expectedBytesPerSecond[peer]
        )
    }

    /// Forgets a peer and all that was measured of the path to it.
    public mutating func forget(_ peer: WorkerID, now: Timestamp) {
        lost(peer, now: now)
        paths[peer] = nil
    }

    /// A lane took a chunk; chunks taken at the same moment carry the same `now`.
    public mutating func queued(_ bytes: Int, to peer: WorkerID, now: Timestamp) {
        know(peer)
        update(peer, now: now) { path, _ in
            path.queued(bytes, now: now)
            return PathProgress()
        }
    }

    /// Says whether chunks for the peer wait that a lane could take now: computed, wanted, and covered by
    /// credit.
    ///
    /// Called after each change, and after the `queued` of the chunk that ended the wait. Calls that change
    /// nothing do no harm as long as the flag tells the truth.
    public mutating func backlog(_ isBacklogged: Bool, to peer: WorkerID, now: Timestamp) {
        update(peer, now: now) { path, _ in
            path.backlog(isBacklogged)
            return PathProgress()
        }
    }

    /// The receiver acknowledged bytes; those that are not in flight (duplicates) are ignored.
    public mutating func delivered(_ bytes: Int, to peer: WorkerID, now: Timestamp) {
        let settings = settings
        totals.delivered += min(bytes, inFlightBytes(to: peer))
        update(peer, now: now) { $0.delivered(bytes, egress: $1, settings, now: now) }
    }

    /// Bytes were given to a lane and will never be acknowledged: their transfer ended, or they are sent
    /// again.
    public mutating func abandoned(_ bytes: Int, to peer: WorkerID, now: Timestamp) {
        let settings = settings
        update(peer, now: now) { path, _ in path.abandoned(bytes, settings, now: now) }
    }

    /// The link broke: nothing in flight to this peer will be acknowledged, and a probe of it is over.
    public mutating func lost(_ peer: WorkerID, now: Timestamp) {
        backlog(false, to: peer, now: now)
        abandoned(inFlightBytes(to: peer), to: peer, now: now)
        if probe?.peer == peer { probeEnded(hasArrived: false, now: now) }
    }

    /// A heartbeat to the peer was answered after this time.
    public mutating func roundTrip(_ time: Duration, to peer: WorkerID) { paths[peer]?.roundTrip(time) }
}

extension PathBook {
    /// Changes one path and keeps the sums over all of them; nothing happens for a peer that is not known.
    mutating func update(
        _ peer: WorkerID,
        now: Timestamp,
        _ change: (inout PathEstimator, EgressTotals) -> PathProgress
    ) {
        if busyPaths > 1, now > totalsAt { totals.sharedTime += now - totalsAt }
        totalsAt = now
        guard let index = paths.index(forKey: peer) else { return }
        let (before, progress, after) = paths.values[index].changed(by: change, totals)
        egressInFlightBytes += after.inFlight - before.inFlight
        busyPaths += after.isBusy - before.isBusy
        backloggedPaths += after.isBacklogged - before.isBacklogged
        let path = progress.isEmpty ? nil : paths[peer]
        if progress.healthChanged, let path {
            changes.append(
                PathChange(
                    peer: peer,
                    isDegraded: path.health.isDegraded,
                    bytesPerSecond: path.filter.rate,
                    expectedBytesPerSecond: path.expectedBytesPerSecond
                )
            )
        }
        if progress.provesAlone, let path { egress.carriedAlone(path.filter.rate, by: peer) }
        egress.carried(
            after.delivered - before.delivered,
            activePaths: busyPaths,
            isFull: busyPaths > 1 && backloggedPaths == busyPaths,
            now: now
        )
    }

    /// Drops the least recently used idle path when there are too many.
    private mutating func makeRoom() {
        guard paths.count >= settings.maxPaths else { return }
        let idle = paths.filter { $0.value.inFlightBytes == 0 && !$0.value.probing.isRunning }
        let oldest = idle.min { ($0.value.lastUsed ?? .zero, $0.key) < ($1.value.lastUsed ?? .zero, $1.key) }
        if let oldest { paths[oldest.key] = nil }
    }
}
