import Foundation
import Testing
import Wire

@testable import Transport

@Suite struct LaneTests {
    @Test(arguments: [
        ("one large segment", [1 << 20], 6),
        ("segments of one block", Array(repeating: 65_536, count: 16), 6),
        ("odd small segments", Array(1...400), 30), ("nothing but a message", [], 20),
        ("record edges", [16_384, 16_383, 1, 16_385, 0, 4096], 10),
    ])
    func `payload lands in the memory it is meant for`(shape: String, segments: [Int], chunks: Int) throws {
        let bench = try LaneBench(destinations: segments)
        let sender = try bench.connect()
        let bytes = (0..<segments.reduce(0, +)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let memory = TestMemory(bytes, cuts: segments)
        for token in 0..<chunks { try sender.enqueue(bench.chunk(UInt64(token), memory, checksumStart: 77)) }
        #expect(bench.sent.wait { $0.sent == Array(0..<UInt64(chunks)) }, "\(shape)")
        #expect(bench.handler.log.wait { $0.landed.count == chunks }, "\(shape)")
        let expected = PayloadChecksum.crc32c(of: memory.segments, continuing: 77)
        for (index, landed) in bench.handler.log.current.landed.enumerated() {
            #expect(landed.checksum == expected && landed.streamID == UInt32(index), "\(shape)")
            #expect(landed.message == withUnsafeBytes(of: expected.littleEndian, Array.init), "\(shape)")
        }
        #expect(bench.handler.memory.bytes == bytes, "\(shape)")
        sender.close()
        #expect(bench.sent.wait { $0.closed == .some(nil) })
        #expect(bench.handler.log.wait { $0.closed == .some(.closedByPeer) })
        bench.shutdown()
    }

    @Test func `keys are replaced on a lane`() throws {
        var limits = LaneSenderConfiguration()
        limits.keyUpdateBytes = 100_000
        let bench = try LaneBench(destinations: [1 << 20])
        let sender = try bench.connect(limits)
        let memory = TestMemory([UInt8](repeating: 9, count: 1 << 20), cuts: [1 << 20])
        for token in 0..<4 { try sender.enqueue(bench.chunk(UInt64(token), memory)) }
        #expect(bench.handler.log.wait { $0.landed.count == 4 })
        #expect(sender.keyUpdateCount >= 30)
        #expect(bench.handler.memory.bytes == memory.bytes)
        sender.shutdown()
        bench.shutdown()
    }

    @Test func `frames can be discarded, and a refused one closes the lane with its reason`() throws {
        let bench = try LaneBench(destinations: [300_000])
        let sender = try bench.connect()
        let memory = TestMemory([UInt8](repeating: 1, count: 300_000), cuts: [300_000])
        try sender.enqueue(bench.chunk(0, memory, type: LaneBench.discarded))
        try sender.enqueue(bench.chunk(1, memory))
        #expect(bench.handler.log.wait { $0.landed.map(\.streamID) == [1] })
        try sender.enqueue(bench.chunk(2, memory, type: LaneBench.refused))
        #expect(bench.handler.log.wait { $0.closed == .some(.refused(reason: "test")) })
        #expect(bench.sent.wait { $0.closed != nil }, "the idle sender notices at once")
        #expect(throws: TransportError.self) { try sender.enqueue(bench.chunk(3, memory)) }
        bench.shutdown()
    }

    @Test func `memory of another size closes the lane`() throws {
        let bench = try LaneBench(destinations: [10])
        let sender = try bench.connect()
        let memory = TestMemory([1, 2, 3], cuts: [3])
        try sender.enqueue(bench.chunk(0, memory))
        let expected = TransportError.destinationMismatch(payloadBytes: 3, givenBytes: 10)
        #expect(bench.handler.log.wait { $0.closed == .some(expected) })
        bench.shutdown()
    }

    @Test func `both ends can be shut down while they wait for bytes`() throws {
        let bench = try LaneBench(destinations: [1 << 20])
        let sender = try bench.connect()
        // The handler holds the receiver back until the kernel's buffers are full and the sender is stuck.
        bench.handler.gate.update { $0 = false }
        let memory = TestMemory([UInt8](repeating: 5, count: 1 << 20), cuts: [1 << 20])
        for token in 0..<60 { try sender.enqueue(bench.chunk(UInt64(token), memory)) }
        #expect(throws: TransportError.queueFull(limit: 64)) {
            for token in 60..<200 { try sender.enqueue(bench.chunk(UInt64(token), memory)) }
        }
        sender.shutdown()
        let log = bench.sent.current
        #expect(log.closed == .some(nil))
        #expect(log.sent + log.failed == Array(0..<UInt64(log.sent.count + log.failed.count)))
        #expect(!log.failed.isEmpty, "60 MiB do not fit into the kernel")
        bench.handler.gate.update { $0 = true }
        #expect(bench.handler.log.wait { $0.closed != nil })

        let second = try bench.connect()
        #expect(bench.receivers.wait { $0.count == 2 })
        // It waits for a frame that never comes, or has not even begun.
        bench.receivers.current[1].shutdown()
        #expect(bench.handler.log.wait { $0.closed == .some(nil) })
        #expect(bench.sent.wait { $0.closed != nil })
        second.shutdown()
        bench.shutdown()
    }

    @Test func `an idle lane closes itself`() throws {
        var limits = LaneSenderConfiguration()
        limits.idleTimeout = .milliseconds(50)
        let bench = try LaneBench(destinations: [])
        let sender = try bench.connect(limits)
        #expect(bench.sent.wait { $0.closed == .some(.idle(after: .milliseconds(50))) })
        #expect(bench.handler.log.wait { $0.closed == .some(.closedByPeer) })
        #expect(throws: TransportError.idle(after: .milliseconds(50))) {
            try sender.enqueue(bench.chunk(0, TestMemory([], cuts: [])))
        }
        bench.shutdown()
    }

    @Test func `a sender that is refused or stalls says why, and returns every chunk`() throws {
        let bench = try LaneBench(destinations: [])
        let other = try TestCluster(name: "lab")
        let memory = TestMemory([UInt8](repeating: 5, count: 1 << 20), cuts: [1 << 20])
        let stranger = try bench.connect(identity: other.identity("x"), waits: false)
        for token in 0..<3 { try? stranger.enqueue(bench.chunk(UInt64(token), memory)) }
        #expect(bench.sent.wait { $0.closed??.label == "tls_untrusted" })
        stranger.shutdown()

        bench.handler.gate.update { $0 = false }
        var limits = LaneSenderConfiguration()
        limits.stallTimeout = .milliseconds(100)
        let stuck = try bench.connect(limits)
        for token in 0..<60 { try stuck.enqueue(bench.chunk(UInt64(token), memory)) }
        #expect(bench.sent.wait { $0.closed??.label == "timed_out" })
        let log = bench.sent.current
        #expect(log.sent + log.failed == Array(0..<60))
        bench.handler.gate.update { $0 = true }
        bench.shutdown()
    }

    @Test func `a frame that stops half way ends the lane after the stall timeout`() throws {
        let bench = try LaneBench(destinations: [100])
        let peer = try RawPeer(port: bench.server.port)
        #expect(peer.handshake(.init(settings: try bench.cluster.issue("p"))))
        let frame = try Frame(type: 2, streamID: 0, message: [1], payload: [UInt8](repeating: 0, count: 100))
        // Hello and the first half arrive together: the loop hands over what it has read already.
        #expect(peer.send(LaneBench.hello.encoded() + frame.encoded().prefix(60)))
        #expect(bench.handler.log.wait { $0.closed??.label == "timed_out" })
        #expect(bench.handler.log.current.landed.isEmpty)
        withExtendedLifetime(peer) {}
        bench.shutdown()
    }

    @Test func `a connection that owes frames does not become a lane`() throws {
        let bench = try LaneBench(destinations: [], greets: true)
        _ = try bench.connect()
        #expect(bench.handler.log.wait { $0.closed??.label == "refused" })
        bench.shutdown()
    }
}
