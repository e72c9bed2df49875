import ServingTypes

/// The receiver's half of one hand-off: which cells of layer × block have landed.
///
/// ```
/// waiting ──offer──▶ receiving ──every cell landed and the token known──▶ complete
/// ```
/// A cell is written at most once: a chunk that touches a landed or half-written cell goes to the scratch sink,
/// so that a duplicate cannot disturb KV that is in use.
struct ReceiveTransfer: Sendable {
    private enum Cell: UInt8 { case missing, writing, landed }

    let sender: WorkerRef
    let grant: Grant
    let blockCount: Int
    let heldBlocks: Int
    let layerCount: Int
    let layerBlockBytes: Int
    let windowBytes: Int

    private(set) var landedBytes = 0
    private(set) var token: SampledToken?
    private(set) var tokenAt: Timestamp?
    private(set) var offeredAt: Timestamp?
    private var announcedCredit = 0
    private var missingCells: Int
    /// `[layer][block − heldBlocks]`.
    private var cells: [Cell]

    init(assignment: Assignment, sender: WorkerRef, heldBlocks: Int, layout: KVLayout, windowBytes: Int) {
        self.sender = sender
        grant = assignment.grant
        blockCount = layout.blockCount(tokens: assignment.tokens.count)
        self.heldBlocks = heldBlocks
        layerCount = layout.layerCount
        layerBlockBytes = layout.layerBlockBytes
        self.windowBytes = windowBytes
        missingCells = (blockCount - heldBlocks) * layout.layerCount
        cells = Array(repeating: .missing, count: missingCells)
    }

    /// Whether decoding may start.
    var isComplete: Bool { missingCells == 0 && token != nil }

    /// Answers an offer; the first one starts the transfer's clock.
    mutating func answer(_ offer: KVOffer, now: Timestamp) -> KVHeld {
        if offeredAt == nil { offeredAt = now }
        announcedCredit = landedBytes + windowBytes
        return KVHeld(attempt: offer.attempt, heldBlocks: heldBlocks, creditBytes: announcedCredit)
    }

    /// New credit, when enough has landed to make a message worthwhile.
    mutating func moreCredit(attempt: AttemptID) -> KVHeld? {
        let credit = landedBytes + windowBytes
        guard missingCells > 0, credit - announcedCredit >= windowBytes / 4 else { return nil }
        announcedCredit = credit
        return KVHeld(attempt: attempt, heldBlocks: heldBlocks, creditBytes: credit)
    }

    /// Claims the cells of a chunk for one lane; `nil` when they may be written.
    mutating func begin(_ chunk: KVChunk) -> ServingErrorCode? {
        guard chunk.grant == grant else { return .unauthorized }
        guard isInside(chunk) else { return .protocolViolation }
        guard allCells(of: chunk, are: .missing) else { return .cancelled }
        set(chunk, to: .writing)
        return nil
    }

    /// Ends what `begin` started: the cells have landed, or are missing again.
    mutating func end(_ chunk: KVChunk, isIntact: Bool) {
        precondition(allCells(of: chunk, are: .writing), "chunk of \(chunk.attempt) was not being written")
        set(chunk, to: isIntact ? .landed : .missing)
        guard isIntact else { return }
        missingCells -= chunk.layerCount * chunk.blockCount
        landedBytes += chunk.layerCount * chunk.blockCount * layerBlockBytes
    }

    /// Takes the hand-off token; a repetition changes nothing.
    mutating func handOff(_ token: SampledToken, now: Timestamp) {
        guard self.token == nil else { return }
        self.token = token
        tokenAt = now
    }

    private func isInside(_ chunk: KVChunk) -> Bool {
        let layers = chunk.firstLayer.addingReportingOverflow(chunk.layerCount)
        let blocks = chunk.firstBlock.addingReportingOverflow(chunk.blockCount)
        return chunk.firstLayer >= 0 && chunk.layerCount > 0 && !layers.overflow
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
