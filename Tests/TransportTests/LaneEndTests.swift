import Foundation
import TestSupport
import Testing
import Wire

@testable import Transport

/// Wakes, sleeps and ends of a lane: no chunk is forgotten, none is reported twice.
@Suite struct LaneEndTests {
    private static let mebibyte = 1 << 20

    @Test func `no wake is lost, however it meets the lane's falling asleep`() throws {
        let bench = try LaneBench(destinations: [])
        let lane = try bench.connect()
        // A thread at a time queues one chunk as soon as the one before is finished: just when the lane is
        // about to ask, has asked, or sleeps. A lost wake shows as a chunk that waits for a minute.
        let rounds = 3000
        var random = UInt64.random(in: .min ... .max)
        let seed = random
        for round in 0..<rounds {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let token = UInt64(round)
            lane.send([bench.chunk(token, .parts([LanePart([])]))])
            let isFinished = lane.log.wait { $0.finished.count == round + 1 }
            try #require(isFinished, "chunk \(round), seed \(seed)")
            for _ in 0..<(random >> 54) { _ = lane.log.current.questionCount }
        }
        #expect(lane.log.current.sentTokens == Array(0..<UInt64(rounds)))
        // Many at once, from several threads, to a lane that may be anywhere.
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for index in 0..<500 {
                lane.send([bench.chunk(UInt64(rounds + thread * 500 + index), .parts([LanePart([])]))])
            }
        }
        #expect(lane.log.wait { Set($0.sentTokens).count == rounds + 2000 })
        #expect(bench.handler.log.wait { $0.landed.count == rounds + 2000 })
        try lane.sender.shutdown()
        bench.shutdown()
    }

    @Test func `an idle lane asks once more, then closes itself`() throws {
        var limits = LaneSenderConfiguration()
        limits.idleTimeout = .milliseconds(50)
        let bench = try LaneBench(destinations: [])
        // The first question finds nothing, the chunk comes without a wake, the last question finds it.
        let chunk = bench.chunk(4, .parts([LanePart([])]))
        let lane = try bench.connect(limits, sending: [chunk], silentQuestions: [1])
        #expect(lane.log.wait { $0.closed == .some(.idle(after: .milliseconds(50))) })
        let log = lane.log.current
        #expect(log.sentTokens == [4] && log.unsent == nil)
        #expect(log.questionCount == 4, "nothing, the chunk, nothing, and nothing at the end")
        #expect(bench.handler.log.wait { $0.closed == .some(.closedByPeer) })
        bench.shutdown()
    }

    @Test func `what comes while a lane closes itself is seen by then, or left for another lane`() throws {
        var limits = LaneSenderConfiguration()
        limits.idleTimeout = .milliseconds(2)
        let bench = try LaneBench(destinations: [])
        var sent: [UInt64] = []
        for round in 0..<25 {
            let lane = try bench.connect(limits)
            // About when the lane closes itself: before, within, or after.
            _ = lane.log.wait(seconds: Double(round % 5) * 0.001) { $0.closed != nil }
            lane.send([bench.chunk(UInt64(round), .parts([LanePart([])]))])
            #expect(lane.log.wait { $0.closed != nil })
            let log = lane.log.current
            #expect(log.sentTokens.count + log.waiting.count == 1 && log.unsent == nil)
            sent += log.sentTokens
        }
        #expect(bench.handler.log.wait { $0.landed.map { UInt64($0.streamID) }.sorted() == sent })
        bench.shutdown()
    }

    @Test func `closing sends what the source has, shutting down does not`() throws {
        let bench = try LaneBench(destinations: [Self.mebibyte])
        let memory = TestMemory([UInt8](repeating: 5, count: Self.mebibyte), cuts: [Self.mebibyte])
        bench.handler.gate.update { $0 = false }
        let lane = try bench.connect(sending: (0..<20).map { bench.chunk($0, memory) })
        try lane.sender.close()
        bench.handler.gate.update { $0 = true }
        #expect(lane.log.wait { $0.closed == .some(nil) })
        #expect(lane.log.current.sentTokens == Array(0..<20) && lane.log.current.unsent == nil)
        #expect(bench.handler.log.wait { $0.landed.count == 20 && $0.closed == .some(.closedByPeer) })

        // The handler holds the receiver back until the kernel's buffers are full and the sender is stuck.
        bench.handler.gate.update { $0 = false }
        let stuck = try bench.connect(sending: (0..<60).map { bench.chunk($0, memory) })
        #expect(stuck.log.wait { !$0.finished.isEmpty })
        try stuck.sender.shutdown()
        let log = stuck.log.current
        #expect(log.closed == .some(nil))
        #expect(!log.waiting.isEmpty, "60 MiB do not fit into the kernel")
        expectAccounted(log, count: 60)
        bench.handler.gate.update { $0 = true }
        #expect(bench.handler.log.wait { $0.closed != nil })
        bench.shutdown()
    }

    @Test func `a receiver can be shut down while it waits for bytes`() throws {
        let bench = try LaneBench(destinations: [])
        let lane = try bench.connect()
        #expect(bench.receivers.wait { $0.count == 1 })
        // It waits for a frame that never comes, or has not even begun.
        bench.receivers.current[0].shutdown()
        #expect(bench.handler.log.wait { $0.closed == .some(nil) })
        #expect(lane.log.wait { $0.closed != nil })
        bench.shutdown()
    }

    @Test func `a sender that is refused, stalls or breaks says why, and returns its chunk`() throws {
        let bench = try LaneBench(destinations: [Self.mebibyte])
        let other = try TestCluster(name: "lab")
        let memory = TestMemory([UInt8](repeating: 5, count: Self.mebibyte), cuts: [Self.mebibyte])
        let chunks = (0..<60).map { bench.chunk($0, memory) }
        let stranger = try bench.connect(identity: other.identity("x"), sending: chunks, waits: false)
        #expect(stranger.log.wait { $0.closed??.label == "tls_untrusted" })
        expectAccounted(stranger.log.current, count: 60)

        bench.handler.gate.update { $0 = false }
        var limits = LaneSenderConfiguration()
        limits.stallTimeout = .milliseconds(100)
        let stalled = try bench.connect(limits, sending: chunks)
        #expect(stalled.log.wait { $0.closed??.label == "timed_out" })
        expectAccounted(stalled.log.current, count: 60)
        #expect(stalled.log.current.unsent != nil)

        let broken = try bench.connect(sending: chunks)
        #expect(bench.receivers.wait { $0.count == 2 })
        bench.handler.gate.update { $0 = true }
        bench.shutdown()
        #expect(broken.log.wait { $0.closed != nil })
        expectAccounted(broken.log.current, count: 60)
    }

    @Test func `a payload that is too large closes the lane before it is made`() throws {
        let bench = try LaneBench(destinations: [])
        let limit = FrameHeader.payloadLimit
        let error = TransportError.frame(.payloadTooLarge(bytes: limit + 1, limit: limit))
        let memory = TestMemory([UInt8](repeating: 0, count: limit + 1), cuts: [limit, 1])
        let encoded = LanePayload.encoded(limit: limit + 1) { _ in preconditionFailure("encoded") }
        for chunk in [bench.chunk(7, memory), bench.chunk(7, encoded)] {
            let lane = try bench.connect(sending: [chunk], waits: false)
            #expect(lane.log.wait { $0.closed == .some(error) })
            #expect(lane.log.current.unsent == 7 && lane.log.current.finished.isEmpty)
        }
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

    /// Every chunk is finished, returned or still with the source, in order, and each only once.
    private func expectAccounted(_ log: TestLane.Log, count: UInt64) {
        let unsent = log.unsent.map { [$0] } ?? []
        #expect(log.sentTokens + unsent + log.waiting.map(\.token) == Array(0..<count))
    }
}
