import KVCache
import ServingTypes

/// The receiver's side of transfers.
extension WorkerCore {
    /// An offer comes before its reservation, answers it, or is a sign of life.
    mutating func take(_ offer: KVOffer, from sender: WorkerRef, now: Timestamp) {
        guard offer.transfer.kind == .handOff else {
            takeFetchOffer(offer, from: sender, now: now)
            return
        }
        let attempt = offer.transfer.attempt
        guard let sequence = sequences[attempt] else {
            park(offer, from: sender, now: now)
            return
        }
        guard authorize(attempt, grant: offer.grant, sender: sender),
            let receiver = sequence.receiver, sequence.phase == .receiving
        else { return }
        guard offer.blockCount == receiver.blockCount else {
            let error = ServingError(
                .protocolViolation,
                "\(sender) offers \(offer.blockCount) blocks, \(receiver.blockCount) are expected"
            )
            end(attempt, failure: error, abort: error, isReported: true, now: now)
            return
        }
        renewLease(attempt, now: now)
        if let answer = sequences[attempt]?.receiver?.answer(now: now) {
            outbox.append(.held(to: sender, answer))
        }
    }

    /// The sender is done; decoding starts when the last chunk has landed too.
    mutating func take(_ handOff: KVHandOff, from sender: WorkerRef, now: Timestamp) {
        let attempt = handOff.attempt
        guard let sequence = sequences[attempt] else {
            if fence.wasVerified(attempt) {
                outbox.append(.verified(to: sender, KVTransferID(attempt: attempt, kind: .handOff)))
            } else if parkedOffers[attempt]?.sender == sender {
                parkedOffers[attempt]?.handOff = handOff  // A short prompt was faster than the reservation.
            } else {
                counters.stale += 1
            }
            return
        }
        guard authorize(attempt, grant: handOff.grant, sender: sender) else { return }
        guard sequence.phase == .receiving else {
            // The first confirmation was lost.
            outbox.append(.verified(to: sender, KVTransferID(attempt: attempt, kind: .handOff)))
            return
        }
        renewLease(attempt, now: now)
        let isRepeated = sequence.receiver?.token != nil
        sequences[attempt]?.receiver?.handOff(handOff.token, now: now)
        admitIfComplete(attempt, now: now)
        guard isRepeated, sequences[attempt]?.phase == .receiving else { return }
        // The sender believes that it has sent everything: what is missing here may be lost.
        if let answer = sequences[attempt]?.receiver?.answer(now: now) {
            outbox.append(.held(to: sender, answer))
        }
    }

    /// Says where a chunk's payload goes and pins the blocks until `endChunk`; called when its head has arrived.
    ///
    /// Everything that is late, unknown, duplicate or without the grant goes to the scratch sink. O(cells of the chunk).
    public mutating func beginChunk(_ chunk: KVChunk, from sender: WorkerRef, now: Timestamp)
        -> ChunkPlacement
    {
        let id = chunk.transfer
        let begun = withReceiver(id) { receiver, table in
            guard receiver.sender == sender else { return Begun.refused(.unauthorized) }
            if let refusal = receiver.begin(chunk) { return .refused(refusal) }
            return .placed(Array(table[chunk.blockRange]), receiver.content)
        }
        guard case .placed(let blocks, let content) = begun ?? .refused(.leaseExpired) else {
            counters.discardedChunks += 1
            guard case .refused(let refusal) = begun else { return .discard(.leaseExpired) }
            if refusal == .unauthorized { counters.unauthorized += 1 }
            return .discard(refusal)
        }
        pool.pin(blocks, .writing)
        return .blocks(blocks, content: content)
    }

    /// Ends what `beginChunk` started.
    public mutating func endChunk(
        _ chunk: KVChunk,
        placement: ChunkPlacement,
        _ outcome: ChunkOutcome,
        from sender: WorkerRef,
        now: Timestamp
    ) -> [WorkerAction] {
        guard case .blocks(let blocks, _) = placement else { return takeActions() }
        pool.unpin(blocks, .writing)
        let mark = preemptionMark
        defer { notePreemption(since: mark) }
        let id = chunk.transfer
        let ended = withReceiver(id) { receiver, _ in
            receiver.sender == sender ? receiver.end(chunk, outcome) : nil
        }
        let repair = ended ?? nil
        guard let repair else { return takeActions() }
        if outcome == .damaged { counters.damagedChunks += 1 }
        switch repair {
        case .none: landed(chunk, from: sender, now: now)
        case .resend: outbox.append(.resend(to: sender, KVResend(transfer: id, numbers: [chunk.number])))
        case .fail:
            let error = ServingError(
                .checksum,
                "layers \(chunk.firstLayer)+\(chunk.layerCount), blocks \(chunk.firstBlock)+\(chunk.blockCount)"
                    + " from \(sender) came damaged \(ReceiveTransfer.maxStrikes) times in a row"
            )
            switch id.kind {
            case .handOff: end(id.attempt, failure: error, abort: error, isReported: true, now: now)
            case .fetch: endFetch(id.attempt, abort: error, now: now)
            }
        }
        return takeActions()
    }

    private mutating func landed(_ chunk: KVChunk, from sender: WorkerRef, now: Timestamp) {
        let id = chunk.transfer
        let bytes = chunk.cellCount * settings.layout.layerBlockBytes
        counters.received[chunk.codec] += bytes
        let fetchDeadline = now + settings.fetchStallTimeout
        let landed = withSequence(id.attempt) { sequence in
            if chunk.codec.isLossy { sequence.fidelity = .lossy }
            switch id.kind {
            case .handOff:
                sequence.report.transferBytes += bytes
                sequence.renewLease(now: now)
                return (sequence.receiver?.acknowledgement(now: now), sequence.receiver?.isComplete == true)
            case .fetch:
                sequence.fetch?.deadline = fetchDeadline
                return (sequence.fetch?.receiver?.acknowledgement(now: now), false)
            }
        }
        guard let (answer, isComplete) = landed else { return }
        if let answer { outbox.append(.held(to: sender, answer)) }
        if isComplete { admitIfComplete(id.attempt, now: now) }
        if id.kind == .fetch { fetchChunkEnded(id.attempt, now: now) }
    }

    /// What came of the head of a chunk.
    private enum Begun {
        case placed([BlockIndex], KVContentMark)
        case refused(ServingErrorCode)
    }

    /// Changes the receiving half of a transfer, if it is under way, given the table of its blocks.
    private mutating func withReceiver<Result>(
        _ id: KVTransferID,
        _ change: (inout ReceiveTransfer, [BlockIndex]) -> Result
    ) -> Result? {
        withSequence(id.attempt) { sequence in
            let table = sequence.table
            switch id.kind {
            case .handOff:
                return sequence.phase == .receiving ? sequence.receiver?.apply { change(&$0, table) } : nil
            case .fetch: return sequence.fetch?.receiver?.apply { change(&$0, table) }
            }
        } ?? nil
    }

    /// Starts decoding once every cell has landed and the token is known.
    private mutating func admitIfComplete(_ attempt: AttemptID, now: Timestamp) {
        guard sequences[attempt]?.receiver?.isComplete == true, let sequence = sequences[attempt],
            let receiver = sequence.receiver, let token = receiver.token,
            let reservation = sequence.reservation
        else { return }
        precondition(pool.isCurrent(reservation), "blocks of attempt \(attempt) were handed out anew")
        pool.changeHold(reservation.table, from: sequence.hold, to: .running)
        sequences[attempt]?.phase = .decoding
        sequences[attempt]?.deadline = nil
        sequences[attempt]?.computedTokens = sequence.tokens.count
        // What the sender computed may rest on cached KV that was lossy already.
        if receiver.heldBlocks < receiver.blockCount, sequence.assignment.acceptsLossy {
            sequences[attempt]?.fidelity = .lossy
        }
        sequences[attempt]?.report.transfer = now - (receiver.offeredAt ?? now)
        sequences[attempt]?.report.exposedTransfer = now - (receiver.tokenAt ?? now)
        publishFullBlocks(attempt)
        decoding.append(attempt)
        outbox.append(.verified(to: receiver.sender, receiver.id))
        outbox.append(
            .transferred(
                TransferDone(
                    transfer: receiver.id,
                    isSent: false,
                    codec: sequence.assignment.codec,
                    bytes: sequence.report.transferBytes,
                    elapsed: now - (receiver.offeredAt ?? now)
                )
            )
        )
        append(token, to: attempt, now: now)
    }

    /// Keeps an early offer for a short time.
    ///
    /// A worker that is drained keeps none, as it refuses the reservation. One of an attempt that is over here gets no answer: the router knows and tells the sender, and an abort from
    /// here could make the sender's failure overtake this worker's own word to the router.
    private mutating func park(_ offer: KVOffer, from sender: WorkerRef, now: Timestamp) {
        let attempt = offer.transfer.attempt
        guard !isDraining, !fence.isStale(attempt), parkedOffers.count < settings.maxParkedOffers else {
            counters.stale += 1
            return
        }
        if parkedOffers[attempt] != nil { return }
        let deadline = now + settings.offerParking
        parkedOffers[attempt] = ParkedOffer(offer: offer, sender: sender, deadline: deadline)
    }

    func abort(_ id: KVTransferID, _ code: ServingErrorCode, _ message: String) -> KVAbort {
        KVAbort(transfer: id, error: ServingError(code, message))
    }

    /// Refuses a message that lacks the grant or comes from another worker; the transfer itself is not disturbed.
    private mutating func authorize(_ attempt: AttemptID, grant: Grant, sender: WorkerRef) -> Bool {
        let isRight = sequences[attempt]?.receiver.map { $0.sender == sender && $0.grant == grant } ?? false
        guard !isRight else { return true }
        counters.unauthorized += 1
        let id = KVTransferID(attempt: attempt, kind: .handOff)
        let answer = abort(id, .unauthorized, "\(sender) shows no valid grant for \(attempt)")
        outbox.append(.abort(to: sender, answer))
        return false
    }
}

extension ReceiveTransfer {
    /// Lets a closure change the value where it stands.
    fileprivate mutating func apply<Result>(_ change: (inout Self) -> Result) -> Result { change(&self) }
}
