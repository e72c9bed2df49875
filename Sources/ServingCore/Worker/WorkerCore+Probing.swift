import ServingTypes

/// A probe under way: bytes without meaning on an idle path, confirmed frame by frame.
struct RunningProbe: Sendable {
    /// Bytes of one frame.
    static let frameBytes = 256 << 10

    let peer: WorkerAddress
    let startedAt: Timestamp
    /// Bytes that no lane has taken yet.
    var unsentBytes: Int
    /// Frames that were taken and not confirmed, and their bytes.
    var openFrames: [UInt64: Int] = [:]
}

extension WorkerCore {
    /// Starts to measure an idle path when one is due; the shell asks now and then.
    public mutating func considerProbe(now: Timestamp) -> [WorkerAction] {
        for change in paths.takeChanges() { outbox.append(.pathChanged(change)) }
        // A frame that was lost is never confirmed.
        if let running = probe, now - running.startedAt >= settings.paths.probeDeadline { endProbe(now: now) }
        if let running = probe, paths.inFlightBytes(to: running.peer.worker.id) == 0, running.unsentBytes == 0
        {
            probe = nil  // It was given up.
        }
        guard probe == nil, let order = paths.nextProbe(now: now) else { return takeActions() }
        guard let address = addresses[order.peer] else {
            paths.probeEnded(hasArrived: false, now: now)
            return takeActions()
        }
        probe = RunningProbe(peer: address, startedAt: now, unsentBytes: order.bytes)
        paths.backlog(true, to: order.peer, now: now)
        outbox.append(.wakeLanes(to: address))
        return takeActions()
    }

    /// The next frame of a probe to that worker, if one is under way.
    mutating func nextProbeFrame(to receiver: WorkerRef, now: Timestamp) -> KVProbe? {
        guard let running = probe, running.peer.worker == receiver, running.unsentBytes > 0 else {
            return nil
        }
        ticketCount += 1
        let bytes = min(running.unsentBytes, RunningProbe.frameBytes)
        probe?.unsentBytes -= bytes
        probe?.openFrames[ticketCount] = bytes
        paths.queued(bytes, to: receiver.id, now: now)
        return KVProbe(number: ticketCount, payloadBytes: bytes)
    }

    /// A frame has arrived.
    mutating func probed(_ number: UInt64, by peer: WorkerRef, now: Timestamp) {
        guard probe?.peer.worker == peer, let bytes = probe?.openFrames.removeValue(forKey: number) else {
            return
        }
        paths.delivered(bytes, to: peer.id, now: now)
        guard let running = probe, running.unsentBytes == 0, running.openFrames.isEmpty else { return }
        probe = nil
        paths.probeEnded(hasArrived: true, now: now)
    }

    /// Gives a probe up.
    mutating func endProbe(now: Timestamp) {
        guard let running = probe else { return }
        probe = nil
        paths.abandoned(running.openFrames.values.reduce(0, +), to: running.peer.worker.id, now: now)
        paths.probeEnded(hasArrived: false, now: now)
    }

    /// Remembers where a worker's lanes end, so that the path to it can be measured.
    mutating func know(_ address: WorkerAddress) {
        paths.know(address.worker.id)
        addresses[address.worker.id] = address
        guard addresses.count > settings.paths.maxPaths, let first = addresses.keys.min() else { return }
        addresses[first] = nil
    }
}
