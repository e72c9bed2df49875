import ServingTypes

/// The sender's side of transfers: hand-offs of this worker's sequences, and prefixes that others fetch.
extension WorkerCore {
    /// The receiver says what it holds, acknowledges, or extends the credit: all are signs of life.
    mutating func take(_ answer: KVHeld, from receiver: WorkerRef, now: Timestamp) {
        let acknowledged = withSender(answer.transfer, to: receiver) { $0.hold(answer) }
        guard let acknowledged else { return }
        if acknowledged > 0 { paths.delivered(acknowledged, to: receiver.id, now: now) }
        renewLease(answer.transfer, to: receiver, now: now)
        offerToLanes(answer.transfer, to: receiver, now: now)
    }

    /// The receiver got chunks damaged or torn.
    mutating func take(_ resend: KVResend, from receiver: WorkerRef, now: Timestamp) {
        guard withSender(resend.transfer, to: receiver, { $0.resend(resend.numbers) }) != nil else { return }
        renewLease(resend.transfer, to: receiver, now: now)
        offerToLanes(resend.transfer, to: receiver, now: now)
    }

    /// The receiver has everything: nothing is owed any more.
    mutating func verified(_ transfer: KVTransferID, by receiver: WorkerRef, now: Timestamp) {
        guard let acknowledged = withSender(transfer, to: receiver, { $0.finish() }) else { return }
        if acknowledged > 0 { paths.delivered(acknowledged, to: receiver.id, now: now) }
        switch transfer.kind {
        case .fetch:
            counters.servedFetches += 1
            let key = ServedFetch.Key(attempt: transfer.attempt, requester: receiver)
            if let fetch = served[key] { outbox.append(.transferred(fetch.transfer.done(now: now))) }
            endServed(key, abort: nil, now: now)
        case .handOff: handOffVerified(transfer.attempt, by: receiver, now: now)
        }
    }

    private mutating func handOffVerified(_ attempt: AttemptID, by receiver: WorkerRef, now: Timestamp) {
        guard let sequence = sequences[attempt], sequence.phase == .handingOff else {
            let error = ServingError(.protocolViolation, "\(receiver) verified KV that was not handed off")
            end(attempt, failure: error, abort: error, isReported: true, now: now)
            return
        }
        sequences[attempt]?.report.transfer = now - (sequence.sender?.offeredAt ?? now)
        sequences[attempt]?.report.exposedTransfer = now - (sequence.tokenAt ?? now)
        if let sender = sequence.sender { outbox.append(.transferred(sender.done(now: now))) }
        end(attempt, failure: nil, abort: nil, isReported: true, now: now)
    }

    /// Changes one sequence where it lies; `nil` when there is none of that name.
    ///
    /// A sequence is large: reading one out of the table costs more than what is done with it for a chunk.
    @discardableResult
    mutating func withSequence<Result>(
        _ attempt: AttemptID,
        _ change: (inout WorkSequence) -> Result
    ) -> Result? {
        guard let index = sequences.index(forKey: attempt) else { return nil }
        return change(&sequences.values[index])
    }

    /// Changes one sending transfer; `nil` when there is none of that name to that worker.
    @discardableResult
    mutating func withSender<Result>(
        _ id: KVTransferID,
        to receiver: WorkerRef,
        _ change: (inout SendTransfer) -> Result
    ) -> Result? {
        switch id.kind {
        case .handOff:
            return withSequence(id.attempt) { sequence in
                guard sequence.sender?.receiver.worker == receiver else { return nil }
                return sequence.sender?.apply(change)
            } ?? nil
        case .fetch:
            let key = ServedFetch.Key(attempt: id.attempt, requester: receiver)
            guard let index = served.index(forKey: key) else { return nil }
            return change(&served.values[index].transfer)
        }
    }

    /// Repeats the sender's last word, so that the receiver keeps its reservation and a lost message is made good.
    mutating func renew(_ attempt: AttemptID, now: Timestamp) {
        guard let sender = sequences[attempt]?.sender else { return }
        sequences[attempt]?.renewAt = now + settings.renewInterval
        if let handOff = sender.handOff, sender.isAllSent {
            outbox.append(.handOff(to: sender.receiver.worker, handOff))
        } else {
            outbox.append(.offer(to: sender.receiver, sender.offer))
        }
    }

    /// Starts the lease of a sending part anew after a sign of life from its peer.
    private mutating func renewLease(_ id: KVTransferID, to receiver: WorkerRef, now: Timestamp) {
        switch id.kind {
        case .handOff: renewLease(id.attempt, now: now)
        case .fetch:
            let key = ServedFetch.Key(attempt: id.attempt, requester: receiver)
            guard let lease = served[key]?.lease else { return }
            served[key]?.deadline = now + lease
        }
    }

    /// Starts the lease of a part anew after a sign of life from its peer.
    mutating func renewLease(_ attempt: AttemptID, now: Timestamp) {
        withSequence(attempt) { $0.renewLease(now: now) }
    }
}

extension SendTransfer {
    /// What is to be counted once the receiver has everything.
    fileprivate func done(now: Timestamp) -> TransferDone {
        TransferDone(transfer: id, isSent: true, codec: codec, bytes: cutBytes, elapsed: now - offeredAt)
    }

    /// Lets a closure change the value where it stands.
    fileprivate mutating func apply<Result>(_ change: (inout Self) -> Result) -> Result { change(&self) }
}
