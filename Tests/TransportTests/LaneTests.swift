import TestSupport
import Testing
import Wire

@testable import Transport

@Suite struct LaneTests {
    @Test(arguments: [
        ("one large segment", [1 << 20], 6, 0),
        ("segments of one block", Array(repeating: 65_536, count: 16), 6, 0),
        ("scattered segments of one block", Array(repeating: 65_536, count: 16), 6, 64),
        ("odd small segments", Array(1...400), 30, 1), ("nothing but a message", [], 20, 0),
        ("record edges", [16_384, 16_383, 1, 16_385, 0, 4096], 10, 8),
        ("record edges side by side", [0, 16_384, 16_383, 1, 0, 16_385, 0], 10, 0),
    ])
    func `payload lands in the memory it is meant for`(
        shape: String,
        segments: [Int],
        chunks: Int,
        gap: Int
    ) throws {
        let bench = try LaneBench(destinations: segments, gap: gap)
        let lane = try bench.connect()
        let bytes = (0..<segments.reduce(0, +)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let memory = TestMemory(bytes, cuts: segments, gap: gap)
        for token in 0..<UInt64(chunks) { lane.send([bench.chunk(token, memory, checksumStart: 77)]) }
        let finished = (0..<UInt64(chunks)).map { LaneFinished(token: $0, wireBytes: bytes.count) }
        #expect(lane.log.wait { $0.finished == finished }, "\(shape)")
        #expect(bench.handler.log.wait { $0.landed.count == chunks }, "\(shape)")
        let expected = PayloadChecksum.crc32c(of: memory.segments, continuing: 77)
        let message = LaneBench.message(checksum: expected, payloadBytes: bytes.count)
        let landed = (0..<UInt32(chunks)).map {
            LaneHandler.Landed(streamID: $0, message: message, checksums: [expected], staged: nil)
        }
        #expect(bench.handler.log.current.landed == landed, "\(shape)")
        #expect(bench.handler.memory.bytes == bytes, "\(shape)")
        try lane.sender.close()
        #expect(lane.log.wait { $0.closed == .some(nil) })
        #expect(lane.log.current.unsent == nil)
        #expect(bench.handler.log.wait { $0.closed == .some(.closedByPeer) })
        bench.shutdown()
    }

    @Test func `payload is encoded on its way and staged at its end`() throws {
        let bench = try LaneBench(destinations: [])
        // Growing, shrinking, empty, the largest there may be; less than the limit in every other case.
        let sizes = [10, 70_000, 3, 0, 4 << 20, 16_384, 1 << 20]
        let chunks = sizes.enumerated().map { index, size in
            let limit = index % 2 == 0 ? size : size + 1000
            let payload = LanePayload.encoded(limit: limit, checksumStart: 77) { room in
                precondition(room.count == limit, "room for \(room.count) bytes, asked for \(limit)")
                for offset in 0..<size { room[offset] = Self.pattern(index, offset) }
                return size
            }
            return bench.chunk(UInt64(index), payload, type: LaneBench.staged)
        }
        let lane = try bench.connect(sending: chunks)
        #expect(bench.handler.log.wait { $0.landed.count == sizes.count })
        for (index, landed) in bench.handler.log.current.landed.enumerated() {
            let bytes = (0..<sizes[index]).map { Self.pattern(index, $0) }
            let checksum = bytes.withUnsafeBytes { PayloadChecksum.crc32c(of: $0, continuing: 77) }
            #expect(landed.staged == bytes, "chunk \(index)")
            #expect(landed.checksums == [checksum], "chunk \(index)")
            #expect(landed.message == LaneBench.message(checksum: checksum, payloadBytes: bytes.count))
        }
        #expect(lane.log.wait { $0.finished.map(\.wireBytes) == sizes }, "the sizes as sent")
        try lane.sender.shutdown()
        bench.shutdown()
    }

    @Test func `a lane gives its scratch memory back when idle and takes it again`() throws {
        let bench = try LaneBench(destinations: [])
        var limits = LaneSenderConfiguration()
        limits.scratchTimeout = .milliseconds(1)
        let lane = try bench.connect(limits)
        for token in 0..<3 {
            let payload = LanePayload.encoded(limit: 100_000) { room in
                room.copyBytes(from: [UInt8(token)])
                return 1
            }
            lane.send([bench.chunk(UInt64(token), payload, type: LaneBench.staged)])
            #expect(lane.log.wait { $0.finished.count == token + 1 })
            // Having given it back, the lane looks at its source before it sleeps on.
            #expect(lane.log.wait { $0.questionCount > $0.lastFinish })
        }
        #expect(bench.handler.log.wait { $0.landed.map(\.staged) == [[0], [1], [2]] })
        try lane.sender.shutdown()
        bench.shutdown()
    }

    @Test func `scratch memory grows to what is asked for and can be given back`() throws {
        var scratch = LaneScratch()
        #expect(scratch.byteCount == 0)
        for (asked, held) in [(1, 65_536), (65_536, 65_536), (65_537, 131_072), (10, 131_072)] {
            let room = try scratch.room(for: asked)
            room.copyBytes(from: [UInt8](repeating: 7, count: asked))
            #expect(room.count == asked && scratch.byteCount == held)
        }
        scratch.release()
        #expect(scratch.byteCount == 0)
        #expect(try scratch.room(for: 4 << 20).allSatisfy { $0 == 0 }, "new memory from the system")
    }

    @Test func `keys are replaced on a lane`() throws {
        var limits = LaneSenderConfiguration()
        limits.keyUpdateBytes = 100_000
        let bench = try LaneBench(destinations: [1 << 20])
        let memory = TestMemory([UInt8](repeating: 9, count: 1 << 20), cuts: [1 << 20])
        let lane = try bench.connect(limits, sending: (0..<4).map { bench.chunk($0, memory) })
        #expect(bench.handler.log.wait { $0.landed.count == 4 })
        #expect(lane.log.wait { $0.finished.count == 4 })
        #expect(try lane.sender.keyUpdateCount >= 30)
        #expect(bench.handler.memory.bytes == memory.bytes)
        try lane.sender.shutdown()
        bench.shutdown()
    }

    @Test func `frames can be discarded, and a refused one closes the lane with its reason`() throws {
        let bench = try LaneBench(destinations: [300_000])
        let lane = try bench.connect()
        let memory = TestMemory([UInt8](repeating: 1, count: 300_000), cuts: [300_000])
        lane.send([bench.chunk(0, memory, type: LaneBench.discarded), bench.chunk(1, memory)])
        #expect(bench.handler.log.wait { $0.landed.map(\.streamID) == [1] })
        lane.send([bench.chunk(2, memory, type: LaneBench.refused)])
        #expect(bench.handler.log.wait { $0.closed == .some(.refused(reason: "test")) })
        #expect(lane.log.wait { $0.closed != nil }, "the idle sender notices at once")
        bench.shutdown()
    }

    @Test func `memory of another size closes the lane`() throws {
        let bench = try LaneBench(destinations: [10])
        let lane = try bench.connect(sending: [bench.chunk(0, TestMemory([1, 2, 3], cuts: [3]))])
        let expected = TransportError.destinationMismatch(payloadBytes: 3, givenBytes: 10)
        #expect(bench.handler.log.wait { $0.closed == .some(expected) })
        try lane.sender.shutdown()
        bench.shutdown()
    }

    @Test func `a connection that owes frames does not become a lane`() throws {
        let bench = try LaneBench(destinations: [], greets: true)
        let lane = try bench.connect()
        #expect(bench.handler.log.wait { $0.closed??.label == "refused" })
        try lane.sender.shutdown()
        bench.shutdown()
    }

    private static func pattern(_ chunk: Int, _ offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: offset &* 31 ^ offset >> 8 ^ chunk)
    }
}
