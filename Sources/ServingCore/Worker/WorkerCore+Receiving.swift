import KVCache
import ServingTypes

/// The receiver's side of a hand-off.
extension WorkerCore {
    /// An offer comes before its reservation, answers it, or is a sign of life.
    mutating func take(_ offer: KVOffer, from sender: WorkerRef, now: Timestamp) {
        let attempt = offer.attempt
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
                "\(sender) offers \(offer.blockCount) blocks, the prompt has \(receiver.blockCount)"
            )
            end(attempt, failure: error, abort: error, isReported: true, now: now)
            return
        }
        renewLease(attempt, now: now)
        if let answer = sequences[attempt]?.receiver?.answer(offer, now: now) {
            outbox.append(.held(to: sender, answer))
        }
    }

    /// The sender is done; decoding starts when the last chunk has landed too.
    mutating func take(_ handOff: KVHandOff, from sender: WorkerRef, now: Timestamp) {
        let attempt = handOff.attempt
        guard let sequence = sequences[attempt] else {
            if fence.wasVerified(attempt) {
                outbox.append(.verified(to: sender, attempt))
            } else if parkedOffers[attempt]?.sender == sender {
                parkedOffers[attempt]?.handOff = handOff  // A short prompt was faster than the reservation.
            } else {
                counters.stale += 1
            }
            return
        }
        guard authorize(attempt, grant: handOff.grant, sender: sender) else { return }
        guard sequence.phase == .receiving else {
            outbox.append(.verified(to: sender, attempt))  // The first confirmation was lost.
            return
        }
        renewLease(attempt, now: now)
        sequences[attempt]?.receiver?.handOff(handOff.token, now: now)
        admitIfComplete(attempt, now: now)
    }

    /// Says where a chunk's payload goes and pins the blocks until `endChunk`; called when its head has arrived.
    ///
    /// Everything that is late, unknown, duplicate or without the grant goes to the scratch sink. O(cells of the chunk).
    public mutating func beginChunk(_ chunk: KVChunk, from sender: WorkerRef, now: Timestamp)
        -> ChunkPlacement
    {
        guard let sequence = sequences[chunk.attempt], sequence.phase == .receiving else {
            counters.discardedChunks += 1
            return .discard(.leaseExpired)
        }
        let refusal: ServingErrorCode?
        if sequence.receiver?.sender == sender {
            refusal = sequences[chunk.attempt]?.receiver?.begin(chunk)
        } else {
            refusal = .unauthorized
        }
        if let refusal {
            counters.discardedChunks += 1
            if refusal == .unauthorized { counters.unauthorized += 1 }
            return .discard(refusal)
        }
        let blocks = Array(sequence.table[chunk.firstBlock..<chunk.firstBlock + chunk.blockCount])
        pool.pin(blocks, .writing)
        return .blocks(blocks)
    }

    /// Ends what `beginChunk` started; `isIntact` says whether all bytes came and match the checksum.
    public mutating func endChunk(
        _ chunk: KVChunk,
        placement: ChunkPlacement,
        isIntact: Bool,
        from sender: WorkerRef,
        now: Timestamp
    ) -> [WorkerAction] {
        guard case .blocks(let blocks) = placement else { return takeActions() }
        pool.unpin(blocks, .writing)
        let attempt = chunk.attempt
        guard sequences[attempt]?.phase == .receiving, sequences[attempt]?.receiver?.sender == sender else {
            return takeActions()
        }
        sequences[attempt]?.receiver?.end(chunk, isIntact: isIntact)
        guard isIntact else {
            let error = ServingError(
                .checksum,
                "layers \(chunk.firstLayer)+\(chunk.layerCount), blocks \(chunk.firstBlock)+\(chunk.blockCount)"
                    + " from \(sender) do not match their checksum"
            )
            end(attempt, failure: error, abort: error, isReported: true, now: now)
            return takeActions()
        }
        let bytes = chunk.layerCount * chunk.blockCount * settings.layout.layerBlockBytes
        counters.receivedBytes += bytes
        sequences[attempt]?.report.transferBytes += bytes
        renewLease(attempt, now: now)
        if let credit = sequences[attempt]?.receiver?.moreCredit(attempt: attempt) {
            outbox.append(.held(to: sender, credit))
        }
        admitIfComplete(attempt, now: now)
        return takeActions()
    }

    /// Starts decoding once every cell has landed and the token is known.
    private mutating func admitIfComplete(_ attempt: AttemptID, now: Timestamp) {
        guard let sequence = sequences[attempt], let receiver = sequence.receiver, receiver.isComplete,
            let token = receiver.token, let reservation = sequence.reservation
        else { return }
        precondition(pool.isCurrent(reservation), "blocks of attempt \(attempt) were handed out anew")
        pool.changeHold(reservation.table, from: sequence.hold, to: .running)
        sequences[attempt]?.phase = .decoding
        sequences[attempt]?.deadline = nil
        sequences[attempt]?.computedTokens = sequence.tokens.count
        sequences[attempt]?.report.transfer = now - (receiver.offeredAt ?? now)
        sequences[attempt]?.report.exposedTransfer = now - (receiver.tokenAt ?? now)
        publishFullBlocks(attempt)
        decoding.append(attempt)
        outbox.append(.verified(to: receiver.sender, attempt))
        append(token, to: attempt, now: now)
    }

    /// Keeps an early offer for a short time.
    ///
    /// One of an attempt that is over here gets no answer: the router knows and tells the sender, and an abort from
    /// here could make the sender's failure overtake this worker's own word to the router.
    private mutating func park(_ offer: KVOffer, from sender: WorkerRef, now: Timestamp) {
        guard !fence.isStale(offer.attempt), parkedOffers.count < settings.maxParkedOffers else {
            counters.stale += 1
            return
        }
        if parkedOffers[offer.attempt] != nil { return }
        let deadline = now + settings.offerParking
        parkedOffers[offer.attempt] = ParkedOffer(offer: offer, sender: sender, deadline: deadline)
    }

    func abort(_ attempt: AttemptID, _ code: ServingErrorCode, _ message: String) -> KVAbort {
        KVAbort(attempt: attempt, error: ServingError(code, message))
    }

    /// Refuses a message that lacks the grant or comes from another worker; the transfer itself is not disturbed.
    private mutating func authorize(_ attempt: AttemptID, grant: Grant, sender: WorkerRef) -> Bool {
        let isRight = sequences[attempt]?.receiver.map { $0.sender == sender && $0.grant == grant } ?? false
        guard !isRight else { return true }
        counters.unauthorized += 1
        let answer = abort(attempt, .unauthorized, "\(sender) shows no valid grant for \(attempt)")
        outbox.append(.abort(to: sender, answer))
        return false
    }
}
