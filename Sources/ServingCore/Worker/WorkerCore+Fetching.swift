import KVCache
import ServingTypes

/// Prefixes that this worker gets from others instead of computing them.
extension WorkerCore {
    /// Asks for the blocks that the plan names beyond those held here; `false` when there is nothing to gain.
    mutating func startFetch(for sequence: inout WorkSequence, now: Timestamp) -> Bool {
        let blockTokens = settings.layout.blockTokens
        guard let plan = sequence.assignment.fetch, plan.source.worker != settings.worker else {
            return false
        }
        // The last tokens are computed here: one for its logits, more when their queries choose what a budget keeps.
        let own = sequence.selected == nil ? 1 : settings.selectionQueryTokens
        let end = min(plan.blockCount, max(0, sequence.tokens.count - own) / blockTokens)
        let first = sequence.publishedBlocks
        guard end > first, end - first <= Self.maxFetchedBlocks else { return false }
        var hashes: [BlockHash] = []
        var parent = sequence.publishedHash
        for index in first..<end {
            let tokens = sequence.tokens[index * blockTokens..<(index + 1) * blockTokens]
            let hash = sequence.hasher.next(parent: parent, tokens: tokens)
            hashes.append(hash)
            parent = hash
        }
        let request = KVFetch(
            attempt: sequence.attempt,
            grant: sequence.assignment.grant,
            firstBlock: first,
            acceptsLossy: sequence.assignment.acceptsLossy,
            codec: sequence.assignment.codec,
            lease: sequence.assignment.lease,
            hashes: hashes
        )
        sequence.fetch = RunningFetch(
            source: plan.source,
            request: request,
            startedAt: now,
            deadline: now + settings.fetchStallTimeout,
            renewAt: now + settings.renewInterval
        )
        counters.fetches += 1
        outbox.append(.fetch(from: plan.source, request))
        return true
    }

    /// Most blocks that one fetch names.
    static var maxFetchedBlocks: Int { 65_536 }

    /// The source says which of the blocks it has, or shows that it is alive.
    mutating func takeFetchOffer(_ offer: KVOffer, from sender: WorkerRef, now: Timestamp) {
        let attempt = offer.transfer.attempt
        guard let fetch = sequences[attempt]?.fetch, fetch.source.worker == sender else {
            outbox.append(.abort(to: sender, abort(offer.transfer, .cancelled, "nothing is fetched for it")))
            return
        }
        guard offer.grant == fetch.request.grant else {
            counters.unauthorized += 1
            let message = "\(sender) shows no valid grant for \(offer.transfer)"
            outbox.append(.abort(to: sender, abort(offer.transfer, .unauthorized, message)))
            return
        }
        if fetch.receiver == nil {
            let end = min(offer.blockCount, fetch.request.firstBlock + fetch.request.hashes.count)
            guard end > fetch.request.firstBlock else {
                endFetch(attempt, abort: ServingError(.cancelled, "an offer of nothing"), now: now)
                return
            }
            sequences[attempt]?.fetch?.receiver = ReceiveTransfer(
                id: offer.transfer,
                sender: sender,
                grant: fetch.request.grant,
                content: KVContentMark(hashes: fetch.request.hashes),
                heldBlocks: fetch.request.firstBlock,
                blockCount: end,
                layout: settings.layout,
                windowBytes: settings.creditBytes
            )
            sequences[attempt]?.fetch?.renewAt = nil
            sequences[attempt]?.fetch?.deadline = now + settings.fetchStallTimeout
        }
        if let answer = sequences[attempt]?.fetch?.receiver?.answer(now: now) {
            outbox.append(.held(to: sender, answer))
        }
    }

    /// A chunk of a fetch has ended, well or not.
    mutating func fetchChunkEnded(_ attempt: AttemptID, now: Timestamp) {
        guard sequences[attempt]?.fetch?.receiver?.hasLanded == true else { return }
        endFetch(attempt, abort: nil, now: now)
    }

    /// Repeats a request without answer, and gives up a fetch that has come to a stop.
    mutating func tickFetch(_ attempt: AttemptID, now: Timestamp) {
        guard let fetch = sequences[attempt]?.fetch else { return }
        if fetch.deadline <= now {
            let message = "nothing of the prefix came for \(settings.fetchStallTimeout)"
            endFetch(attempt, abort: ServingError(.leaseExpired, message), now: now)
        } else if let renewAt = fetch.renewAt, renewAt <= now {
            sequences[attempt]?.fetch?.renewAt = now + settings.renewInterval
            outbox.append(.fetch(from: fetch.source, fetch.request))
        }
    }

    /// Ends a fetch and goes on with what has landed; the rest is computed.
    ///
    /// - Parameter abort: why it ends early, for the source; `nil` when everything has landed.
    mutating func endFetch(_ attempt: AttemptID, abort error: ServingError?, now: Timestamp) {
        guard let fetch = sequences[attempt]?.fetch else { return }
        let transfer = KVTransferID(attempt: attempt, kind: .fetch)
        if let error {
            counters.failedFetches += 1
            outbox.append(.abort(to: fetch.source.worker, KVAbort(transfer: transfer, error: error)))
        } else {
            outbox.append(.verified(to: fetch.source.worker, transfer))
            outbox.append(
                .transferred(
                    TransferDone(
                        transfer: transfer,
                        isSent: false,
                        codec: fetch.request.codec,
                        bytes: fetch.receiver?.landedBytes ?? 0,
                        elapsed: now - fetch.startedAt
                    )
                )
            )
        }
        finishFetch(attempt, now: now)
    }

    /// The source gave up, is gone, or has sent everything.
    mutating func finishFetch(_ attempt: AttemptID, now: Timestamp) {
        guard let sequence = sequences[attempt], let fetch = sequence.fetch else { return }
        let blocks = fetch.receiver?.completeBlocks ?? fetch.request.firstBlock
        // A lane may still write into blocks of which not everything came: they are left to it, and others computed.
        let doomed = fetch.receiver?.blocksBeingWritten ?? []
        if !doomed.isEmpty, var reservation = sequence.reservation {
            do throws(KVCacheError) {
                try pool.replace(doomed, of: &reservation, hold: sequence.hold)
                sequences[attempt]?.reservation = reservation
            } catch {
                let failure = ServingError(.noCapacity, error.description)
                sequences[attempt]?.fetch = nil
                end(attempt, failure: failure, abort: failure, isReported: true, now: now)
                return
            }
        }
        let tokens = (blocks - fetch.request.firstBlock) * settings.layout.blockTokens
        counters.fetchedTokens += tokens
        sequences[attempt]?.fetch = nil
        sequences[attempt]?.report.fetch = now - fetch.startedAt
        sequences[attempt]?.report.fetchedTokens = tokens
        if tokens > 0, fetch.request.acceptsLossy { sequences[attempt]?.fidelity = .lossy }
        sequences[attempt]?.computedTokens = blocks * settings.layout.blockTokens
        publishFullBlocks(attempt)
        startPrefilling(attempt, now: now)
    }
}

/// Prefixes that other workers get from this one.
extension WorkerCore {
    /// Holds the leading wanted blocks that are cached here and offers them.
    mutating func serve(_ fetch: KVFetch, to requester: WorkerAddress, now: Timestamp) {
        let key = ServedFetch.Key(attempt: fetch.attempt, requester: requester.worker)
        let transfer = KVTransferID(attempt: fetch.attempt, kind: .fetch)
        if let known = served[key] {
            outbox.append(.offer(to: requester, known.transfer.offer))
            return
        }
        guard !isWindingUp else {
            let message = "\(settings.worker.id) is being drained and has no work left"
            outbox.append(.abort(to: requester.worker, abort(transfer, .draining, message)))
            return
        }
        guard served.count < settings.maxServedFetches else {
            let message = "\(settings.maxServedFetches) fetches are being served"
            outbox.append(.abort(to: requester.worker, abort(transfer, .noCapacity, message)))
            return
        }
        let reservation = pool.holdPrefix(
            hashes: fetch.hashes,
            hold: .leased,
            accepting: fetch.acceptsLossy ? .lossy : .exact
        )
        guard !reservation.table.isEmpty else {
            let message = "block \(fetch.firstBlock) is not cached on \(settings.worker.id)"
            outbox.append(.abort(to: requester.worker, abort(transfer, .cancelled, message)))
            return
        }
        let end = fetch.firstBlock + reservation.table.count
        var sender = SendTransfer(
            id: transfer,
            receiver: requester,
            grant: fetch.grant,
            codec: fetch.codec,
            content: KVContentMark(hashes: fetch.hashes),
            blocks: fetch.firstBlock..<end,
            layout: settings.layout,
            groupLayers: settings.groupLayers,
            now: now
        )
        sender.computed(layers: settings.layout.layerCount, blocks: end)
        know(requester)
        served[key] = ServedFetch(
            reservation: reservation,
            lease: fetch.lease,
            transfer: sender,
            deadline: now + fetch.lease,
            renewAt: now + settings.renewInterval
        )
        outbox.append(.offer(to: requester, sender.offer))
    }

    /// Ends a served fetch; its blocks stay cached.
    mutating func endServed(_ key: ServedFetch.Key, abort error: ServingError?, now: Timestamp) {
        guard let fetch = served.removeValue(forKey: key) else { return }
        paths.abandoned(fetch.transfer.openBytes, to: key.requester.id, now: now)
        pool.release(fetch.reservation.table, .leased)
        guard let error else { return }
        outbox.append(.abort(to: key.requester, KVAbort(transfer: fetch.transfer.id, error: error)))
    }

    /// Ends served fetches whose requester is silent and repeats the offers of the others.
    mutating func tickServed(now: Timestamp) {
        for key in served.keys.sorted() {
            guard let fetch = served[key] else { continue }
            if fetch.deadline <= now {
                let message = "no sign of life from \(key.requester.id) for \(fetch.lease)"
                endServed(key, abort: ServingError(.leaseExpired, message), now: now)
            } else if fetch.renewAt <= now {
                served[key]?.renewAt = now + settings.renewInterval
                outbox.append(.offer(to: fetch.transfer.receiver, fetch.transfer.offer))
            }
        }
    }
}
