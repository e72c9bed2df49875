import KVCache
import Testing

@Suite struct BlockPoolWalkTests {
    static let stepCount = 3_000

    @Test("any history leaves the pool as its naive twin", arguments: 1...8 as ClosedRange<UInt64>)
    func walk(seed: UInt64) throws {
        var walk = BlockPoolWalk(seed: seed)
        for step in 0..<Self.stepCount {
            do {
                try walk.step()
            } catch {
                Issue.record(
                    "seed \(seed) fails at step \(step) with \(walk.pool.blockCount) blocks: \(error)"
                )
                return
            }
        }
        let events = [
            "shared", "rejected", "extended", "evicted", "published", "duplicate", "refused", "flushed",
            "released while pinned", "replaced",
        ]
        for event in events {
            #expect(walk.seen[event, default: 0] > 4, "seed \(seed) hardly \(event): \(walk.seen)")
        }
        for sequence in walk.sequences { walk.pool.release(sequence.reservation.table, sequence.hold) }
        for pin in walk.pins { walk.pool.unpin(pin.blocks, pin.access) }
        #expect(walk.pool.counts.available == walk.pool.blockCount, "nothing leaks, seed \(seed)")
    }
}
