import KVCache
import ServingTypes
import Testing

/// What the pool does for transfers between workers.
@Suite struct BlockPoolPeerTests {
    typealias Base = BlockPoolTests

    @Test(arguments: [
        ("the whole chain", 0..<3, 3),
        ("a chain that begins behind the start", 1..<3, 2),
        ("a chain that leads out of the cache", 2..<5, 1),
        ("nothing that is cached", 3..<5, 0),
    ])
    func leadingBlocksAreHeldByTheirHashes(requirement: String, wanted: Range<Int>, expected: Int) throws {
        var pool = try Base.cachingPool(8, Base.tokens(0..<12))
        let hashes = Base.hasher.hashes(of: Base.tokens(0..<20))
        let held = pool.holdPrefix(hashes: Array(hashes[wanted]), hold: .leased)
        #expect(held.table.count == expected && pool.counts.leased == expected, "\(requirement)")
        #expect(held.hitTokens == expected * Base.blockTokens, "\(requirement)")
        let ofTokens = pool.holdPrefix(of: Base.tokens(0..<12), hasher: Base.hasher, hold: .leased)
        #expect(
            held.table == Array(ofTokens.table[wanted.clamped(to: 0..<3)]),
            "\(requirement): the same blocks"
        )
        pool.release(held.table, .leased)
        pool.release(ofTokens.table, .leased)
        #expect(pool.counts.available == 8 && pool.checkInvariants() == nil)
    }

    @Test func hashesThatAreNoChainGiveOnlyTheFirst() throws {
        var pool = try Base.cachingPool(8, Base.tokens(0..<12))
        let hashes = Base.hasher.hashes(of: Base.tokens(0..<12))
        let held = pool.holdPrefix(hashes: [hashes[0], hashes[2]], hold: .leased)
        #expect(held.table.count == 1)
        pool.release(held.table, .leased)
    }

    @Test func lossyBlocksEndAnExactChain() throws {
        var pool = Base.pool(8)
        let tokens = Base.tokens(0..<12)
        let table = try pool.reserve(tokens: tokens, capacityTokens: 12, hasher: Base.hasher, hold: .running)
            .table
        Base.publish(tokens, table, in: &pool, fidelity: .lossy)
        let hashes = Base.hasher.hashes(of: tokens)
        #expect(pool.holdPrefix(hashes: hashes, hold: .leased).table.isEmpty)
        let held = pool.holdPrefix(hashes: hashes, hold: .leased, accepting: .lossy)
        #expect(held.table == table && held.hitFidelity == .lossy)
    }

    @Test func heldBlocksOutliveTheNeedForBlocks() throws {
        var pool = try Base.cachingPool(4, Base.tokens(0..<12))
        let held = pool.holdPrefix(hashes: Base.hasher.hashes(of: Base.tokens(0..<12)), hold: .leased)
        #expect(throws: KVCacheError.outOfBlocks(needed: 2, free: 1)) {
            try pool.reserve(tokens: [9], capacityTokens: 8, hasher: Base.hasher, hold: .running)
        }
        #expect(pool.isCurrent(held))
    }

    @Test func replacedBlocksAreLeftToTheirLane() throws {
        var pool = Base.pool(6)
        var reservation = try pool.reserve(
            tokens: Base.tokens(0..<9),
            capacityTokens: 12,
            hasher: Base.hasher,
            hold: .running
        )
        let old = reservation
        pool.pin([old.table[1]], .writing)
        try pool.replace([1], of: &reservation, hold: .running)
        #expect(reservation.table[0] == old.table[0] && reservation.table[2] == old.table[2])
        #expect(reservation.table[1] != old.table[1] && pool.isCurrent(reservation))
        #expect(
            pool.counts.running == 3 && pool.counts.quarantined == 1,
            "the lane still writes the old block"
        )
        pool.unpin([old.table[1]], .writing)
        #expect(pool.counts.quarantined == 0 && pool.counts.free == 3 && pool.checkInvariants() == nil)
    }

    @Test func withoutBlocksNothingIsReplaced() throws {
        var pool = Base.pool(3)
        var reservation = try pool.reserve(
            tokens: [1],
            capacityTokens: 8,
            hasher: Base.hasher,
            hold: .running
        )
        let old = reservation
        #expect(throws: KVCacheError.outOfBlocks(needed: 2, free: 1)) {
            try pool.replace([0, 1], of: &reservation, hold: .running)
        }
        #expect(reservation == old && pool.counts.running == 2)
    }
}
