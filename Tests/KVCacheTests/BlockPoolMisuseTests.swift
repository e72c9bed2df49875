import KVCache
import ServingTypes
import Testing

/// Wrong use of the pool stops the program: a book that does not balance must not go on.
@Suite struct BlockPoolMisuseTests {
    @Test("releasing a hold that is not there")
    func releaseUnheld() async {
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(blockCount: 1, blockTokens: 4)
            pool.release([BlockIndex(rawValue: 0)], .running)
        }
    }

    @Test("unpinning what is not pinned")
    func unpinUnpinned() async {
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(blockCount: 1, blockTokens: 4)
            pool.unpin([BlockIndex(rawValue: 0)], .writing)
        }
    }

    @Test("a block beyond the pool")
    func outOfRange() async {
        await #expect(processExitsWith: .failure) {
            let pool = BlockPool(blockCount: 1, blockTokens: 4)
            _ = pool.generation(of: BlockIndex(rawValue: 1))
        }
    }

    @Test("holding a free block")
    func holdFree() async {
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(blockCount: 1, blockTokens: 4)
            pool.addHold([BlockIndex(rawValue: 0)], .leased)
        }
    }

    @Test("writing a published block")
    func writePublished() async {
        await #expect(processExitsWith: .failure) {
            let hasher = BlockHasher(
                key: BlockHashKey(rawValue: Bytes128(high: 1, low: 2)),
                blockTokens: 1
            )
            var pool = BlockPool(blockCount: 1, blockTokens: 1)
            let table = try pool.reserve(
                tokens: [1],
                capacityTokens: 1,
                hasher: hasher,
                hold: .running
            ).table
            pool.publish(
                block: table[0],
                hash: hasher.next(parent: nil, tokens: [1]),
                parent: nil,
                tokens: [1]
            )
            pool.pin(table, .writing)
        }
    }
}
