import KVCache
import ServingTypes

/// What lanes take and give back: chunks of all transfers to one receiver, in turn.
extension WorkerCore {
    /// What a lane shall send next; `nil` when there is nothing: the lane sleeps until `wakeLanes` names its receiver.
    ///
    /// The blocks of chunks are pinned until `laneFinished` or `laneClosed`. O(layer groups + blocks of the chunks).
    public mutating func nextLaneWork(to receiver: WorkerRef, lane: UInt64, now: Timestamp) -> LaneWork? {
        while let id = sendQueues[receiver]?.popFirst() {
            let cuts = cutFrame(of: id, to: receiver, lane: lane)
            guard let last = cuts.last else { continue }
            if last.isFollowed { _ = sendQueues[receiver]?.insert(id) }
            let framed = frame(cuts, of: id, to: receiver, lane: lane)
            paths.queued(cuts.reduce(0) { $0 + $1.wireBytes }, to: receiver.id, now: now)
            // A backlog that goes on is known already: this is done for every frame.
            if !hasLaneWork(to: receiver) { paths.backlog(false, to: receiver.id, now: now) }
            return .chunks(framed)
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

    /// A lane has sent a frame's chunks whole and no longer reads their blocks.
    ///
    /// - Parameter wireBytes: bytes of the frame's payload as sent.
    public mutating func laneFinished(_ tickets: [ChunkTicket], wireBytes: Int, now: Timestamp) {
        guard let first = tickets.first else { return }
        for ticket in tickets { pool.unpin(ticket.blocks, .reading) }
        counters.wireBytes += wireBytes
        if first.transfer.kind == .handOff {
            withSequence(first.transfer.attempt) { $0.report.wireBytes += wireBytes }
        }
        let left = withSender(first.transfer, to: first.receiver) { transfer in
            var sum = (excess: 0, delivered: 0)
            for ticket in tickets {
                // Only raw chunks share a frame.
                let bytes = tickets.count == 1 ? wireBytes : ticket.bytes
                let left = transfer.left(ticket.chunkNumber, lane: ticket.lane, wireBytes: bytes)
                sum = (sum.excess + left.excess, sum.delivered + left.delivered)
            }
            return sum
        }
        guard let left else { return }
        let peer = first.receiver.id
        if left.excess > 0 { paths.queued(left.excess, to: peer, now: now) }
        if left.excess < 0 { paths.abandoned(-left.excess, to: peer, now: now) }
        if left.delivered > 0 { paths.delivered(left.delivered, to: peer, now: now) }
        offerToLanes(first.transfer, to: first.receiver, now: now)
    }

    /// A lane is gone; other lanes, or new ones, send again what it may not have delivered.
    mutating func laneClosed(
        _ lane: UInt64,
        to receiver: WorkerRef,
        unsent: [ChunkTicket],
        isBroken: Bool,
        now: Timestamp
    ) {
        for ticket in unsent { pool.unpin(ticket.blocks, .reading) }
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
        let state = withSender(id, to: receiver) { ($0.takeLostBytes(), $0.isSendable ? $0.receiver : nil) }
        guard let (lostBytes, address) = state else { return }
        if lostBytes > 0 { paths.abandoned(lostBytes, to: receiver.id, now: now) }
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

    /// A chunk, and what else its lane and the books must know of it.
    private struct CutChunk {
        var chunk: KVChunk
        var wireBytes: Int
        /// Whether it was cut just now, and is not sent again.
        var isNew: Bool
        /// Whether the transfer has more to send.
        var isFollowed: Bool
    }

    /// The next chunks of a transfer, as many as belong into one frame.
    private mutating func cutFrame(of id: KVTransferID, to receiver: WorkerRef, lane: UInt64) -> [CutChunk] {
        let (chunkBytes, maxBytes, maxChunks) = (
            settings.chunkBytes, settings.frameBytes, settings.frameChunks
        )
        return withSender(id, to: receiver) { transfer in
            var cuts: [CutChunk] = []
            var frameBytes = 0
            while cuts.count < maxChunks {
                let before = transfer.cutBytes
                guard var chunk = transfer.nextChunk(chunkBytes: chunkBytes, lane: lane) else {
                    break
                }
                chunk.endsBurst = transfer.isDry
                let wireBytes = transfer.wireBytes(ofChunk: chunk.number)
                cuts.append(
                    CutChunk(
                        chunk: chunk,
                        wireBytes: wireBytes,
                        isNew: transfer.cutBytes > before,
                        isFollowed: transfer.isSendable
                    )
                )
                frameBytes += wireBytes
                // Encoded chunks are long in the making, and how large they become is not known.
                if frameBytes + wireBytes > maxBytes || chunk.codec != .raw { break }
            }
            return cuts
        } ?? []
    }

    /// Pins the blocks of a frame's chunks and counts their bytes.
    private mutating func frame(
        _ cuts: [CutChunk],
        of id: KVTransferID,
        to receiver: WorkerRef,
        lane: UInt64
    ) -> [FramedChunk] {
        let source = source(of: id, to: receiver)
        var newBytes = 0
        let framed = cuts.map { cut in
            ticketCount += 1
            let first = cut.chunk.firstBlock - source.firstBlock
            let ticket = ChunkTicket(
                number: ticketCount,
                receiver: receiver,
                lane: lane,
                transfer: id,
                chunkNumber: cut.chunk.number,
                blocks: Array(source.table[first..<first + cut.chunk.blockCount]),
                content: source.content,
                bytes: cut.chunk.cellCount * settings.layout.layerBlockBytes
            )
            pool.pin(ticket.blocks, .reading)
            if cut.isNew { newBytes += ticket.bytes } else { counters.resentChunks += 1 }
            return FramedChunk(ticket: ticket, chunk: cut.chunk)
        }
        counters.sent[cuts[0].chunk.codec] += newBytes
        if id.kind == .handOff { withSequence(id.attempt) { $0.report.transferBytes += newBytes } }
        return framed
    }

    /// The blocks of this worker that a transfer is read from, and the number of the first of them in the prompt.
    private mutating func source(
        of id: KVTransferID,
        to receiver: WorkerRef
    ) -> (table: [BlockIndex], firstBlock: Int, content: KVContentMark) {
        let found: (table: [BlockIndex], firstBlock: Int, content: KVContentMark)??
        switch id.kind {
        case .handOff:
            found = withSequence(id.attempt) { sequence in
                guard let table = sequence.selected?.table ?? sequence.reservation?.table,
                    let content = sequence.sender?.content
                else { return nil }
                return (table, 0, content)
            }
        case .fetch:
            let fetch = served[ServedFetch.Key(attempt: id.attempt, requester: receiver)]
            found = fetch.map { ($0.reservation.table, $0.transfer.firstBlock, $0.transfer.content) }
        }
        guard let found = found ?? nil else { preconditionFailure("\(id) sends and has no blocks") }
        return found
    }
}
