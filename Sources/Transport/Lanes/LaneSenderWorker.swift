internal import Wire

/// What the thread of a ``LaneSender`` does: dial, hello, chunks, end.
struct LaneSenderWorker {
    let control: LaneSenderControl
    let target: LaneTarget
    let identity: TLSIdentity
    let configuration: LaneSenderConfiguration
    let source: any LaneSource

    /// Works until the lane ends, then says how.
    func run(hello: Frame) {
        var failure: TransportError?
        var unsent: UInt64?
        do throws(TransportError) {
            let session = try dial()
            defer { control.hide() }
            var feed = LaneFeed(
                session: session,
                control: control,
                configuration: configuration,
                source: source
            )
            failure = send(hello, &feed, over: session)
            unsent = feed.openToken
            if failure == nil || failure == .idle(after: configuration.idleTimeout) { session.endWriting() }
        } catch {
            failure = error
        }
        source.laneClosed(unsent: unsent, error: control.isStopped ? nil : failure)
    }

    private func dial() throws(TransportError) -> TLSSession {
        let dialer = LaneDialer(
            target: target,
            identity: identity,
            configuration: configuration,
            signal: control.signal,
            isStopped: { control.isStopped }
        )
        let session = try dialer.dial()
        control.expose(session.socket.number)
        return session
    }

    /// Sends until the lane ends; why it did, or `nil` if it was asked to.
    private func send(
        _ hello: Frame,
        _ feed: inout LaneFeed,
        over session: TLSSession
    ) -> TransportError? {
        do throws(TransportError) {
            try feed.run(hello: hello)
            return nil
        } catch {
            // The peer's reason, if it gave one, says more than a broken pipe.
            guard case .tls(.connectionLost) = error, let reason = session.readPeersWord() else {
                return error
            }
            return reason
        }
    }
}
