import DaemonKit
import Logging
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// Bulk lanes are greeted like links and then leave the hub.
@Suite struct LaneGreetingTests {
    private final class Lane: LaneReceiverHandler, LaneSource {
        let ends = Watched<[TransportError?]>([])
        let landed = Watched<[FrameHeader]>([])

        func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
            .parts([])
        }
        func landed(
            _ header: FrameHeader,
            message: [UInt8],
            checksums: [UInt32],
            staged: UnsafeRawBufferPointer?
        ) {
            landed.update { $0.append(header) }
        }
        /// What the sending side gives its lane, once each.
        let chunks = Watched<[LaneChunk]>([])

        func laneOpened(peer: PeerIdentity) {}
        func nextChunk(after finished: LaneFinished?) -> LaneChunk? { chunks.update { $0.popLast() } }
        func laneClosed(unsent: UInt64?, error: TransportError?) { ends.update { $0.append(error) } }
        func laneClosed(error: TransportError?) { ends.update { $0.append(error) } }
    }

    /// Collects the constant parts of log lines.
    private struct Lines: LogHandler {
        let lines: Watched<[String]>
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.update { $0.append(event.message.description) } }
    }

    private func dial(_ port: UInt16, from process: TestProcess, _ identity: TLSIdentity, _ lane: Lane) throws
        -> LaneSender
    {
        let hello = try Message.hello(process.hub.hello(for: .lane)).encode()
        return try LaneSender(
            to: LaneTarget(host: "127.0.0.1", port: port, expectedPeer: "d1"),
            identity: identity,
            hello: Frame(type: hello.type.rawValue, streamID: 0, message: hello.header),
            source: lane
        )
    }

    @Test func `a lane that is taken is no link any more`() throws {
        let cluster = try TestCertificates()
        let receiving = Lane()
        let receivers = Watched<[LaneReceiver]>([])
        let lines = Watched<[String]>([])
        var settings = LinkSettings()
        settings.greetingTimeout = .milliseconds(200)
        let recorder = LinkRecorder(lane: { peer in
            guard peer.hello.name == "p1", peer.hello.purpose == .lane else { return nil }
            let receiver = LaneReceiver(handler: receiving)
            receivers.update { $0.append(receiver) }
            return receiver
        })
        var logger = Logger(label: "test") { _ in Lines(lines: lines) }
        logger.logLevel = .trace
        let receiver = try TestProcess(
            Greeting.worker("d1", incarnation: 8),
            roles: [.decode],
            in: cluster,
            settings: settings,
            recorder: recorder,
            logger: logger
        )
        let process = try TestProcess.worker("p1", in: cluster)
        let sending = Lane()
        sending.chunks.update {
            $0 = [LaneChunk(token: 1, type: 771, streamID: 5, payload: .parts([])) { _, _ in [1] }]
        }
        let sender = try dial(
            receiver.port,
            from: process,
            cluster.identity("p1", roles: [.prefill]),
            sending
        )
        #expect(receiving.landed.wait { $0.map(\.streamID) == [5] })
        // The time for its greeting comes and finds nothing.
        let isLater = Watched(false)
        receiver.hub.schedule(after: settings.greetingTimeout * 2) { isLater.update { $0 = true } }
        #expect(isLater.wait { $0 })
        #expect(!lines.current.contains("link.send_failed"), "\(lines.current)")
        #expect(receiving.ends.current.isEmpty)
        sender.close()
        #expect(receiving.ends.wait { $0 == [.closedByPeer] })
        sender.shutdown()
        for lane in receivers.current { lane.shutdown() }
        receiver.hub.shutdown()
        process.hub.shutdown()
        #expect(recorder.log.current.closed.isEmpty && recorder.log.current.opened.isEmpty)
    }

    @Test func `a lane that nobody takes is refused and ends`() throws {
        let cluster = try TestCertificates()
        let receiver = try TestProcess.worker("d1", in: cluster)
        let process = try TestProcess.worker("p1", in: cluster)
        let sending = Lane()
        let sender = try dial(
            receiver.port,
            from: process,
            cluster.identity("p1", roles: [.prefill]),
            sending
        )
        #expect(receiver.recorder.log.wait { $0.closed.count == 1 })
        let expected = ServingError(.unauthorized, "p1 may not open a lane here")
        #expect(receiver.recorder.log.current.closed.values.first == [expected])
        #expect(sending.ends.wait { $0.count == 1 && $0 != [nil] })
        sender.shutdown()
        receiver.hub.shutdown()
        process.hub.shutdown()
    }
}
