import KVCache
import ServingTypes
import Testing

/// One random history of a block pool, step by step beside its naive twin.
struct BlockPoolWalk {
    /// A request as a worker would keep it.
    struct Sequence {
        var tokens: [TokenID]
        var reservation: Reservation
        var hold: HoldReason
        var publishedCount: Int
        var fidelity: KVFidelity
    }

    struct Pin {
        var blocks: [BlockIndex]
        var access: PinAccess
    }

    static let blockTokens = 2
    let hasher = BlockHasher(
        key: BlockHashKey(rawValue: Bytes128(high: 5, low: 6)),
        blockTokens: blockTokens
    )
    var random: TestRandom
    var pool: BlockPool
    var naive: NaivePool
    var sequences: [Sequence] = []
    var pins: [Pin] = []
    /// What a consumer of the change feed believes to be published.
    var mirror: Set<BlockHash> = []
    /// What was exercised, so that a walk that never reached a rule is noticed.
    var seen: [String: Int] = [:]

    init(seed: UInt64) {
        random = TestRandom(seed: seed)
        let blockCount = 6 + random.below(30)
        pool = BlockPool(blockCount: blockCount, blockTokens: Self.blockTokens)
        naive = NaivePool(blockCount: blockCount, blockTokens: Self.blockTokens)
    }

    mutating func step() throws {
        switch random.below(17) {
        case 0...3: try reserve()
        case 4: try extend()
        case 5...8: publish()
        case 9: changeHold()
        case 10, 11: release()
        case 12: holdPrefix()
        case 13: pin()
        case 14: unpin()
        case 15: try replace()
        default: random.below(8) == 0 ? flush() : takeChanges()
        }
        try compare()
    }

    /// Few distinct tokens, so that sequences share prefixes of every length.
    private mutating func prompt() -> [TokenID] {
        (0..<1 + random.below(12)).map { _ in random.below(5) == 0 ? 1 : 0 }
    }

    private mutating func fidelity() -> KVFidelity { random.below(4) == 0 ? .lossy : .exact }

    private mutating func hold() -> HoldReason { HoldReason.allCases[random.below(3)] }

    private mutating func reserve() throws {
        let (tokens, accepted, hold) = (prompt(), fidelity(), hold())
        let capacity = tokens.count + random.below(6)
        let hits = naive.hits(tokens, limit: (tokens.count - 1) / Self.blockTokens, accepting: accepted)
        let needed = (capacity + Self.blockTokens - 1) / Self.blockTokens - hits.count
        let available = naive.freeCount + naive.cachedCount - hits.count { naive.blocks[$0].isCached }
        #expect(
            pool.lookup(tokens: tokens, hasher: hasher, accepting: accepted) == hits.count * Self.blockTokens
        )
        let before = pool.counts
        do {
            let reservation = try pool.reserve(
                tokens: tokens,
                capacityTokens: capacity,
                hasher: hasher,
                hold: hold,
                accepting: accepted
            )
            try #require(needed <= available, "reserved \(needed) blocks of \(available)")
            #expect(reservation.table.prefix(hits.count).map { Int($0.rawValue) } == hits)
            #expect(reservation.hitTokens == hits.count * Self.blockTokens)
            #expect(reservation.hitFidelity == hits.map { naive.blocks[$0].fidelity }.max() ?? .exact)
            #expect(reservation.hitHash == hasher.hashes(of: tokens.prefix(reservation.hitTokens)).last)
            for block in hits { naive.update(block) { $0.holds[hold, default: 0] += 1 } }
            try handOut(reservation.table[hits.count...], hold)
            sequences.append(
                Sequence(
                    tokens: tokens,
                    reservation: reservation,
                    hold: hold,
                    publishedCount: hits.count,
                    fidelity: max(reservation.hitFidelity, fidelity())
                )
            )
            note(hits.isEmpty ? "reserved" : "shared")
        } catch let error as KVCacheError {
            let limit = pool.blockCount * Self.blockTokens
            let expected: KVCacheError =
                capacity > limit
                ? .sequenceTooLong(tokens: capacity, limit: limit)
                : .outOfBlocks(needed: needed, free: available)
            #expect(error == expected)
            #expect(pool.counts == before)
            note("rejected")
        }
    }

    private mutating func extend() throws {
        guard let index = anySequence() else { return }
        let old = sequences[index].reservation
        let needed = 1 + random.below(2)
        let capacity = (old.table.count + needed) * Self.blockTokens
        let fits = naive.freeCount + naive.cachedCount >= needed
        do {
            try pool.extend(
                &sequences[index].reservation,
                capacityTokens: capacity,
                hold: sequences[index].hold
            )
            try #require(fits && sequences[index].reservation.table.starts(with: old.table))
            try handOut(sequences[index].reservation.table[old.table.count...], sequences[index].hold)
            sequences[index].tokens += (0..<needed * Self.blockTokens).map { _ in 0 }
            note("extended")
        } catch is KVCacheError {
            #expect(!fits || capacity > pool.blockCount * Self.blockTokens)
            #expect(sequences[index].reservation == old)
        }
    }

    /// Blocks handed out anew were free, or are the next victims in order.
    private mutating func handOut(_ blocks: ArraySlice<BlockIndex>, _ hold: HoldReason) throws {
        let victims = naive.victims(for: blocks.count)
        if !victims.isEmpty { note("evicted") }
        let evicted = blocks.map { Int($0.rawValue) }.filter { !naive.blocks[$0].isFree }
        try #require(evicted == victims, "evicted \(evicted), expected \(victims)")
        for block in blocks {
            naive.handOut(Int(block.rawValue))
            naive.update(Int(block.rawValue)) { $0.holds[hold, default: 0] += 1 }
        }
    }

    private mutating func publish() {
        guard let index = anySequence() else { return }
        let sequence = sequences[index]
        let start = sequence.publishedCount * Self.blockTokens
        guard start + Self.blockTokens <= sequence.tokens.count else { return }
        let block = sequence.reservation.table[sequence.publishedCount]
        let prefix = Array(sequence.tokens[..<(start + Self.blockTokens)])
        let hashes = hasher.hashes(of: prefix)
        let outcome = pool.publish(
            block: block,
            hash: hashes[sequence.publishedCount],
            parent: hashes.dropLast().last,
            tokens: prefix[start...],
            fidelity: sequence.fidelity
        )
        #expect(outcome == expectedOutcome(block, prefix, sequence.fidelity))
        if outcome != .refused { sequences[index].publishedCount += 1 }
        guard outcome == .published else { return note("\(outcome)".prefix { $0 != "(" }) }
        note("published")
        if let older = naive.holder(of: prefix) { naive.blocks[older].prefix = nil }
        naive.blocks[Int(block.rawValue)].prefix = prefix
        naive.blocks[Int(block.rawValue)].fidelity = sequence.fidelity
    }

    private func expectedOutcome(
        _ block: BlockIndex,
        _ prefix: [TokenID],
        _ fidelity: KVFidelity
    ) -> PublishOutcome {
        if naive.blocks[Int(block.rawValue)].pins[.writing, default: 0] > 0 { return .refused }
        guard let older = naive.holder(of: prefix), naive.blocks[older].fidelity <= fidelity else {
            return .published
        }
        return .duplicate(of: BlockIndex(rawValue: UInt32(older)))
    }

    private mutating func changeHold() {
        guard let index = anySequence() else { return }
        let (old, new) = (sequences[index].hold, hold())
        let table = sequences[index].reservation.table
        pool.changeHold(table, from: old, to: new)
        for block in table {
            naive.update(Int(block.rawValue)) { block in
                block.holds[old, default: 0] -= 1
                block.holds[new, default: 0] += 1
            }
        }
        sequences[index].hold = new
    }

    private mutating func release() {
        guard let index = anySequence() else { return }
        let sequence = sequences.remove(at: index)
        #expect(pool.isCurrent(sequence.reservation))
        let evictedFirst = random.below(3) == 0
        pool.release(sequence.reservation.table, sequence.hold, evictedFirst: evictedFirst)
        for block in sequence.reservation.table.reversed() {
            naive.update(Int(block.rawValue)) { block in
                block.holds[sequence.hold, default: 0] -= 1
                block.isEvictedFirst = evictedFirst
            }
            if naive.blocks[Int(block.rawValue)].isPinned { note("released while pinned") }
        }
    }

    private mutating func holdPrefix() {
        let (tokens, accepted, hold) = (prompt(), fidelity(), hold())
        let hits = naive.hits(tokens, limit: tokens.count / Self.blockTokens, accepting: accepted)
        let held =
            random.below(2) == 0
            ? pool.holdPrefix(of: tokens, hasher: hasher, hold: hold, accepting: accepted)
            : pool.holdPrefix(hashes: hasher.hashes(of: tokens), hold: hold, accepting: accepted)
        #expect(held.table.map { Int($0.rawValue) } == hits)
        guard !hits.isEmpty else { return }
        for block in hits { naive.update(block) { $0.holds[hold, default: 0] += 1 } }
        sequences.append(
            Sequence(
                tokens: Array(tokens.prefix(held.hitTokens)),
                reservation: held,
                hold: hold,
                publishedCount: hits.count,
                fidelity: held.hitFidelity
            )
        )
    }

    /// Some unpublished blocks of a sequence make way for fresh ones.
    private mutating func replace() throws {
        guard let index = anySequence() else { return }
        let (old, hold) = (sequences[index].reservation, sequences[index].hold)
        let places = old.table.indices.filter { place in
            place >= sequences[index].publishedCount && random.below(2) == 0
                && naive.blocks[Int(old.table[place].rawValue)].prefix == nil
        }
        let available = naive.freeCount + naive.cachedCount
        do {
            try pool.replace(places, of: &sequences[index].reservation, hold: hold)
            try #require(places.count <= available, "replaced \(places.count) blocks of \(available)")
            let table = sequences[index].reservation.table
            try handOut(places.map { table[$0] }[...], hold)
            for place in places.reversed() {
                naive.update(Int(old.table[place].rawValue)) { $0.holds[hold, default: 0] -= 1 }
            }
            #expect(table.indices.allSatisfy { places.contains($0) || table[$0] == old.table[$0] })
            #expect(Set(table).isDisjoint(with: places.map { old.table[$0] }))
            if !places.isEmpty { note("replaced") }
        } catch let error as KVCacheError {
            #expect(error == .outOfBlocks(needed: places.count, free: available))
            #expect(sequences[index].reservation == old)
        }
    }

    private mutating func pin() {
        guard let index = anySequence() else { return }
        let access = PinAccess.allCases[random.below(2)]
        let table = sequences[index].reservation.table
        let range = random.below(table.count)...
        let blocks = table[range].filter {
            access == .reading || naive.blocks[Int($0.rawValue)].prefix == nil
        }
        guard !blocks.isEmpty else { return }
        pool.pin(blocks, access)
        for block in blocks { naive.update(Int(block.rawValue)) { $0.pins[access, default: 0] += 1 } }
        pins.append(Pin(blocks: blocks, access: access))
    }

    private mutating func unpin() {
        guard !pins.isEmpty else { return }
        let pin = pins.remove(at: random.below(pins.count))
        pool.unpin(pin.blocks, pin.access)
        for block in pin.blocks.reversed() {
            naive.update(Int(block.rawValue)) { $0.pins[pin.access, default: 0] -= 1 }
        }
    }

    private mutating func flush() {
        #expect(pool.flush() == naive.cachedCount)
        naive.flush()
        note("flushed")
    }

    private mutating func takeChanges() {
        let changes = pool.takeChanges()
        if changes.overflowed {
            mirror = Set(pool.publishedHashes)
            note("overflowed")
        } else {
            #expect(mirror.isSuperset(of: changes.removed) && mirror.isDisjoint(with: changes.added))
            mirror.subtract(changes.removed)
            mirror.formUnion(changes.added)
        }
        #expect(mirror == Set(pool.publishedHashes))
    }

    private func compare() throws {
        try #require(pool.checkInvariants() == nil)
        let counts = pool.counts
        try #require(counts.free == naive.freeCount)
        try #require(counts.cached == naive.cachedCount)
        try #require(counts.quarantined == naive.quarantinedCount)
        try #require(counts.running == naive.count(.running))
        try #require(counts.reserved == naive.count(.reserved))
        try #require(counts.leased == naive.count(.leased))
        try #require(counts.total == pool.blockCount)
        let generations = naive.blocks.indices.map { pool.generation(of: BlockIndex(rawValue: UInt32($0))) }
        try #require(generations == naive.blocks.map(\.generation))
        let published = Set(naive.exactPrefixes.compactMap { hasher.hashes(of: $0).last })
        try #require(Set(pool.publishedHashes) == published)
    }

    private mutating func anySequence() -> Int? {
        sequences.isEmpty ? nil : random.below(sequences.count)
    }

    private mutating func note(_ event: some StringProtocol) { seen[String(event), default: 0] += 1 }
}
