import ServingTypes

/// How parts end: done, failed, cancelled, expired, or with their peer.
extension WorkerCore {
    /// Ends a part: its blocks go back to the pool, its attempt is fenced, and whoever must know is told.
    ///
    /// - Parameters:
    ///   - failure: why the part failed; `nil` when it was done or taken back.
    ///   - abort: sent to the other side of a transfer that is not verified; `nil` when there is none to tell.
    ///   - isReported: whether the router is told.
    mutating func end(
        _ attempt: AttemptID,
        failure: ServingError?,
        abort: ServingError?,
        isReported: Bool,
        now: Timestamp
    ) {
        guard var sequence = sequences.removeValue(forKey: attempt) else { return }
        waiting.removeAll { $0 == attempt }
        prefilling.removeAll { $0 == attempt }
        decoding.removeAll { $0 == attempt }
        if failure != nil { counters.failures += 1 }
        let wasVerified = sequence.receiver != nil && sequence.phase == .decoding
        fence.retire(attempt, wasVerified: wasVerified)
        if let abort, let peer = sequence.transferPeer {
            let id = KVTransferID(attempt: attempt, kind: .handOff)
            outbox.append(.abort(to: peer, KVAbort(transfer: id, error: abort)))
        }
        if let fetch = sequence.fetch {
            let reason = abort ?? failure ?? ServingError(.cancelled, "attempt \(attempt.number) is over")
            let id = KVTransferID(attempt: attempt, kind: .fetch)
            outbox.append(.abort(to: fetch.source.worker, KVAbort(transfer: id, error: reason)))
        }
        if let sender = sequence.sender {
            paths.abandoned(sender.openBytes, to: sender.receiver.worker.id, now: now)
        }
        if sequence.phase == .decoding, let start = sequence.tokenAt { sequence.report.decode = now - start }
        if isReported {
            let ended = WorkEnded(attempt: attempt, failure: failure, report: sequence.report)
            outbox.append(.ended(sequence.router, ended))
        }
        if sequence.isStepping {
            doomed[attempt] = sequence
        } else {
            releaseBlocks(of: sequence)
        }
    }

    private mutating func releaseBlocks(of sequence: WorkSequence) {
        // What a tenant computes beyond its share does not displace what others will ask for again.
        let evictedFirst = sequence.assignment.terms.isBeyondShare
        pool.release(sequence.table, sequence.hold, evictedFirst: evictedFirst)
        if let selected = sequence.selected { pool.release(selected.table, sequence.hold) }
    }

    /// Releases what ended during the step that just finished.
    mutating func releaseDoomed(_ attempt: AttemptID) -> Bool {
        guard let sequence = doomed.removeValue(forKey: attempt) else { return sequences[attempt] == nil }
        releaseBlocks(of: sequence)
        return true
    }

    /// The other side of a transfer gave up.
    ///
    /// When it did so because its work was cancelled or its answer complete, the router knows: a failure told from here
    /// could overtake the other side's last token and cost the request an attempt.
    mutating func aborted(_ abort: KVAbort, by peer: WorkerRef, now: Timestamp) {
        let attempt = abort.transfer.attempt
        guard abort.transfer.kind == .handOff else {
            endServed(ServedFetch.Key(attempt: attempt, requester: peer), abort: nil, now: now)
            if sequences[attempt]?.fetch?.source.worker == peer {
                counters.failedFetches += 1
                finishFetch(attempt, now: now)
            }
            return
        }
        if parkedOffers[attempt]?.sender == peer { parkedOffers[attempt] = nil }
        guard let sequence = sequences[attempt], sequence.transferPeer == peer else { return }
        if abort.error.code == .cancelled {
            end(attempt, failure: nil, abort: nil, isReported: false, now: now)
            return
        }
        let error = ServingError(abort.error.code, "\(peer.id) gave up the transfer: \(abort.error.message)")
        end(attempt, failure: error, abort: nil, isReported: true, now: now)
    }

    /// Lets expire what has waited too long and repeats what senders must repeat.
    mutating func tick(now: Timestamp) {
        for attempt in parkedOffers.keys.sorted() {
            guard let parked = parkedOffers[attempt], parked.deadline <= now else { continue }
            parkedOffers[attempt] = nil
            let message = "no reservation came within \(settings.offerParking)"
            let id = KVTransferID(attempt: attempt, kind: .handOff)
            outbox.append(.abort(to: parked.sender, abort(id, .leaseExpired, message)))
        }
        tickLinks(now: now)
        tickServed(now: now)
        for attempt in sequences.keys.sorted() {
            guard let sequence = sequences[attempt] else { continue }
            if let deadline = sequence.deadline, deadline <= now {
                let peer = sequence.transferPeer.map { "\($0.id)" } ?? "its peer"
                let error = ServingError(
                    .leaseExpired,
                    "no sign of life from \(peer) for \(sequence.assignment.lease)"
                )
                end(attempt, failure: error, abort: error, isReported: true, now: now)
            } else if let renewAt = sequence.renewAt, renewAt <= now {
                renew(attempt, now: now)
            }
            tickFetch(attempt, now: now)
        }
    }
}
