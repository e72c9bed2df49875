import KVCache
import ServingTypes

/// What lanes take and give back: chunks of all transfers to one receiver, in turn.
extension WorkerCore {
    /// What a lane shall send next; `nil` when there is nothing: the lane sleeps until `wakeLanes` names its receiver.
    ///
    /// The blocks of a chunk are pinned until `laneFinished` or `laneClosed`. O(layer groups + blocks of the chunk).
    public mutating func nextLaneWork(to receiver: WorkerRef, lane: UInt64, now: Timestamp) -> LaneWork? {
        while let id = sendQueues[receiver]?.popFirst() {
            guard let cut = nextChunk(of: id, to: receiver, lane: lane) else { continue }
            if cut.isFollowed { _ = sendQueues[receiver]?.insert(id) }
            let ticket = ticket(for: cut, to: receiver, lane: lane)
            paths.queued(cut.wireBytes, to: receiver.id, now: now)
            // A backlog that goes on is known already: this is done for every chunk.
            if !hasLaneWork(to: receiver) { paths.backlog(false, to: receiver.id, now: now) }
            return .chunk(ticket, cut.chunk)
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

    /// A chunk, and what else its lane and the books must know of its transfer.
    private struct CutChunk {
        var chunk: KVChunk
        var content: KVContentMark
        /// First block of the transfer's own range.
        var firstBlock: Int
        var wireBytes: Int
        /// Whether it was cut just now, and is not sent again.
        var isNew: Bool
        /// Whether the transfer has more to send.
        var isFollowed: Bool
    }

    private mutating func nextChunk(of id: KVTransferID, to receiver: WorkerRef, lane: UInt64) -> CutChunk? {
        let chunkBytes = settings.chunkBytes
        return withSender(id, to: receiver) { transfer in
            let before = transfer.cutBytes
            return transfer.nextChunk(chunkBytes: chunkBytes, lane: lane).map { chunk in
                CutChunk(
                    chunk: chunk,
                    content: transfer.content,
                    firstBlock: transfer.firstBlock,
                    wireBytes: transfer.wireBytes(ofChunk: chunk.number),
                    isNew: transfer.cutBytes > before,
                    isFollowed: transfer.isSendable
                )
            }
        } ?? nil
    }

    private mutating func ticket(for cut: CutChunk, to receiver: WorkerRef, lane: UInt64) -> ChunkTicket {
        ticketCount += 1
        let ticket = ChunkTicket(
            number: ticketCount,
            receiver: receiver,
            lane: lane,
            transfer: cut.chunk.transfer,
            chunkNumber: cut.chunk.number,
            blocks: sourceBlocks(of: cut, to: receiver),
            content: cut.content,
            bytes: cut.chunk.cellCount * settings.layout.layerBlockBytes
        )
        pool.pin(ticket.blocks, .reading)
        if cut.isNew {
            counters.sentBytes += ticket.bytes
            if cut.chunk.transfer.kind == .handOff {
                sequences[cut.chunk.transfer.attempt]?.report.transferBytes += ticket.bytes
            }
        } else {
            counters.resentChunks += 1
        }
        return ticket
    }

    /// The blocks of this worker that a chunk is read from.
    private func sourceBlocks(of cut: CutChunk, to receiver: WorkerRef) -> [BlockIndex] {
        let attempt = cut.chunk.transfer.attempt
        let table: [BlockIndex]?
        switch cut.chunk.transfer.kind {
        case .handOff:
            table = sequences[attempt]?.selected?.table ?? sequences[attempt]?.reservation?.table
        case .fetch:
            table = served[ServedFetch.Key(attempt: attempt, requester: receiver)]?.reservation.table
        }
        guard let table else { return [] }
        let first = cut.chunk.firstBlock - (cut.chunk.transfer.kind == .fetch ? cut.firstBlock : 0)
        return Array(table[first..<first + cut.chunk.blockCount])
    }
}
