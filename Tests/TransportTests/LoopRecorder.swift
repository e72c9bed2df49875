import TestSupport
import Transport
import Wire

/// Records what a control loop reports and answers frames with a closure.
final class LoopRecorder: ControlLoopDelegate {
    struct Log {
        var opened: [ConnectionID: PeerIdentity] = [:]
        var frames: [ConnectionID: [Frame]] = [:]
        var closed: [ConnectionID: TransportError?] = [:]
        var refused: [TransportError] = []
    }

    let log = Watched(Log())
    private let answer: @Sendable (Frame, ConnectionID) -> FrameDisposition

    init(answer: @escaping @Sendable (Frame, ConnectionID) -> FrameDisposition = { _, _ in .keep }) {
        self.answer = answer
    }

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        log.update { $0.opened[id] = peer }
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        log.update { $0.frames[id, default: []].append(frame) }
        return answer(frame, id)
    }

    func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        log.update { $0.closed[id] = .some(error) }
    }

    func connectionRefused(address: String, error: TransportError) {
        log.update { $0.refused.append(error) }
    }

    func farewell(for error: FrameError) -> Frame? {
        try? Frame(type: 99, streamID: 0, message: Array(error.description.utf8))
    }
}

/// A loop that listens on loopback, with its recorder.
struct TestServer {
    let loop: ControlLoop
    let recorder: LoopRecorder
    let port: UInt16

    init(
        _ identity: TLSIdentity,
        configuration: ControlLoopConfiguration = ControlLoopConfiguration(),
        recorder: LoopRecorder = LoopRecorder()
    ) throws {
        self.recorder = recorder
        loop = try ControlLoop(identity: identity, configuration: configuration, delegate: recorder)
        port = try loop.listen(host: "127.0.0.1", port: 0)
    }

    /// Dials another server and waits until both ends are open.
    func link(to other: TestServer, expecting name: String? = nil) throws -> (
        here: ConnectionID, there: ConnectionID
    ) {
        let before = Set(other.recorder.log.current.opened.keys)
        let here = try loop.dial(host: "127.0.0.1", port: other.port, expectedPeer: name)
        guard recorder.log.wait(until: { $0.opened[here] != nil }),
            other.recorder.log.wait(until: { $0.opened.count > before.count }),
            let there = Set(other.recorder.log.current.opened.keys).subtracting(before).first
        else { throw TransportError.notConnected }
        return (here, there)
    }
}
