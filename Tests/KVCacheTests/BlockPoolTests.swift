import KVCache
import ServingTypes
import Testing

@Suite struct BlockPoolTests {
    static let blockTokens = 4
    static let hasher = BlockHasher(
        key: BlockHashKey(rawValue: Bytes128(high: 3, low: 4)),
        blockTokens: blockTokens
    )

    static func tokens(_ range: Range<Int>) -> [TokenID] { range.map { TokenID($0) } }

    static func pool(_ blockCount: Int) -> BlockPool {
        BlockPool(blockCount: blockCount, blockTokens: blockTokens)
    }

    /// Publishes the full blocks of a sequence from its table.
    @discardableResult
    static func publish(
        _ tokens: [TokenID],
        _ table: [BlockIndex],
        in pool: inout BlockPool,
        fidelity: KVFidelity = .exact
    ) -> [PublishOutcome] {
        var parent: BlockHash?
        return hasher.hashes(of: tokens).enumerated().map { index, hash in
            let own = tokens[index * blockTokens..<(index + 1) * blockTokens]
            defer { parent = hash }
            return pool.publish(
                block: table[index],
                hash: hash,
                parent: parent,
                tokens: own,
                fidelity: fidelity
            )
        }
    }

    /// A pool that caches the full blocks of `tokens` and holds nothing.
    static func cachingPool(_ blockCount: Int, _ tokens: [TokenID]) throws -> BlockPool {
        var pool = pool(blockCount)
        let reservation = try pool.reserve(
            tokens: tokens,
            capacityTokens: tokens.count,
            hasher: hasher,
            hold: .running
        )
        publish(tokens, reservation.table, in: &pool)
        pool.release(reservation.table, .running)
        return pool
    }

    @Test(
        "the longest cached prefix of full blocks before the last token is shared",
        arguments: [
            ("the same prompt recomputes its last block", 0..<12, 8),
            ("one token more makes the last block a hit", 0..<13, 12),
            ("a partly filled block is no hit", 0..<7, 4),
            ("one block exactly is recomputed", 0..<4, 0),
            ("a single token", 0..<1, 0),
            ("another prefix", 1..<13, 0),
        ]
    )
    func hits(requirement: String, prompt: Range<Int>, expected: Int) throws {
        var pool = try Self.cachingPool(8, Self.tokens(0..<12))
        let tokens = Self.tokens(prompt)
        #expect(pool.lookup(tokens: tokens, hasher: Self.hasher) == expected, "\(requirement)")
        let reservation = try pool.reserve(
            tokens: tokens,
            capacityTokens: 20,
            hasher: Self.hasher,
            hold: .reserved
        )
        #expect(reservation.hitTokens == expected, "\(requirement)")
        #expect(reservation.hitHash == Self.hasher.hashes(of: tokens.prefix(expected)).last)
        #expect(reservation.table.count == 5, "the table covers the capacity")
        #expect(Set(reservation.table).count == 5)
        #expect(pool.counts.reserved == 5)
        #expect(pool.checkInvariants() == nil)
    }

    @Test("a prefix held for a peer includes the last token and allocates nothing")
    func holdPrefix() throws {
        var pool = try Self.cachingPool(4, Self.tokens(0..<12))
        let held = pool.holdPrefix(of: Self.tokens(0..<12), hasher: Self.hasher, hold: .leased)
        #expect(held.hitTokens == 12)
        #expect(pool.counts.leased == 3)
        #expect(pool.counts.free == 1)
        let none = pool.holdPrefix(of: Self.tokens(1..<9), hasher: Self.hasher, hold: .leased)
        #expect(none.table.isEmpty && none.hitHash == nil)
    }

    @Test("a reservation that does not fit throws with numbers and changes nothing")
    func outOfBlocks() throws {
        var pool = try Self.cachingPool(4, Self.tokens(0..<8))
        let held = try pool.reserve(
            tokens: Self.tokens(100..<104),
            capacityTokens: 4,
            hasher: Self.hasher,
            hold: .running
        )
        // One block is hit, three are needed; the hit is no longer evictable, so 1 free + 1 cached remain.
        #expect(throws: KVCacheError.outOfBlocks(needed: 3, free: 2)) {
            try pool.reserve(
                tokens: Self.tokens(0..<5),
                capacityTokens: 16,
                hasher: Self.hasher,
                hold: .running
            )
        }
        #expect(pool.counts.cached == 2 && pool.counts.free == 1 && pool.counts.running == 1)
        #expect(throws: KVCacheError.sequenceTooLong(tokens: 17, limit: 16)) {
            try pool.reserve(tokens: [1], capacityTokens: 17, hasher: Self.hasher, hold: .running)
        }
        var grown = held
        _ = try pool.reserve(tokens: [1], capacityTokens: 1, hasher: Self.hasher, hold: .running)
        #expect(throws: KVCacheError.outOfBlocks(needed: 3, free: 2)) {
            try pool.extend(&grown, capacityTokens: 16, hold: .running)
        }
        #expect(grown == held)
        #expect(pool.checkInvariants() == nil)
    }

    @Test("a table grows by new blocks under the given hold")
    func extend() throws {
        var pool = Self.pool(4)
        var reservation = try pool.reserve(
            tokens: [1],
            capacityTokens: 4,
            hasher: Self.hasher,
            hold: .running
        )
        try pool.extend(&reservation, capacityTokens: 4, hold: .running)
        #expect(reservation.table.count == 1)
        try pool.extend(&reservation, capacityTokens: 9, hold: .running)
        #expect(reservation.table.count == 3)
        #expect(pool.counts.running == 3)
        #expect(pool.isCurrent(reservation))
    }

    /// Has a sequence's full blocks published, and releases it.
    private static func leave(
        _ tokens: [TokenID],
        evictedFirst: Bool = false,
        in pool: inout BlockPool
    ) throws {
        let reservation = try pool.reserve(
            tokens: tokens,
            capacityTokens: tokens.count,
            hasher: hasher,
            hold: .running
        )
        publish(tokens, reservation.table, in: &pool)
        pool.release(reservation.table, .running, evictedFirst: evictedFirst)
    }

    /// Takes blocks one by one; after each, the leading blocks that are left of each sequence.
    private static func evicting(
        _ count: Int,
        from pool: inout BlockPool,
        leaves sequences: [[TokenID]]
    ) throws -> [[Int]] {
        try (0..<count).map { index in
            _ = try pool.reserve(
                tokens: [TokenID(900 + index)],
                capacityTokens: 1,
                hasher: hasher,
                hold: .running
            )
            return sequences.map { pool.heldPrefix(hashes: hasher.hashes(of: $0)) }
        }
    }

    @Test("the least recently released sequence is evicted first, and its end before its beginning")
    func evictionOrder() throws {
        var pool = Self.pool(4)
        let first = Self.tokens(0..<8)
        let second = Self.tokens(100..<108)
        for tokens in [first, second] {
            try Self.leave(tokens, in: &pool)
        }
        // Using the first sequence again makes the second the older one.
        pool.release(pool.holdPrefix(of: first, hasher: Self.hasher, hold: .leased).table, .leased)
        let left = try Self.evicting(4, from: &pool, leaves: [first, second])
        #expect(left == [[2, 1], [2, 0], [1, 0], [0, 0]])
    }

    @Test("what was released as less worth is evicted before all others, until somebody else uses it")
    func lessWorth() throws {
        var pool = Self.pool(4)
        let sequences = [Self.tokens(0..<4), Self.tokens(100..<104), Self.tokens(200..<204)]
        for (tokens, isLess) in zip(sequences, [false, true, true]) {
            try Self.leave(tokens, evictedFirst: isLess, in: &pool)
        }
        let used = pool.holdPrefix(of: sequences[1], hasher: Self.hasher, hold: .leased)
        pool.release(used.table, .leased)
        let left = try Self.evicting(4, from: &pool, leaves: sequences)
        #expect(left == [[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    }

    @Test("a block that a lane still writes is neither free nor cached until its last unpin")
    func quarantine() throws {
        var pool = Self.pool(2)
        let tokens = Self.tokens(0..<4)
        let table = try pool.reserve(
            tokens: tokens,
            capacityTokens: 8,
            hasher: Self.hasher,
            hold: .reserved
        ).table
        pool.pin(table, .writing)
        pool.pin(table[..<1], .writing)
        #expect(Self.publish(tokens, table, in: &pool) == [.refused], "in flight")
        pool.release(table, .reserved)
        #expect(pool.counts.quarantined == 2)
        #expect(Self.publish(tokens, table, in: &pool) == [.refused], "quarantined")
        #expect(throws: KVCacheError.outOfBlocks(needed: 1, free: 0)) {
            try pool.reserve(tokens: tokens, capacityTokens: 4, hasher: Self.hasher, hold: .running)
        }
        pool.unpin(table, .writing)
        #expect(pool.counts.quarantined == 1 && pool.counts.free == 1, "one block has a second pin")
        pool.unpin(table[..<1], .writing)
        #expect(pool.counts.free == 2)
        #expect(pool.lookup(tokens: Self.tokens(0..<5), hasher: Self.hasher) == 0)
        #expect(pool.checkInvariants() == nil)
    }

    @Test("a published block that a lane still sends is not evicted, and stays cached afterwards")
    func readingPin() throws {
        var pool = try Self.cachingPool(1, Self.tokens(0..<4))
        let held = pool.holdPrefix(of: Self.tokens(0..<4), hasher: Self.hasher, hold: .leased)
        pool.pin(held.table, .reading)
        pool.release(held.table, .leased)
        #expect(pool.counts.quarantined == 1)
        #expect(pool.flush() == 0)
        #expect(throws: KVCacheError.outOfBlocks(needed: 1, free: 0)) {
            try pool.reserve(tokens: [9], capacityTokens: 1, hasher: Self.hasher, hold: .running)
        }
        pool.unpin(held.table, .reading)
        #expect(pool.counts.cached == 1)
        #expect(pool.lookup(tokens: Self.tokens(0..<5), hasher: Self.hasher) == 4)
    }

    @Test("an unpublished block may be published while a lane sends it")
    func publishWhileSending() throws {
        var pool = Self.pool(1)
        let tokens = Self.tokens(0..<4)
        let table = try pool.reserve(
            tokens: tokens,
            capacityTokens: 4,
            hasher: Self.hasher,
            hold: .running
        ).table
        pool.pin(table, .reading)
        #expect(Self.publish(tokens, table, in: &pool) == [.published])
        #expect(Self.publish(tokens, table, in: &pool) == [.published], "again")
    }

    @Test("a block counts once, by the strongest of its holds")
    func precedence() throws {
        var pool = Self.pool(1)
        let table = try pool.reserve(
            tokens: [1],
            capacityTokens: 1,
            hasher: Self.hasher,
            hold: .leased
        ).table
        pool.addHold(table, .reserved)
        pool.addHold(table, .running)
        pool.pin(table, .reading)
        #expect(pool.counts.running == 1)
        pool.release(table, .running)
        #expect(pool.counts.reserved == 1)
        pool.changeHold(table, from: .reserved, to: .leased)
        #expect(pool.counts.leased == 1)
        pool.release(table, .leased)
        #expect(pool.counts.leased == 1, "two leases")
        pool.release(table, .leased)
        #expect(pool.counts.quarantined == 1)
        pool.unpin(table, .reading)
        #expect(pool.counts.free == 1 && pool.counts.total == 1)
    }

    @Test("a reused block has another generation, and the old reservation is not current")
    func generations() throws {
        var pool = Self.pool(1)
        let old = try pool.reserve(tokens: [1], capacityTokens: 1, hasher: Self.hasher, hold: .running)
        #expect(pool.isCurrent(old))
        #expect(old.generations == [pool.generation(of: old.table[0])])
        pool.release(old.table, .running)
        #expect(!pool.isCurrent(old), "nobody holds it")
        let new = try pool.reserve(tokens: [2], capacityTokens: 1, hasher: Self.hasher, hold: .running)
        #expect(new.table == old.table && new.generations != old.generations)
        #expect(pool.isCurrent(new) && !pool.isCurrent(old))
    }

    @Test("the first block to claim a hash keeps it; the duplicate stays private")
    func duplicate() throws {
        var pool = Self.pool(2)
        let tokens = Self.tokens(0..<4)
        let tables = try (0..<2).map { _ in
            try pool.reserve(tokens: tokens, capacityTokens: 4, hasher: Self.hasher, hold: .running).table
        }
        #expect(Self.publish(tokens, tables[0], in: &pool) == [.published])
        #expect(Self.publish(tokens, tables[1], in: &pool) == [.duplicate(of: tables[0][0])])
        pool.release(tables[1], .running)
        #expect(pool.counts.free == 1)
        #expect(pool.holdPrefix(of: tokens, hasher: Self.hasher, hold: .leased).table == tables[0])
    }

    @Test("equal hashes with other tokens or another parent are a miss")
    func collision() throws {
        var pool = Self.pool(4)
        let (tokens, other) = (Self.tokens(0..<5), Self.tokens(50..<54))
        let hash = Self.hasher.next(parent: nil, tokens: tokens[..<4])
        let table = try pool.reserve(
            tokens: other,
            capacityTokens: 8,
            hasher: Self.hasher,
            hold: .running
        ).table
        #expect(pool.publish(block: table[0], hash: hash, parent: nil, tokens: other) == .published)
        #expect(pool.heldPrefix(hashes: [hash]) == 1, "the hash alone is only a hint")
        #expect(pool.lookup(tokens: tokens, hasher: Self.hasher) == 0)
        let outcome = pool.publish(block: table[1], hash: hash, parent: nil, tokens: tokens[..<4])
        #expect(outcome == .collision(with: table[0]))

        let stray = Self.hasher.next(parent: nil, tokens: other)
        #expect(pool.publish(block: table[1], hash: stray, parent: hash, tokens: other) == .published)
        #expect(pool.lookup(tokens: other + [1], hasher: Self.hasher) == 0, "its parent is another")
    }

    @Test("lossy KV serves only those who accept it, is not announced, and yields to exact KV")
    func fidelity() throws {
        var pool = Self.pool(3)
        let tokens = Self.tokens(0..<5)
        let lossy = try pool.reserve(
            tokens: tokens,
            capacityTokens: 4 + 1,
            hasher: Self.hasher,
            hold: .running
        )
        Self.publish(tokens, lossy.table, in: &pool, fidelity: .lossy)
        #expect(pool.lookup(tokens: tokens, hasher: Self.hasher) == 0)
        #expect(pool.takeChanges().isEmpty && pool.publishedHashes.isEmpty)
        let sharing = pool.holdPrefix(of: tokens, hasher: Self.hasher, hold: .leased, accepting: .lossy)
        #expect(sharing.hitTokens == 4 && sharing.hitFidelity == .lossy)
        pool.release(sharing.table, .leased)
        pool.release(lossy.table, .running)
        #expect(pool.counts.cached == 1)

        let exact = try pool.reserve(
            tokens: tokens,
            capacityTokens: 5,
            hasher: Self.hasher,
            hold: .running
        )
        #expect(exact.hitTokens == 0 && exact.hitFidelity == .exact)
        #expect(Self.publish(tokens, exact.table, in: &pool) == [.published])
        #expect(pool.counts.cached == 0, "the lossy block is free")
        #expect(pool.takeChanges().added == Self.hasher.hashes(of: tokens))
        #expect(pool.lookup(tokens: tokens, hasher: Self.hasher, accepting: .lossy) == 4)
        #expect(pool.checkInvariants() == nil)
    }

    @Test("the feed lists net changes in order, parents first, and gives up beyond the pool's size")
    func changes() throws {
        var pool = try Self.cachingPool(4, Self.tokens(0..<12))
        let hashes = Self.hasher.hashes(of: Self.tokens(0..<12))
        #expect(pool.takeChanges().added == hashes)
        #expect(pool.takeChanges().isEmpty)
        #expect(pool.flush() == 3)
        let other = Self.tokens(50..<54)
        let table = try pool.reserve(
            tokens: other,
            capacityTokens: 16,
            hasher: Self.hasher,
            hold: .running
        ).table
        Self.publish(other, table, in: &pool)
        var changes = pool.takeChanges()
        #expect(changes.removed == hashes.reversed() && changes.added == Self.hasher.hashes(of: other))

        let third = Self.tokens(70..<82)
        Self.publish(third, Array(table[1...]), in: &pool)
        pool.release(table, .running)
        #expect(pool.flush() == 4)
        changes = pool.takeChanges()
        #expect(changes.removed == Self.hasher.hashes(of: other), "what came and went is not listed")
        #expect(changes.added.isEmpty && !changes.overflowed)

        for start in [200, 300] {
            let tokens = Self.tokens(start..<start + 16)
            let table = try pool.reserve(
                tokens: tokens,
                capacityTokens: 16,
                hasher: Self.hasher,
                hold: .running
            ).table
            Self.publish(tokens, table, in: &pool)
            pool.release(table, .running)
            if start == 200 { #expect(pool.takeChanges().added.count == 4) }
        }
        changes = pool.takeChanges()
        #expect(changes.overflowed && changes.added.isEmpty && changes.removed.isEmpty)
        #expect(pool.publishedHashes.count == 4)
        #expect(pool.flush() == 4)
        #expect(pool.takeChanges().removed.count == 4, "the feed starts anew after an overflow")
    }
}
