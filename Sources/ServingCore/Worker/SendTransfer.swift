import Collections
import KVCache
import ServingTypes

/// The sender's half of one transfer: what is computed, held over there, allowed, sent and acknowledged.
///
/// ```
/// offering ──held──▶ streaming ──all sent, token known──▶ (waits) ──verified──▶ over
///                       ▲ └─ a lane broke, a chunk was damaged: the same chunks go again
/// ```
/// Chunks are cut once and numbered from 1; what is not acknowledged is kept and can be sent again, on any lane. Blocks
/// are counted from the start of the sequence; `ready` and `cut` rise per layer group. Compute never waits for a
/// transfer: lanes fetch chunks when the receiver's answer and credit allow them.
struct SendTransfer: Sendable {
    let id: KVTransferID
    let receiver: WorkerAddress
    let grant: Grant
    let codec: KVCodec
    let content: KVContentMark
    /// First block that this side could send: a fetch begins behind what the receiver has.
    let firstBlock: Int
    let blockCount: Int
    let layerCount: Int
    let groupLayers: Int
    let layerBlockBytes: Int
    let offeredAt: Timestamp

    /// Leading blocks that the receiver has; `nil` before its first answer.
    private(set) var heldBlocks: Int?
    /// KV bytes of all chunks that were cut, before any codec.
    private(set) var cutBytes = 0
    /// Set when prefill is done; repeated until verified.
    var handOff: KVHandOff?
    private var creditBytes = 0
    /// Per layer group: blocks whose KV is complete, and blocks that were cut into chunks, both counted from 0.
    private var ready: [Int]
    private var cut: [Int]
    /// Chunks from `landedThrough + 1` on, in the order of their numbers.
    private var open: Deque<SentChunk> = []
    private var landedThrough: UInt32 = 0
    /// Numbers of chunks to be sent again, in the order in which that was found.
    private var again: Deque<UInt32> = []
    /// Bytes sent per byte of KV, as the last chunk had it.
    private var sizeRatio: Double
    private var lostBytes = 0

    init(
        id: KVTransferID,
        receiver: WorkerAddress,
        grant: Grant,
        codec: KVCodec,
        content: KVContentMark,
        blocks: Range<Int>,
        layout: KVLayout,
        groupLayers: Int,
        now: Timestamp
    ) {
        self.id = id
        self.receiver = receiver
        self.grant = grant
        self.codec = codec
        self.content = content
        firstBlock = blocks.lowerBound
        blockCount = blocks.upperBound
        layerCount = layout.layerCount
        self.groupLayers = min(groupLayers, layout.layerCount)
        layerBlockBytes = layout.layerBlockBytes
        offeredAt = now
        sizeRatio = codec.isLossy ? 0.5 : 1
        let groups = (layout.layerCount + self.groupLayers - 1) / self.groupLayers
        ready = Array(repeating: 0, count: groups)
        cut = Array(repeating: 0, count: groups)
    }

    var offer: KVOffer { KVOffer(transfer: id, grant: grant, blockCount: blockCount) }

    /// Whether every block that the receiver lacks was given to a lane, as far as known.
    var isAllSent: Bool { heldBlocks != nil && again.isEmpty && cut.allSatisfy { $0 == blockCount } }

    /// Whether a lane could take a chunk now.
    var isSendable: Bool {
        guard heldBlocks != nil else { return false }
        return !again.isEmpty || nextGroup != nil
    }

    /// Whether everything that is computed was cut and nothing is to be sent again; credit does not matter.
    var isDry: Bool { again.isEmpty && cut.indices.allSatisfy { cut[$0] >= ready[$0] } }

    /// Notes that layers before `layers` are complete in the first `blocks` blocks.
    mutating func computed(layers: Int, blocks: Int) {
        for group in ready.indices where min((group + 1) * groupLayers, layerCount) <= layers {
            ready[group] = max(ready[group], min(blocks, blockCount))
        }
    }

    /// Takes the receiver's answer; a repeated one only ever raises credit and acknowledgement.
    ///
    /// - Returns: bytes, as sent, of the chunks that it acknowledges.
    mutating func hold(_ answer: KVHeld) -> Int {
        if heldBlocks == nil {
            let held = max(firstBlock, min(answer.heldBlocks, blockCount))
            heldBlocks = held
            cut = cut.map { max($0, held) }
        }
        creditBytes = max(creditBytes, answer.creditBytes)
        let bytes = acknowledge(through: answer.landedThrough)
        if answer.isStalled { for number in openNumbers { sendAgain(number, onlySent: true) } }
        return bytes
    }

    /// The next chunk: one that must go again, or one that is computed, wanted and covered by credit: the group that
    /// lags most, lowest layer first.
    ///
    /// A chunk spans the group's layers and as many blocks as `chunkBytes` hold, at least one.
    mutating func nextChunk(chunkBytes: Int, lane: UInt64) -> KVChunk? {
        guard heldBlocks != nil else { return nil }
        while let number = again.popFirst() {
            guard let index = index(of: number), open[index].place == .waiting, !open[index].isAcknowledged
            else { continue }
            open[index].place = .onLane(lane)
            open[index].wireBytes = wireBytes(ofCells: open[index].layerCount * open[index].blockCount)
            return chunk(number, open[index])
        }
        guard let (group, affordable) = nextGroup else { return nil }
        let firstLayer = group * groupLayers
        let layers = min(groupLayers, layerCount - firstLayer)
        let perBlock = layers * layerBlockBytes
        let blocks = min(ready[group] - cut[group], max(1, chunkBytes / perBlock), affordable)
        let part = SentChunk(
            firstLayer: firstLayer,
            layerCount: layers,
            firstBlock: cut[group],
            blockCount: blocks,
            place: .onLane(lane),
            wireBytes: wireBytes(ofCells: layers * blocks)
        )
        cut[group] += blocks
        cutBytes += blocks * perBlock
        open.append(part)
        return chunk(landedThrough + UInt32(open.count), part)
    }

    /// Bytes that a chunk is believed to put on the wire, from when a lane takes it.
    func wireBytes(ofChunk number: UInt32) -> Int { index(of: number).map { open[$0].wireBytes } ?? 0 }

    /// A lane has sent a chunk whole.
    ///
    /// - Returns: by how much it was more than believed, and its bytes if it was acknowledged before.
    mutating func left(_ number: UInt32, lane: UInt64, wireBytes: Int) -> (excess: Int, delivered: Int) {
        guard let index = index(of: number), open[index].place == .onLane(lane) else { return (0, 0) }
        let excess = wireBytes - open[index].wireBytes
        let cells = open[index].layerCount * open[index].blockCount
        sizeRatio = Double(wireBytes) / Double(cells * layerBlockBytes)
        open[index].place = .sent(lane: lane)
        open[index].wireBytes = wireBytes
        let isAcknowledged = open[index].isAcknowledged
        if isAcknowledged { dropAcknowledged() } else if open[index].isWantedAgain { sendAgain(number) }
        return (excess, isAcknowledged ? wireBytes : 0)
    }

    /// A lane is gone: what it had not sent whole goes again, and if it broke, all of it that is not acknowledged.
    mutating func laneClosed(_ lane: UInt64, isBroken: Bool) {
        for number in openNumbers {
            guard let index = index(of: number) else { continue }
            switch open[index].place {
            case .onLane(lane):
                guard open[index].isAcknowledged else {
                    sendAgain(number)
                    continue
                }
                // It landed by an earlier way: these bytes are counted for nothing.
                lostBytes += open[index].wireBytes
                open[index].place = .sent(lane: lane)
            case .sent(lane: lane) where isBroken: sendAgain(number)
            case .onLane, .sent, .waiting: break
            }
        }
        dropAcknowledged()
    }

    /// Bytes that were counted as sent and are given up, since the last call.
    mutating func takeLostBytes() -> Int {
        defer { lostBytes = 0 }
        return lostBytes
    }

    /// The receiver got these chunks damaged or torn.
    mutating func resend(_ numbers: [UInt32]) {
        for number in numbers { sendAgain(number, onlySent: true) }
    }

    /// Bytes that no lane has taken yet, whether they are computed or not.
    var waitingBytes: Int {
        let blocks = blockCount - (heldBlocks ?? firstBlock)
        return Int(Double(max(0, blocks * layerCount * layerBlockBytes - cutBytes)) * sizeRatio)
    }

    /// Bytes that were counted as sent and as neither acknowledged nor given up so far.
    var openBytes: Int {
        open.reduce(lostBytes) { sum, part in
            if case .onLane = part.place { return sum + part.wireBytes }
            return sum + (part.isAcknowledged ? 0 : part.wireBytes)
        }
    }

    /// Everything was received.
    ///
    /// - Returns: bytes that this acknowledges.
    mutating func finish() -> Int { acknowledge(through: landedThrough + UInt32(open.count)) }
}

extension SendTransfer {
    private var openNumbers: Range<UInt32> {
        landedThrough + 1..<landedThrough + 1 + UInt32(open.count)
    }

    private func index(of number: UInt32) -> Int? {
        openNumbers.contains(number) ? Int(number - landedThrough - 1) : nil
    }

    /// The group that lags most among those with something to send, and the blocks that the credit covers.
    private var nextGroup: (group: Int, affordable: Int)? {
        var best: Int?
        for group in cut.indices where cut[group] < ready[group] {
            if best.map({ cut[group] < cut[$0] }) ?? true { best = group }
        }
        guard let best else { return nil }
        // A chunk shrinks to the credit: one that waited for more than the window would wait for ever.
        let layers = min(groupLayers, layerCount - best * groupLayers)
        let affordable = (creditBytes - cutBytes) / (layers * layerBlockBytes)
        return affordable > 0 ? (best, affordable) : nil
    }

    private func wireBytes(ofCells cells: Int) -> Int { Int(Double(cells * layerBlockBytes) * sizeRatio) }

    private func chunk(_ number: UInt32, _ part: SentChunk) -> KVChunk {
        KVChunk(
            transfer: id,
            grant: grant,
            number: number,
            firstLayer: part.firstLayer,
            layerCount: part.layerCount,
            firstBlock: part.firstBlock,
            blockCount: part.blockCount,
            codec: codec
        )
    }

    /// - Parameter onlySent: leaves alone what a lane is just reading, but sends it again afterwards.
    private mutating func sendAgain(_ number: UInt32, onlySent: Bool = false) {
        guard let index = index(of: number), !open[index].isAcknowledged else { return }
        switch open[index].place {
        case .onLane where onlySent: open[index].isWantedAgain = true
        case .onLane, .sent:
            lostBytes += open[index].wireBytes
            open[index].wireBytes = 0
            open[index].place = .waiting
            open[index].isWantedAgain = false
            again.append(number)
        case .waiting: break
        }
    }

    private mutating func acknowledge(through number: UInt32) -> Int {
        guard number > landedThrough, let last = index(of: number) else { return 0 }
        var bytes = 0
        for index in 0...last where !open[index].isAcknowledged {
            open[index].isAcknowledged = true
            // What a lane has not reported yet counts when it does.
            if case .onLane = open[index].place { continue }
            bytes += open[index].wireBytes
        }
        dropAcknowledged()
        again = again.filter { number in index(of: number).map { !open[$0].isAcknowledged } ?? false }
        return bytes
    }

    private mutating func dropAcknowledged() {
        while let first = open.first, first.isAcknowledged {
            if case .onLane = first.place { return }
            open.removeFirst()
            landedThrough += 1
        }
    }
}
