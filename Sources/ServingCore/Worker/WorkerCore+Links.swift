import ServingTypes

/// Links to other workers: a closed one may come back, a lost worker does not.
extension WorkerCore {
    /// The link to a worker is there: what may have been lost is said again.
    mutating func linkOpened(_ peer: WorkerRef, now: Timestamp) {
        guard lostLinks.removeValue(forKey: peer) != nil else { return }
        for attempt in sequences.keys.sorted() {
            guard let sequence = sequences[attempt] else { continue }
            if sequence.sender?.receiver.worker == peer { renew(attempt, now: now) }
            guard let fetch = sequence.fetch, fetch.source.worker == peer, fetch.receiver == nil else {
                continue
            }
            outbox.append(.fetch(from: fetch.source, fetch.request))
        }
        for key in served.keys.sorted() where key.requester == peer {
            guard let transfer = served[key]?.transfer else { continue }
            outbox.append(.offer(to: transfer.receiver, transfer.offer))
        }
    }

    /// Transfers wait for a lost link for some time: a broken cable is no reason to compute a prompt again.
    mutating func linkLost(_ peer: WorkerRef, now: Timestamp) {
        guard isExchanging(with: peer), lostLinks[peer] == nil else { return }
        lostLinks[peer] = now + settings.reconnectTimeout
    }

    /// Whether anything is on its way from or to a worker: a lost link to it is worth dialing again.
    public func isExchanging(with peer: WorkerRef) -> Bool {
        sequences.values.contains { $0.transferPeer == peer || $0.fetch?.source.worker == peer }
            || served.keys.contains { $0.requester == peer }
            || parkedOffers.values.contains { $0.sender == peer }
    }

    /// Gives up workers whose link did not come back.
    mutating func tickLinks(now: Timestamp) {
        for peer in lostLinks.keys.sorted() {
            guard let deadline = lostLinks[peer], deadline <= now else { continue }
            lose(peer, now: now)
        }
    }

    /// Every unfinished transfer with a lost worker fails; verified sequences go on, and so do fetches by computing.
    mutating func lose(_ peer: WorkerRef, now: Timestamp) {
        lostLinks[peer] = nil
        for attempt in parkedOffers.keys.sorted() where parkedOffers[attempt]?.sender == peer {
            parkedOffers[attempt] = nil
        }
        let error = ServingError(.peerLost, "the link to \(peer.id) closed before its KV was verified")
        for attempt in sequences.keys.sorted() where sequences[attempt]?.transferPeer == peer {
            end(attempt, failure: error, abort: nil, isReported: true, now: now)
        }
        for attempt in sequences.keys.sorted() where sequences[attempt]?.fetch?.source.worker == peer {
            counters.failedFetches += 1
            finishFetch(attempt, now: now)
        }
        for key in served.keys.sorted() where key.requester == peer {
            endServed(key, abort: nil, now: now)
        }
        sendQueues[peer] = nil
        if probe?.peer.worker == peer { endProbe(now: now) }
        paths.lost(peer.id, now: now)
    }
}
