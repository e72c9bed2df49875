import ServingTypes

/// The sender's half of one hand-off: what is computed, held over there, allowed and sent.
///
/// ```
/// offering ──held──▶ streaming ──all sent, token known──▶ (waits) ──verified──▶ over
/// ```
/// Blocks are counted from the start of the prompt; `ready` and `sent` rise per layer group. Compute never waits
/// for a transfer: chunks queue here until the receiver's answer and credit allow them.
struct SendTransfer: Sendable {
    let attempt: AttemptID
    let receiver: WorkerAddress
    let grant: Grant
    let blockCount: Int
    let layerCount: Int
    let groupLayers: Int
    let layerBlockBytes: Int

    /// Leading blocks that the receiver has; `nil` before its first answer.
    private(set) var heldBlocks: Int?
    private(set) var sentBytes = 0
    /// Chunks that a lane still reads.
    private(set) var onLane = 0
    /// Set when prefill is done; repeated until verified.
    var handOff: KVHandOff?
    var offeredAt: Timestamp
    private var creditBytes = 0
    /// Per layer group: leading blocks whose KV is complete, and leading blocks given to a lane.
    private var ready: [Int]
    private var sent: [Int]

    init(assignment: Assignment, receiver: WorkerAddress, layout: KVLayout, groupLayers: Int, now: Timestamp)
    {
        attempt = assignment.attempt
        self.receiver = receiver
        grant = assignment.grant
        blockCount = layout.blockCount(tokens: assignment.tokens.count)
        layerCount = layout.layerCount
        self.groupLayers = min(groupLayers, layout.layerCount)
        layerBlockBytes = layout.layerBlockBytes
        offeredAt = now
        let groups = (layout.layerCount + self.groupLayers - 1) / self.groupLayers
        ready = Array(repeating: 0, count: groups)
        sent = Array(repeating: 0, count: groups)
    }

    var offer: KVOffer { KVOffer(attempt: attempt, grant: grant, blockCount: blockCount) }

    /// Whether every block that the receiver lacks was given to a lane.
    var isAllSent: Bool { heldBlocks != nil && sent.allSatisfy { $0 == blockCount } }

    /// Notes that layers before `layers` are complete in the first `blocks` blocks.
    mutating func computed(layers: Int, blocks: Int) {
        for group in ready.indices where min((group + 1) * groupLayers, layerCount) <= layers {
            ready[group] = max(ready[group], min(blocks, blockCount))
        }
    }

    /// Takes the receiver's answer; a repeated answer only ever raises the credit.
    mutating func hold(_ answer: KVHeld) {
        if heldBlocks == nil {
            let held = max(0, min(answer.heldBlocks, blockCount))
            heldBlocks = held
            sent = sent.map { max($0, held) }
        }
        creditBytes = max(creditBytes, answer.creditBytes)
    }

    /// The next chunk that is computed, wanted and covered by credit: the group that lags most, lowest layer first.
    ///
    /// A chunk spans the group's layers and as many blocks as `chunkBytes` hold, at least one.
    mutating func nextChunk(chunkBytes: Int) -> KVChunk? {
        guard heldBlocks != nil else { return nil }
        var best: Int?
        for group in sent.indices where sent[group] < ready[group] {
            if best.map({ sent[group] < sent[$0] }) ?? true { best = group }
        }
        guard let group = best else { return nil }
        let firstLayer = group * groupLayers
        let layers = min(groupLayers, layerCount - firstLayer)
        let perBlock = layers * layerBlockBytes
        // A chunk shrinks to the credit: one that waited for more than the window would wait for ever.
        let affordable = (creditBytes - sentBytes) / perBlock
        guard affordable > 0 else { return nil }
        let blocks = min(ready[group] - sent[group], max(1, chunkBytes / perBlock), affordable)
        let chunk = KVChunk(
            attempt: attempt,
            grant: grant,
            firstLayer: firstLayer,
            layerCount: layers,
            firstBlock: sent[group],
            blockCount: blocks
        )
        sent[group] += blocks
        sentBytes += blocks * perBlock
        onLane += 1
        return chunk
    }

    /// A lane no longer reads one of the chunks.
    mutating func leftLane() {
        precondition(onLane > 0, "attempt \(attempt) has no chunk on a lane")
        onLane -= 1
    }
}
