import ServingTypes

/// Probes: idle paths are measured now and then, one at a time, within a budget.
extension PathBook {
    /// The probe to send now, if any; it counts as under way until ``probeEnded(hasArrived:now:)``.
    ///
    /// Never while the worker sends anything. Paths without a sample come first, then those with the oldest.
    /// The probe's chunks are reported like any others: `queued`, then `delivered`; they count as sent under
    /// a backlog. O(paths), but only when nothing is in flight.
    public mutating func nextProbe(now: Timestamp) -> PathProbe? {
        if let probe, now - probe.since >= settings.probeDeadline { probeEnded(hasArrived: false, now: now) }
        guard probe == nil, egressInFlightBytes == 0, settings.probeBytesPerHour > 0 else { return nil }
        let due = paths.filter { !$0.value.isBacklogged && $0.value.probing.isDue(settings, now: now) }
        let best = due.min { $0.value.probing.precedes($1.value.probing) ?? ($0.key < $1.key) }
        guard let (peer, path) = best else { return nil }
        let size = path.probeSize(settings)
        guard budget.spend(size, now: now) else { return nil }
        probe = (peer, now)
        paths[peer]?.probeStarted(size: size, now: now)
        return PathProbe(peer: peer, bytes: size)
    }

    /// Ends the probe under way: all of it was acknowledged, or it will not be.
    ///
    /// Bytes of it that are still in flight are given to `abandoned` by the caller, like those of any
    /// transfer.
    public mutating func probeEnded(hasArrived: Bool, now: Timestamp) {
        guard let peer = probe?.peer else { return }
        probe = nil
        let settings = settings
        update(peer, now: now) { path, _ in
            path.probeEnded(hasArrived: hasArrived, settings, now: now)
            return PathProgress()
        }
    }
}
