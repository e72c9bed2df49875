internal import CLinux
internal import ServingTypes
internal import Wire

/// What the thread of a ``LaneSender`` does: dial, hello, chunks, end.
struct LaneSenderWorker {
    let queue: LaneQueue
    let control: LaneSenderControl
    let target: LaneTarget
    let identity: TLSIdentity
    let configuration: LaneSenderConfiguration
    let delegate: any LaneSenderDelegate

    /// Works until the lane ends, then accounts for every chunk.
    func run(hello: Frame) {
        var failure: TransportError?
        do throws(TransportError) {
            let session = try dial()
            defer { control.hide() }
            failure = send(hello: hello, over: session)
            if failure == nil || failure == .idle(after: configuration.idleTimeout) { session.endWriting() }
        } catch {
            failure = error
        }
        if queue.isStopped { failure = nil }
        let unsent = queue.finish(failure ?? .stopped)
        if !unsent.isEmpty { delegate.laneFailed(tokens: unsent, error: failure ?? .stopped) }
        delegate.laneClosed(error: failure)
    }

    private func dial() throws(TransportError) -> TLSSession {
        let dialer = LaneDialer(
            target: target,
            identity: identity,
            configuration: configuration,
            wake: control.wake,
            isStopped: { queue.isStopped }
        )
        let session = try dialer.dial()
        control.expose(session.socket.number)
        return session
    }

    /// Sends until the lane ends; why it did, or `nil` if it was asked to.
    private func send(hello: Frame, over session: TLSSession) -> TransportError? {
        do throws(TransportError) {
            try sendAll(hello: hello, over: session)
            return nil
        } catch {
            // The peer's reason, if it gave one, says more than a broken pipe.
            guard case .tls(.connectionLost) = error, let reason = peerReason(session) else { return error }
            return reason
        }
    }

    private func sendAll(hello: Frame, over session: TLSSession) throws(TransportError) {
        guard let peer = session.peer else { preconditionFailure("a finished handshake has a peer") }
        var writer = RecordWriter(session: session, stallTimeout: configuration.stallTimeout)
        try hello.encoded().withUnsafeBytesThrowing { bytes throws(TransportError) in
            try writer.append(bytes)
        }
        try writer.flush()
        delegate.laneOpened(peer: peer)
        while true {
            switch queue.next() {
            case .send(let chunk):
                if clinux_is_readable(session.socket.number) != 0 { try checkPeer(session) }
                try send(chunk, &writer)
                if queue.isEmpty { try writer.flush() }
                control.noteKeyUpdates(session.keyUpdateCount)
                delegate.laneSent(token: chunk.token)
            case .wait:
                try waitForChunks(session)
            case .end:
                return
            }
        }
    }

    private func send(_ chunk: LaneChunk, _ writer: inout RecordWriter) throws(TransportError) {
        let message = chunk.message(
            PayloadChecksum.crc32c(of: chunk.payload, continuing: chunk.checksumStart)
        )
        var prefix: [UInt8] = []
        do throws(FrameError) {
            let header = try FrameHeader(
                type: chunk.type,
                streamID: chunk.streamID,
                messageBytes: message.count,
                payloadBytes: chunk.payload.reduce(0) { $0 + $1.count }
            )
            header.encode(into: &prefix)
        } catch {
            throw .frame(error)
        }
        prefix.append(contentsOf: message)
        try prefix.withUnsafeBytesThrowing { bytes throws(TransportError) in try writer.append(bytes) }
        for segment in chunk.payload { try writer.append(segment) }
    }

    /// Waits for a chunk, the end, a word from the peer or the idle timeout.
    private func waitForChunks(_ session: TLSSession) throws(TransportError) {
        let deadline = MonotonicClock.now + configuration.idleTimeout
        let timeout = MonotonicClock.pollTimeout(until: deadline)
        let ready = clinux_wait_two(
            session.socket.number,
            Readiness.readable,
            control.wake.number,
            Readiness.readable,
            timeout
        )
        guard ready >= 0 else { throw .system(operation: "poll", code: -ready) }
        if ready & 2 != 0 { control.wake.drain() }
        if ready & 1 != 0 { try checkPeer(session) }
        guard ready == 0, MonotonicClock.now >= deadline else { return }
        let idle = TransportError.idle(after: configuration.idleTimeout)
        if queue.closeIfIdle(idle) { throw idle }
    }

    /// The peer has said something: on a one-way lane that can only be the end, or a key update.
    private func checkPeer(_ session: TLSSession) throws(TransportError) {
        if let reason = peerReason(session) { throw reason }
    }

    private func peerReason(_ session: TLSSession) -> TransportError? {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { buffer in
            do throws(TLSError) {
                return switch try session.read(into: buffer) {
                case .done: .refused(reason: "peer sent data on a one-way lane")
                case .wantsRead, .wantsWrite: nil
                case .closed: .closedByPeer
                }
            } catch {
                return .tls(error)
            }
        }
    }
}
