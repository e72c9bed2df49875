import ServingTypes
import TestSupport
import Testing
import Transport

@testable import WorkerDaemon

/// Chunks go out over a few lanes and every ticket comes back exactly once, whatever happens.
@Suite struct LanePoolTests {
    @Test(arguments: [1, 2, 4])
    func `chunks of several transfers land whole over at most so many lanes`(lanes: Int) throws {
        let bench = try LaneBench(lanes: lanes)
        defer { bench.shutdown() }
        var expected: [KVChunk] = []
        for block in 0..<8 {
            for request in 1...3 {
                let blocks = 1 + (block + request) % 3
                let chunk = Made.chunk(Made.attempt(UInt64(request)), firstBlock: block, blockCount: blocks)
                expected.append(chunk)
                bench.add(chunk, bytes: blocks * 4_096)
            }
        }
        bench.wake()
        #expect(bench.work.log.wait { $0.finished.count == expected.count })
        #expect(bench.intake.log.wait { $0.landed.count == expected.count })
        let log = bench.intake.log.current
        #expect(log.landed.allSatisfy { $0.isIntact }, "each payload fits its place")
        #expect(log.laneCount <= lanes)
        let landed = log.landed.map { landed in
            var chunk = landed.chunk
            chunk.checksum = 0
            return chunk
        }
        #expect(Set(landed) == Set(expected))
        if lanes == 1 { #expect(landed == expected, "one lane keeps the order in which it got them") }
        #expect(bench.work.log.current.closed.isEmpty)
        // A sleeping lane takes what comes later.
        let last = Made.chunk(Made.attempt(9), firstBlock: 30)
        bench.add(last, bytes: 4_096)
        bench.wake()
        #expect(bench.intake.log.wait { $0.landed.count == expected.count + 1 })
        #expect(bench.intake.log.current.laneCount <= lanes)
    }

    @Test func `a receiver that takes no lane is given up after a few tries, and nothing stays behind`()
        throws
    {
        let bench = try LaneBench(.refuseLanes)
        defer { bench.shutdown() }
        // What a broken lane had sent waits again, as in the core.
        bench.work.isRepeating.update { $0 = true }
        for number in 1...20 { bench.add(Made.chunk(Made.attempt(1), firstBlock: number), bytes: 4_096) }
        bench.wake()
        #expect(bench.work.log.wait { !$0.failed.isEmpty })
        let log = bench.work.log.current
        #expect(log.failed.first?.code == .peerLost)
        #expect(log.closed.count >= 1 && log.closed.allSatisfy { $0.isBroken })
        #expect(bench.intake.log.current.landed.isEmpty)
        #expect(bench.pool.laneCounts.values.reduce(0, +) == 0)
    }

    @Test func `somebody else at the address gets nothing`() throws {
        let bench = try LaneBench()
        defer { bench.shutdown() }
        // The certificate at that address has another name.
        bench.add(Made.chunk(Made.attempt(1)), bytes: 4_096)
        bench.wake(Made.worker("d2"))
        #expect(bench.work.log.wait { !$0.failed.isEmpty })
        #expect(bench.work.log.current.failed.first?.message.contains("d2") == true)
        #expect(bench.intake.log.current.landed.isEmpty)
        // The right one is not touched by it.
        bench.wake()
        #expect(bench.intake.log.wait { $0.landed.count == 1 })
    }

    @Test func `a lane that breaks is told with what it held, and another takes its place`() throws {
        let bench = try LaneBench(.refuseChunk(3), lanes: 1)
        defer { bench.shutdown() }
        for number in 1...10 { bench.add(Made.chunk(Made.attempt(1), firstBlock: number), bytes: 4_096) }
        bench.wake()
        #expect(bench.work.log.wait { $0.closed.contains { $0.isBroken } })
        #expect(
            bench.work.log.wait { $0.finished.count + $0.unsent.count == 10 },
            "the rest goes over a new lane"
        )
        let log = bench.work.log.current
        #expect(Set(log.finished).isDisjoint(with: log.unsent))
        #expect(!bench.intake.log.current.landed.contains { $0.chunk.firstBlock == 3 })
        #expect(log.failed.isEmpty)
    }

    @Test func `shutdown brings every ticket back, whatever the lanes wait for`() throws {
        let bench = try LaneBench(blockBytes: 1 << 20)
        bench.intake.gate.update { $0 = false }
        for number in 1...40 { bench.add(Made.chunk(Made.attempt(1), firstBlock: number), bytes: 1 << 20) }
        bench.wake()
        #expect(bench.intake.log.wait { $0.laneCount == 2 })
        bench.pool.shutdown()
        let log = bench.work.log.current
        #expect(log.closed.count == 2 && log.closed.allSatisfy { !$0.isBroken }, "our own end breaks nothing")
        #expect(log.unsent.count == 2, "40 MiB do not fit into the kernel")
        #expect(log.taken == log.finished.count + log.unsent.count)
        #expect(log.failed.isEmpty)
        bench.intake.gate.update { $0 = true }
        bench.shutdown()
    }

    @Test func `a lane closes when it is idle, and opens again for the next chunk`() throws {
        let bench = try LaneBench(idleTimeout: .milliseconds(50))
        defer { bench.shutdown() }
        for round in 1...3 {
            bench.add(Made.chunk(Made.attempt(1), firstBlock: round), bytes: 4_096)
            bench.wake()
            #expect(bench.intake.log.wait { $0.landed.count == round })
            #expect(bench.work.log.wait { $0.closed.count == round }, "closed by itself")
        }
        #expect(bench.work.log.current.closed.allSatisfy { !$0.isBroken })
        #expect(bench.pool.laneCounts.values.reduce(0, +) == 0)
    }
}
