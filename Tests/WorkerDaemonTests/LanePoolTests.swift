import ServingTypes
import TestSupport
import Testing
import Transport

@testable import WorkerDaemon

/// Chunks go out over a few lanes, interleaved, and every ticket comes back exactly once, whatever happens.
@Suite struct LanePoolTests {
    @Test(arguments: [1, 2, 4])
    func `chunks of several transfers interleave and land whole`(lanes: Int) throws {
        let bench = try LaneBench(lanes: lanes)
        var number: UInt64 = 0
        var expected: [KVChunk] = []
        for block in 0..<8 {
            for request in 1...3 {
                number += 1
                let blocks = 1 + (block + request) % 3
                let chunk = Made.chunk(Made.attempt(UInt64(request)), firstBlock: block, blockCount: blocks)
                expected.append(chunk)
                bench.send(number, chunk, bytes: blocks * 4_096)
            }
        }
        bench.expectReturned(1...number)
        #expect(bench.intake.log.wait { $0.landed.count == expected.count })
        let log = bench.intake.log.current
        #expect(log.landed.allSatisfy { $0.isIntact }, "each payload fits its place")
        #expect(log.laneCount <= lanes)
        #expect(bench.reports.current.failed.isEmpty)
        let landed = log.landed.map { landed in
            var chunk = landed.chunk
            chunk.checksum = 0
            return chunk
        }
        #expect(Set(landed) == Set(expected))
        // One lane keeps the order in which the chunks were given, so the transfers take turns.
        if lanes == 1 { #expect(landed == expected) }
        for (chunk, landed) in zip(landed, log.landed) {
            #expect(expected.firstIndex(of: chunk).map { UInt8($0 + 1) } == landed.byte)
        }
        bench.shutdown()
        #expect(bench.reports.current.lost.isEmpty)
    }

    @Test func `a receiver that takes no lane is lost, and every ticket comes back once`() throws {
        let bench = try LaneBench(.refuseLanes)
        for number in 1...20 { bench.send(UInt64(number), Made.chunk(Made.attempt(1)), bytes: 4_096) }
        bench.expectReturned(1...20)
        #expect(bench.reports.wait { !$0.lost.isEmpty })
        #expect(Set(bench.reports.current.lost) == [LaneBench.receiver])
        #expect(bench.intake.log.current.landed.isEmpty)
        bench.shutdown()
        bench.expectReturned(1...20)
    }

    @Test func `chunks for somebody who is not there all fail`() throws {
        let bench = try LaneBench()
        // The certificate at that address has another name.
        let stranger = Made.worker("d2")
        for number in 1...12 {
            bench.send(UInt64(number), Made.chunk(Made.attempt(1)), bytes: 64, to: stranger)
        }
        bench.expectReturned(1...12)
        #expect(bench.reports.wait { !$0.lost.isEmpty })
        let log = bench.reports.current
        #expect(log.sent.isEmpty)
        #expect(
            log.failed.values.flatMap(\.self).allSatisfy { $0.code == .peerLost && $0.message.contains("d2") }
        )
        #expect(Set(log.lost) == [stranger])
        // Another receiver is not touched by it.
        bench.send(13, Made.chunk(Made.attempt(2)), bytes: 4_096)
        #expect(bench.intake.log.wait { $0.landed.count == 1 })
        #expect(bench.reports.wait { $0.sent == [13] })
        bench.shutdown()
    }

    @Test func `a chunk that is refused breaks its lane and is told as a loss`() throws {
        let bench = try LaneBench(.refuseChunk(3), lanes: 1)
        for number in 1...10 {
            bench.send(UInt64(number), Made.chunk(Made.attempt(1), firstBlock: number), bytes: 4_096)
        }
        #expect(bench.reports.wait { !$0.lost.isEmpty }, "bytes that TLS took may not have landed")
        bench.shutdown()
        bench.expectReturned(1...10)
        #expect(!bench.intake.log.current.landed.contains { $0.chunk.firstBlock == 3 })
    }

    @Test func `shutdown brings every ticket back, whatever the lanes wait for`() throws {
        let bench = try LaneBench(blockBytes: 1 << 20)
        bench.intake.gate.update { $0 = false }
        for number in 1...40 { bench.send(UInt64(number), Made.chunk(Made.attempt(1)), bytes: 1 << 20) }
        #expect(bench.intake.log.wait { $0.laneCount == 2 })
        bench.pool.shutdown()
        bench.expectReturned(1...40)
        let log = bench.reports.current
        #expect(!log.failed.isEmpty, "40 MiB do not fit into the kernel")
        #expect(log.lost.isEmpty, "nobody is lost by our own end")
        bench.intake.gate.update { $0 = true }
        bench.shutdown()
    }
}
