import KVCache
import ServingTypes

/// What lanes take and give back: chunks of all transfers to one receiver, in turn.
extension WorkerCore {
    /// What a lane shall send next; `nil` when there is nothing: the lane sleeps until `wakeLanes` names its receiver.
    ///
    /// The blocks of a chunk are pinned until `laneFinished` or `laneClosed`. O(layer groups + blocks of the chunk).
    public mutating func nextLaneWork(to receiver: WorkerRef, lane: UInt64, now: Timestamp) -> LaneWork? {
        while let id = sendQueues[receiver]?.popFirst() {
            guard let (chunk, isNew) = nextChunk(of: id, to: receiver, lane: lane) else { continue }
            let isSendable = withSender(id, to: receiver) { $0.isSendable } ?? false
            if isSendable { _ = sendQueues[receiver]?.insert(id) }
            let ticket = ticket(for: chunk, to: receiver, lane: lane, isNew: isNew, now: now)
            paths.backlog(hasLaneWork(to: receiver), to: receiver.id, now: now)
            return .chunk(ticket, chunk)
        }
        sendQueues[receiver] = nil
        if let frame = nextProbeFrame(to: receiver, now: now) {
            paths.backlog((probe?.unsentBytes ?? 0) > 0, to: receiver.id, now: now)
            return .probe(frame)
        }
        paths.backlog(false, to: receiver.id, now: now)
        return nil
    }

    /// Whether a further lane to the receiver would find something to send.
    public func hasLaneWork(to receiver: WorkerRef) -> Bool {
        sendQueues[receiver]?.isEmpty == false
            || probe.map { $0.peer.worker == receiver && $0.unsentBytes > 0 } ?? false
    }

    /// A lane has sent a chunk whole and no longer reads its blocks.
    ///
    /// - Parameter wireBytes: bytes of its payload as sent.
    public mutating func laneFinished(_ ticket: ChunkTicket, wireBytes: Int, now: Timestamp) {
        pool.unpin(ticket.blocks, .reading)
        counters.wireBytes += wireBytes
        let left = withSender(ticket.transfer, to: ticket.receiver) {
            $0.left(ticket.chunkNumber, lane: ticket.lane, wireBytes: wireBytes)
        }
        guard let left else { return }
        let peer = ticket.receiver.id
        if left.excess > 0 { paths.queued(left.excess, to: peer, now: now) }
        if left.excess < 0 { paths.abandoned(-left.excess, to: peer, now: now) }
        if left.delivered > 0 { paths.delivered(left.delivered, to: peer, now: now) }
        offerToLanes(ticket.transfer, to: ticket.receiver, now: now)
    }

    /// A lane is gone; other lanes, or new ones, send again what it may not have delivered.
    mutating func laneClosed(
        _ lane: UInt64,
        to receiver: WorkerRef,
        unsent: ChunkTicket?,
        isBroken: Bool,
        now: Timestamp
    ) {
        if let unsent { pool.unpin(unsent.blocks, .reading) }
        if isBroken, probe?.peer.worker == receiver { endProbe(now: now) }
        for id in sendingTransfers(to: receiver) {
            withSender(id, to: receiver) { $0.laneClosed(lane, isBroken: isBroken) }
            offerToLanes(id, to: receiver, now: now)
        }
    }

    /// No lane can be opened: whatever is to be sent there fails.
    mutating func failLanes(to receiver: WorkerRef, _ error: ServingError, now: Timestamp) {
        if probe?.peer.worker == receiver { endProbe(now: now) }
        for id in sendingTransfers(to: receiver) {
            switch id.kind {
            case .handOff: end(id.attempt, failure: error, abort: error, isReported: true, now: now)
            case .fetch:
                endServed(ServedFetch.Key(attempt: id.attempt, requester: receiver), abort: error, now: now)
            }
        }
        sendQueues[receiver] = nil
    }

    /// Lets lanes know of a transfer that has something to send, and the path of what it gave up.
    mutating func offerToLanes(_ id: KVTransferID, to receiver: WorkerRef, now: Timestamp) {
        let lost = withSender(id, to: receiver) { $0.takeLostBytes() } ?? 0
        if lost > 0 { paths.abandoned(lost, to: receiver.id, now: now) }
        let address = withSender(id, to: receiver) { $0.isSendable ? $0.receiver : nil } ?? nil
        guard let address, sendQueues[receiver, default: SendQueue()].insert(id) else { return }
        paths.backlog(true, to: receiver.id, now: now)
        outbox.append(.wakeLanes(to: address))
    }

    /// In the order of their names.
    private func sendingTransfers(to receiver: WorkerRef) -> [KVTransferID] {
        let handOffs = sequences.values.filter { $0.sender?.receiver.worker == receiver }
            .map { KVTransferID(attempt: $0.attempt, kind: .handOff) }
        let fetches = served.keys.filter { $0.requester == receiver }
            .map { KVTransferID(attempt: $0.attempt, kind: .fetch) }
        return (handOffs + fetches).sorted()
    }

    private mutating func nextChunk(
        of id: KVTransferID,
        to receiver: WorkerRef,
        lane: UInt64
    ) -> (chunk: KVChunk, isNew: Bool)? {
        let chunkBytes = settings.chunkBytes
        return withSender(id, to: receiver) { transfer in
            let before = transfer.cutBytes
            return transfer.nextChunk(chunkBytes: chunkBytes, lane: lane).map {
                ($0, transfer.cutBytes > before)
            }
        } ?? nil
    }

    private mutating func ticket(
        for chunk: KVChunk,
        to receiver: WorkerRef,
        lane: UInt64,
        isNew: Bool,
        now: Timestamp
    ) -> ChunkTicket {
        ticketCount += 1
        let ticket = ChunkTicket(
            number: ticketCount,
            receiver: receiver,
            lane: lane,
            transfer: chunk.transfer,
            chunkNumber: chunk.number,
            blocks: sourceBlocks(of: chunk, to: receiver),
            content: withSender(chunk.transfer, to: receiver) { $0.content } ?? KVContentMark(rawValue: 0),
            bytes: chunk.cellCount * settings.layout.layerBlockBytes
        )
        pool.pin(ticket.blocks, .reading)
        if isNew {
            counters.sentBytes += ticket.bytes
            if chunk.transfer.kind == .handOff {
                sequences[chunk.transfer.attempt]?.report.transferBytes += ticket.bytes
            }
        } else {
            counters.resentChunks += 1
        }
        let wireBytes = withSender(chunk.transfer, to: receiver) { $0.wireBytes(ofChunk: chunk.number) } ?? 0
        paths.queued(wireBytes, to: receiver.id, now: now)
        return ticket
    }

    /// The blocks of this worker that a chunk is read from.
    private func sourceBlocks(of chunk: KVChunk, to receiver: WorkerRef) -> [BlockIndex] {
        let attempt = chunk.transfer.attempt
        switch chunk.transfer.kind {
        case .handOff:
            guard let sequence = sequences[attempt] else { return [] }
            return Array((sequence.selected?.table ?? sequence.table)[chunk.blockRange])
        case .fetch:
            let key = ServedFetch.Key(attempt: attempt, requester: receiver)
            guard let fetch = served[key] else { return [] }
            let start = chunk.firstBlock - fetch.transfer.firstBlock
            return Array(fetch.reservation.table[start..<start + chunk.blockCount])
        }
    }
}
