import ServingTypes

/// A worker's one source of truth on KV memory: who holds which block, and what each published block caches.
///
/// A block is in one state at a time:
/// ```
///   free ──reserve──▶ held (running, reserved, leased) ──last release──▶ cached     if published
///    ▲                  ▲                │                               quarantined if pinned by a lane
///    └────evict─── cached ◀──prefix hit──┘                               free        otherwise
/// ```
/// Cached blocks stay reusable until free blocks run out; then the least recently released goes first, of those that were
/// released as less worth before all others.
/// A sequence's blocks are released from its end, so that a prefix outlives what was built on it.
///
/// Not thread-safe: its owner guards it. Wrong use (releasing what is not held, an index out of range)
/// stops the program.
public struct BlockPool: Sendable {
    /// Blocks in all.
    public let blockCount: Int
    /// Tokens per block.
    public let blockTokens: Int
    /// Blocks by state; O(1).
    public internal(set) var counts = BlockGauges()

    var records: [BlockRecord]
    /// Token ids of published blocks: `[block][blockTokens]`.
    var storedTokens: [TokenID]
    /// The last one is handed out next: its memory is the most likely to be in a CPU cache.
    var freeBlocks: [BlockIndex]
    var evictable = EvictionList()
    /// Those that go before them.
    var evictedFirst = EvictionList()
    var published: [BlockHash: BlockIndex] = [:]
    var changeLog: PrefixChangeLog

    /// Makes an empty pool of `blockCount` blocks with `blockTokens` tokens each, both at least 1.
    public init(blockCount: Int, blockTokens: Int) {
        precondition((1..<Int(UInt32.max)).contains(blockCount), "blockCount is \(blockCount)")
        precondition(blockTokens > 0, "blockTokens is \(blockTokens)")
        self.blockCount = blockCount
        self.blockTokens = blockTokens
        counts.free = blockCount
        records = Array(repeating: BlockRecord(), count: blockCount)
        storedTokens = Array(repeating: 0, count: blockCount * blockTokens)
        freeBlocks = (0..<UInt32(blockCount)).reversed().map { BlockIndex(rawValue: $0) }
        // A list of more changes than blocks is longer than the full list that replaces it.
        changeLog = PrefixChangeLog(limit: blockCount)
    }

    /// Reserves the blocks of a sequence, sharing published blocks for its longest cached prefix.
    ///
    /// The last token is never a hit: it must be computed to obtain logits. A published block is a hit only
    /// if its tokens and its parent are the sequence's own; its hash alone is not believed.
    /// - Parameters:
    ///   - tokens: the sequence so far, at least one token.
    ///   - capacityTokens: tokens that the table must cover, at least `tokens.count`.
    ///   - hasher: hashes under the request's key, with this pool's block size.
    ///   - hold: the hold that every block of the table gets.
    ///   - fidelity: the worst fidelity of cached KV that the request accepts.
    /// - Returns: a table of `⌈capacityTokens / blockTokens⌉` blocks, hits first.
    /// - Throws: `outOfBlocks` or `sequenceTooLong`; the pool is then unchanged.
    /// - Complexity: O(blocks + hit tokens).
    public mutating func reserve(
        tokens: [TokenID],
        capacityTokens: Int,
        hasher: BlockHasher,
        hold: HoldReason,
        accepting fidelity: KVFidelity = .exact
    ) throws(KVCacheError) -> Reservation {
        precondition(!tokens.isEmpty, "a sequence has at least one token")
        precondition(
            capacityTokens >= tokens.count,
            "capacity of \(capacityTokens) for \(tokens.count) tokens"
        )
        let tableCount = try tableCount(capacityTokens: capacityTokens)
        let hit = cachedPrefix(
            of: tokens,
            atMostBlocks: (tokens.count - 1) / blockTokens,
            hasher: hasher,
            accepting: fidelity
        )
        // A hit that nobody holds is no longer evictable once it is shared.
        let unheldHits = hit.blocks.count { records[position($0)].state == .cached }
        let available = counts.available - unheldHits
        let needed = tableCount - hit.blocks.count
        guard needed <= available else { throw .outOfBlocks(needed: needed, free: available) }
        addHold(hit.blocks, hold)
        // Before the call that reads the generations: as its argument, it would come after `self` was read.
        let table = hit.blocks + allocate(needed, hold: hold)
        return reservation(of: table, hit: hit)
    }

    /// Grows a reservation to cover `capacityTokens`; without effect when it already does.
    ///
    /// - Throws: `outOfBlocks` or `sequenceTooLong`; pool and reservation are then unchanged.
    /// - Complexity: O(new blocks).
    public mutating func extend(
        _ reservation: inout Reservation,
        capacityTokens: Int,
        hold: HoldReason
    ) throws(KVCacheError) {
        let needed = try tableCount(capacityTokens: capacityTokens) - reservation.table.count
        guard needed > 0 else { return }
        guard needed <= counts.available else {
            throw .outOfBlocks(needed: needed, free: counts.available)
        }
        let blocks = allocate(needed, hold: hold)
        reservation.table += blocks
        reservation.generations += blocks.map { generation(of: $0) }
    }

    /// Holds the published blocks of the longest cached prefix, to send them to a peer.
    ///
    /// Unlike ``reserve(tokens:capacityTokens:hasher:hold:accepting:)`` it allocates nothing, and the
    /// last token may be part of the hit. The table is empty when nothing is cached.
    public mutating func holdPrefix(
        of tokens: [TokenID],
        hasher: BlockHasher,
        hold: HoldReason,
        accepting fidelity: KVFidelity = .exact
    ) -> Reservation {
        let hit = cachedPrefix(
            of: tokens,
            atMostBlocks: tokens.count / blockTokens,
            hasher: hasher,
            accepting: fidelity
        )
        addHold(hit.blocks, hold)
        return reservation(of: hit.blocks, hit: hit)
    }

    /// Holds the published blocks that answer for the leading hashes of a chain, to send them to a peer.
    ///
    /// The hashes are believed: they are keyed and chained, so whoever knows one was told of its tokens. The table
    /// is empty when the first is not cached.
    public mutating func holdPrefix(
        hashes: [BlockHash],
        hold: HoldReason,
        accepting fidelity: KVFidelity = .exact
    ) -> Reservation {
        var hit = CachedPrefix()
        for hash in hashes {
            guard let block = published[hash], let entry = records[position(block)].entry,
                entry.fidelity <= fidelity, hit.hash == nil || entry.parent == hit.hash
            else { break }
            hit.blocks.append(block)
            hit.hash = hash
            hit.fidelity = max(hit.fidelity, entry.fidelity)
        }
        addHold(hit.blocks, hold)
        return reservation(of: hit.blocks, hit: hit)
    }

    /// Puts fresh blocks in the place of some of a reservation, whose memory a lane may still write.
    ///
    /// - Parameter places: indices into the table, of unpublished blocks.
    /// - Throws: `outOfBlocks`; pool and reservation are then unchanged.
    public mutating func replace(
        _ places: [Int],
        of reservation: inout Reservation,
        hold: HoldReason
    ) throws(KVCacheError) {
        guard places.count <= counts.available else {
            throw .outOfBlocks(needed: places.count, free: counts.available)
        }
        let old = places.map { reservation.table[$0] }
        for (place, block) in zip(places, allocate(places.count, hold: hold)) {
            reservation.table[place] = block
            reservation.generations[place] = generation(of: block)
        }
        release(old, hold)
    }

    /// How often the block was handed out anew; a remembered value tells a reused block from the same one.
    public func generation(of block: BlockIndex) -> UInt32 { records[position(block)].generation }

    /// Whether every block of the reservation is still the one that was handed out, and held.
    public func isCurrent(_ reservation: Reservation) -> Bool {
        zip(reservation.table, reservation.generations).allSatisfy { block, generation in
            records[position(block)].isHeld && self.generation(of: block) == generation
        }
    }

    private func tableCount(capacityTokens: Int) throws(KVCacheError) -> Int {
        let limit = blockCount * blockTokens
        guard capacityTokens <= limit else {
            throw .sequenceTooLong(tokens: capacityTokens, limit: limit)
        }
        return (capacityTokens + blockTokens - 1) / blockTokens
    }

    private func reservation(of table: [BlockIndex], hit: CachedPrefix) -> Reservation {
        Reservation(
            table: table,
            generations: table.map { generation(of: $0) },
            hitTokens: hit.blocks.count * blockTokens,
            hitHash: hit.hash,
            hitFidelity: hit.fidelity
        )
    }

    /// Hands out blocks, evicting as needed; the caller has checked that enough are available.
    private mutating func allocate(_ count: Int, hold: HoldReason) -> [BlockIndex] {
        (0..<count).map { _ in
            if freeBlocks.isEmpty, let victim { unpublish(victim) }
            guard let block = freeBlocks.popLast() else {
                preconditionFailure("no block left, counts are \(counts)")
            }
            update(block) { record in
                record.generation &+= 1
                record[hold] += 1
            }
            return block
        }
    }

    /// The cached block that is evicted next.
    var victim: BlockIndex? { evictedFirst.first ?? evictable.first }

    /// The block's place in the arrays, checked.
    func position(_ block: BlockIndex) -> Int {
        precondition(block.rawValue < blockCount, "block \(block.rawValue) of a pool of \(blockCount)")
        return Int(block.rawValue)
    }

    /// Changes one record and moves the block between lists and counts: every change of state is here.
    mutating func update(_ block: BlockIndex, _ change: (inout BlockRecord) -> Void) {
        let index = position(block)
        let (before, wasEvictedFirst) = (records[index].state, records[index].isEvictedFirst)
        change(&records[index])
        let after = records[index].state
        guard before != after else { return }
        counts[before] -= 1
        counts[after] += 1
        if before == .cached { changeEvictable(wasEvictedFirst) { $0.remove(block, in: &$1) } }
        if after == .cached {
            changeEvictable(records[index].isEvictedFirst) { $0.append(block, in: &$1) }
        }
        if after == .free { freeBlocks.append(block) }
    }

    private mutating func changeEvictable(
        _ isFirst: Bool,
        _ change: (inout EvictionList, inout [BlockRecord]) -> Void
    ) {
        if isFirst { change(&evictedFirst, &records) } else { change(&evictable, &records) }
    }
}
