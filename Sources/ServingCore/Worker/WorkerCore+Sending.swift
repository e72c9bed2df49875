import ServingTypes

/// The sender's side of a hand-off.
extension WorkerCore {
    /// The receiver says what it holds, or extends the credit: both are signs of life.
    mutating func take(_ answer: KVHeld, from receiver: WorkerRef, now: Timestamp) {
        guard isSending(answer.attempt, to: receiver) else { return }
        sequences[answer.attempt]?.sender?.hold(answer)
        renewLease(answer.attempt, now: now)
        pump(answer.attempt, now: now)
    }

    /// The receiver has everything: nothing is owed any more.
    mutating func verified(_ attempt: AttemptID, by receiver: WorkerRef, now: Timestamp) {
        guard isSending(attempt, to: receiver) else { return }
        guard let sequence = sequences[attempt], sequence.phase == .handingOff else {
            let error = ServingError(.protocolViolation, "\(receiver) verified KV that was not handed off")
            end(attempt, failure: error, abort: error, isReported: true, now: now)
            return
        }
        sequences[attempt]?.report.transfer = now - (sequence.sender?.offeredAt ?? now)
        sequences[attempt]?.report.exposedTransfer = now - (sequence.tokenAt ?? now)
        end(attempt, failure: nil, abort: nil, isReported: true, now: now)
    }

    /// Gives lanes every chunk that is computed, wanted and covered by credit.
    mutating func pump(_ attempt: AttemptID, now: Timestamp) {
        while let chunk = sequences[attempt]?.sender?.nextChunk(chunkBytes: settings.chunkBytes),
            let sequence = sequences[attempt], let sender = sequence.sender
        {
            let range = chunk.firstBlock..<chunk.firstBlock + chunk.blockCount
            let bytes = chunk.blockCount * chunk.layerCount * settings.layout.layerBlockBytes
            ticketCount += 1
            let ticket = ChunkTicket(
                number: ticketCount,
                receiver: sender.receiver.worker,
                blocks: Array(sequence.table[range]),
                bytes: bytes,
                attempt: attempt
            )
            pool.pin(ticket.blocks, .reading)
            counters.sentBytes += bytes
            sequences[attempt]?.report.transferBytes += bytes
            paths[ticket.receiver.id, default: PathMeter()].queued(bytes, now: now)
            outbox.append(.sendChunk(ticket, chunk))
        }
    }

    /// A lane no longer reads a chunk's blocks.
    mutating func chunkLeft(_ ticket: ChunkTicket, failure: ServingError?, now: Timestamp) {
        pool.unpin(ticket.blocks, .reading)
        paths[ticket.receiver.id]?.left(ticket.bytes, delivered: failure == nil, now: now)
        guard sequences[ticket.attempt]?.sender != nil else { return }
        sequences[ticket.attempt]?.sender?.leftLane()
        if let failure {
            end(ticket.attempt, failure: failure, abort: failure, isReported: true, now: now)
        }
    }

    private func isSending(_ attempt: AttemptID, to receiver: WorkerRef) -> Bool {
        sequences[attempt]?.sender?.receiver.worker == receiver
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

    /// Starts the lease of a part anew after a sign of life from its peer.
    mutating func renewLease(_ attempt: AttemptID, now: Timestamp) {
        guard let sequence = sequences[attempt], sequence.deadline != nil else { return }
        sequences[attempt]?.deadline = now + sequence.assignment.lease
    }
}
