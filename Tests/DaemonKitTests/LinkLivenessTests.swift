import DaemonKit
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// Silence is noticed, quiet is not taken for it.
@Suite struct LinkLivenessTests {
    private static let interval = Duration.milliseconds(300)

    @Test func `a link whose peer is silent closes after three intervals, an idle one stays`() throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(
            in: cluster,
            settings: LinkSettings(heartbeatInterval: Self.interval)
        )
        let idle = try TestProcess.worker("d1", in: cluster)
        let (here, there) = try idle.link(to: router)
        let identity = try cluster.identity("p1", roles: [.prefill])
        for _ in 0..<2 {
            let start = MonotonicClock.now
            let mute = try RawLink.greeted(port: router.port, identity, Greeting.worker("p1"))
            let ended = router.recorder.log.current.closed.count + 1
            let reason = try mute.farewell()
            #expect(reason.code == .peerLost)
            #expect(reason.message.hasPrefix("nothing was heard for "))
            #expect(MonotonicClock.now - start > Self.interval * 3)
            #expect(router.recorder.log.wait { $0.closed.count == ended })
            let beats = try mute.messages.filter { $0.type == .heartbeat }
            #expect(beats.count >= 2, "it was asked for a sign of life before")
            mute.shutdown()
        }
        #expect(
            router.recorder.log.current.closed[there] == nil,
            "twice as long without a message, but alive"
        )
        idle.expectHeard(.load(LoadReport()), on: here, by: router, as: there)
        idle.hub.shutdown()
        router.hub.shutdown()
    }

    @Test func `a heartbeat is echoed with the engine's progress, an echo is not`() throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(in: cluster)
        let peer = try RawLink.greeted(
            port: router.port,
            cluster.identity("p1", roles: [.prefill]),
            Greeting.worker("p1")
        )
        try peer.send(.heartbeat(Heartbeat(sequence: 70, progress: 1, isEcho: true)))
        try peer.send(.heartbeat(Heartbeat(sequence: 71, progress: 2, isEcho: false)))
        #expect(peer.log.wait { $0.frames.count == 2 })
        let expected = Message.heartbeat(Heartbeat(sequence: 71, progress: 42, isEcho: true))
        #expect(try peer.messages.last == expected)
        #expect(
            router.recorder.log.current.beats.values.first == [1, 2],
            "the handler hears the peer's progress"
        )
        #expect(router.recorder.log.current.received.isEmpty, "and nothing else")
        peer.shutdown()
        router.hub.shutdown()
    }

    @Test func `a process that stood still does not take its own pause for its peers' silence`() throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(
            in: cluster,
            settings: LinkSettings(heartbeatInterval: Self.interval)
        )
        let worker = try TestProcess.worker("d1", in: cluster)
        let (here, there) = try worker.link(to: router)
        let mute = try RawLink.greeted(
            port: router.port,
            cluster.identity("p1", roles: [.prefill]),
            Greeting.worker("p1")
        )
        // The first beat after the link opened has passed: from here on pauses are seen.
        #expect(mute.log.wait { $0.frames.count >= 2 })
        router.hub.schedule(after: .zero) {
            _ = Watched(false).wait(seconds: (Self.interval * 5).inSeconds) { $0 }
        }
        // The mute peer ends when the process has been awake long enough again; the other answers meanwhile.
        #expect(try mute.farewell().code == .peerLost)
        #expect(router.recorder.log.current.closed[there] == nil)
        worker.expectHeard(.load(LoadReport()), on: here, by: router, as: there)
        mute.shutdown()
        worker.hub.shutdown()
        router.hub.shutdown()
    }
}
