import KVCache
import ServingTypes

/// The receiver's half of one transfer: which cells of layer × block have landed, and what the sender knows of it.
///
/// ```
/// waiting ──offer──▶ receiving ──every cell landed (and the token known, in a hand-off)──▶ complete
/// ```
/// A cell is written at most once: a chunk that touches a landed or half-written cell goes to the scratch sink,
/// so that a duplicate cannot disturb KV that is in use.
struct ReceiveTransfer: Sendable {
    private enum Cell: UInt8 { case missing, writing, landed }

    /// What becomes of a chunk that did not land.
    enum Repair: Equatable { case none, resend, fail }

    /// How often one chunk may come damaged in a row.
    static let maxStrikes = 3
    /// Acknowledgements are at least this far apart, unless the sender needs credit or everything of a burst has landed.
    ///
    /// Three times as far while more lands in one interval: a fast path shows its rate in fewer of them, and each
    /// costs. The end of a burst is told at once: what the sender has for a step of prefill is often there in less
    /// than an interval, and its rate would stay unknown.
    static let acknowledgeInterval = Duration.milliseconds(4)
    static let fastBytes = 1 << 20

    let id: KVTransferID
    let sender: WorkerRef
    let grant: Grant
    let content: KVContentMark
    let blockCount: Int
    let heldBlocks: Int
    let layerCount: Int
    let layerBlockBytes: Int
    let windowBytes: Int

    private(set) var landedBytes = 0
    private(set) var token: SampledToken?
    private(set) var tokenAt: Timestamp?
    private(set) var offeredAt: Timestamp?
    private var missingCells: Int
    private var writingChunks = 0
    /// `[layer][block − heldBlocks]`.
    private var cells: [Cell]
    private var landedThrough: UInt32 = 0
    /// Chunks that landed before one with a lower number.
    private var landedAbove: Set<UInt32> = []
    private var strikes: [UInt32: Int] = [:]
    private var announcedCredit = 0
    private var announcedThrough: UInt32 = 0
    /// Number of the last chunk that ended a burst.
    private var burstThrough: UInt32 = 0
    private var announcedAt: Timestamp?
    /// Whether anything landed since the sender's last sign of life.
    private var hasProgressed = true

    /// Expects blocks `heldBlocks..<blockCount` from a sender that shows the grant.
    init(
        id: KVTransferID,
        sender: WorkerRef,
        grant: Grant,
        content: KVContentMark,
        heldBlocks: Int,
        blockCount: Int,
        layout: KVLayout,
        windowBytes: Int
    ) {
        self.id = id
        self.sender = sender
        self.grant = grant
        self.content = content
        self.blockCount = blockCount
        self.heldBlocks = heldBlocks
        layerCount = layout.layerCount
        layerBlockBytes = layout.layerBlockBytes
        self.windowBytes = windowBytes
        missingCells = (blockCount - heldBlocks) * layout.layerCount
        cells = Array(repeating: .missing, count: missingCells)
    }

    /// Whether every cell has landed.
    var hasLanded: Bool { missingCells == 0 }

    /// Whether decoding may start.
    var isComplete: Bool { hasLanded && token != nil }

    /// Whether a lane writes some of the cells now.
    var isBeingWritten: Bool { writingChunks > 0 }

    /// Answers an offer, or a hand-off that was repeated; the first one starts the transfer's clock.
    mutating func answer(now: Timestamp) -> KVHeld {
        let isStalled = offeredAt != nil && !hasProgressed && missingCells > 0 && writingChunks == 0
        if offeredAt == nil { offeredAt = now }
        hasProgressed = false
        return held(isStalled: isStalled, now: now)
    }

    /// What the sender should hear after a chunk has landed, when it is worth a message.
    mutating func acknowledgement(now: Timestamp) -> KVHeld? {
        let credit = landedBytes + windowBytes
        let isFast = credit - announcedCredit >= Self.fastBytes
        let interval = Self.acknowledgeInterval * (isFast ? 3 : 1)
        let isDue = announcedAt.map { now - $0 >= interval } ?? true
        let needsCredit = credit - announcedCredit >= windowBytes / 4
        guard landedThrough > announcedThrough || needsCredit else { return nil }
        let endsBurst = announcedThrough < burstThrough && burstThrough <= landedThrough
        guard isDue || needsCredit || endsBurst || missingCells == 0 else { return nil }
        return held(isStalled: false, now: now)
    }

    /// Claims the cells of a chunk for one lane; `nil` when they may be written.
    mutating func begin(_ chunk: KVChunk) -> ServingErrorCode? {
        guard chunk.grant == grant else { return .unauthorized }
        guard isInside(chunk) else { return .protocolViolation }
        guard allCells(of: chunk, are: .missing) else { return .cancelled }
        set(chunk, to: .writing)
        writingChunks += 1
        return nil
    }

    /// Ends what `begin` started: the cells have landed, or are missing again.
    mutating func end(_ chunk: KVChunk, _ outcome: ChunkOutcome) -> Repair {
        precondition(allCells(of: chunk, are: .writing), "chunk of \(chunk.transfer) was not being written")
        writingChunks -= 1
        set(chunk, to: outcome == .landed ? .landed : .missing)
        switch outcome {
        case .landed:
            missingCells -= chunk.cellCount
            landedBytes += chunk.cellCount * layerBlockBytes
            hasProgressed = true
            strikes[chunk.number] = nil
            if chunk.endsBurst { burstThrough = max(burstThrough, chunk.number) }
            acknowledge(chunk.number)
            return .none
        case .torn: return .resend
        case .damaged:
            let count = strikes[chunk.number, default: 0] + 1
            strikes[chunk.number] = count
            return count < Self.maxStrikes ? .resend : .fail
        }
    }

    /// Takes the hand-off token; a repetition changes nothing.
    mutating func handOff(_ token: SampledToken, now: Timestamp) {
        guard self.token == nil else { return }
        self.token = token
        tokenAt = now
    }

    /// End of the leading blocks of which every layer has landed.
    var completeBlocks: Int {
        let width = blockCount - heldBlocks
        let complete = (0..<width).prefix { block in
            (0..<layerCount).allSatisfy { cells[$0 * width + block] == .landed }
        }
        return heldBlocks + complete.count
    }

    /// Blocks that a lane writes now.
    var blocksBeingWritten: [Int] {
        let width = blockCount - heldBlocks
        return (0..<width).filter { block in
            (0..<layerCount).contains { cells[$0 * width + block] == .writing }
        }.map { heldBlocks + $0 }
    }
}

extension ReceiveTransfer {
    private mutating func held(isStalled: Bool, now: Timestamp) -> KVHeld {
        announcedCredit = landedBytes + windowBytes
        announcedThrough = landedThrough
        announcedAt = now
        return KVHeld(
            transfer: id,
            heldBlocks: heldBlocks,
            creditBytes: announcedCredit,
            landedThrough: landedThrough,
            isStalled: isStalled
        )
    }

    private mutating func acknowledge(_ number: UInt32) {
        guard number == landedThrough + 1 else {
            if number > landedThrough { landedAbove.insert(number) }
            return
        }
        landedThrough = number
        while landedAbove.remove(landedThrough + 1) != nil { landedThrough += 1 }
    }

    private func isInside(_ chunk: KVChunk) -> Bool {
        let layers = chunk.firstLayer.addingReportingOverflow(chunk.layerCount)
        let blocks = chunk.firstBlock.addingReportingOverflow(chunk.blockCount)
        return chunk.number > 0 && chunk.number < UInt32.max
            && chunk.firstLayer >= 0 && chunk.layerCount > 0 && !layers.overflow
            && layers.partialValue <= layerCount
            && chunk.firstBlock >= heldBlocks && chunk.blockCount > 0 && !blocks.overflow
            && blocks.partialValue <= blockCount
    }

    private func row(_ layer: Int, of chunk: KVChunk) -> Range<Int> {
        let start = layer * (blockCount - heldBlocks) + chunk.firstBlock - heldBlocks
        return start..<start + chunk.blockCount
    }

    private func allCells(of chunk: KVChunk, are state: Cell) -> Bool {
        (chunk.firstLayer..<chunk.firstLayer + chunk.layerCount).allSatisfy { layer in
            cells[row(layer, of: chunk)].allSatisfy { $0 == state }
        }
    }

    private mutating func set(_ chunk: KVChunk, to state: Cell) {
        for layer in chunk.firstLayer..<chunk.firstLayer + chunk.layerCount {
            for cell in row(layer, of: chunk) { cells[cell] = state }
        }
    }
}
