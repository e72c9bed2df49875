import KVCache
import ServingTypes

/// The block pool's rules as plain lists and scans; prefixes are compared by tokens, never by hash.
struct NaivePool {
    struct Block {
        var holds: [HoldReason: Int] = [:]
        var pins: [PinAccess: Int] = [:]
        var generation: UInt32 = 0
        /// All tokens up to this block's end, while the block is published.
        var prefix: [TokenID]?
        var fidelity = KVFidelity.exact
        /// When it last became evictable.
        var idleSince = 0
        var isEvictedFirst = false

        var isHeld: Bool { holds.values.contains { $0 > 0 } }
        var isPinned: Bool { pins.values.contains { $0 > 0 } }
        var isFree: Bool { !isHeld && !isPinned && prefix == nil }
        var isCached: Bool { !isHeld && !isPinned && prefix != nil }
    }

    let blockTokens: Int
    var blocks: [Block]
    private var now = 0

    init(blockCount: Int, blockTokens: Int) {
        self.blockTokens = blockTokens
        blocks = Array(repeating: Block(), count: blockCount)
    }

    var freeCount: Int { blocks.count { $0.isFree } }
    var cachedCount: Int { blocks.count { $0.isCached } }
    var quarantinedCount: Int { blocks.count { !$0.isHeld && $0.isPinned } }

    /// Blocks counted under a hold: those without a stronger one.
    func count(_ reason: HoldReason) -> Int {
        let stronger = HoldReason.allCases.prefix { $0 != reason }
        return blocks.count { block in
            block.holds[reason, default: 0] > 0 && !stronger.contains { block.holds[$0, default: 0] > 0 }
        }
    }

    /// Prefixes whose exact KV is published.
    var exactPrefixes: Set<[TokenID]> {
        Set(blocks.filter { $0.fidelity == .exact }.compactMap(\.prefix))
    }

    func holder(of prefix: [TokenID]) -> Int? { blocks.firstIndex { $0.prefix == prefix } }

    func hits(_ tokens: [TokenID], limit: Int, accepting fidelity: KVFidelity) -> [Int] {
        var hits: [Int] = []
        while hits.count < limit, let block = holder(of: Array(tokens[..<((hits.count + 1) * blockTokens)])),
            blocks[block].fidelity <= fidelity
        {
            hits.append(block)
        }
        return hits
    }

    /// The blocks that must be evicted, in order, before `count` more can be handed out.
    func victims(for count: Int) -> [Int] {
        let idle = blocks.indices.filter { blocks[$0].isCached }
        let ordered = idle.sorted { left, right in
            let (left, right) = (blocks[left], blocks[right])
            return left.isEvictedFirst == right.isEvictedFirst
                ? left.idleSince < right.idleSince : left.isEvictedFirst
        }
        return Array(ordered.prefix(max(0, count - freeCount)))
    }

    mutating func handOut(_ block: Int) {
        blocks[block].generation += 1
        blocks[block].prefix = nil
    }

    /// Changes one block and notes when it becomes evictable.
    mutating func update(_ block: Int, _ change: (inout Block) -> Void) {
        let wasCached = blocks[block].isCached
        change(&blocks[block])
        guard blocks[block].isCached, !wasCached else { return }
        now += 1
        blocks[block].idleSince = now
    }

    mutating func flush() {
        for index in blocks.indices where blocks[index].isCached { blocks[index].prefix = nil }
    }
}
