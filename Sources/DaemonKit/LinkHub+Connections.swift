internal import Logging
internal import ServingTypes
internal import Synchronization
public import Transport
public import Wire

extension LinkHub: ControlLoopDelegate {
    /// See `ControlLoopDelegate`.
    public func connectionBound(_ id: ConnectionID, localHost: String) {
        state.withLock { $0.boundHosts[id] = localHost }
    }

    /// See `ControlLoopDelegate`.
    public func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        let purpose = state.withLock { state in
            let purpose = state.entries[id]?.purpose ?? .control
            state.entries[id] = Entry(
                certificate: peer,
                isDialed: isDialed,
                address: address,
                purpose: purpose,
                localHost: state.boundHosts.removeValue(forKey: id),
                lastHeard: MonotonicClock.now
            )
            return purpose
        }
        if isDialed { send(.hello(hello(for: purpose, on: id)), on: id) }
        schedule(after: settings.greetingTimeout) { [weak self] in self?.closeUnlessGreeted(id) }
    }

    /// See `ControlLoopDelegate`.
    public func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        let (peer, handler) = state.withLock { state -> (LinkPeer?, (any LinkHandler)?) in
            guard let index = state.entries.index(forKey: id) else { return (nil, nil) }
            state.entries.values[index].lastHeard = MonotonicClock.now  // In place: an entry is large.
            return (state.entries.values[index].peer, state.handler)
        }
        guard let handler else { return .close }
        do throws(WireError) {
            guard let peer else { return try receiveGreeting(frame, on: id, handler) }
            deliver(try decode(frame, from: peer.senderRoles), on: id, from: peer, to: handler)
            return .keep
        } catch {
            return refuse(id, error.servingError)
        }
    }

    private func receiveGreeting(
        _ frame: Frame,
        on id: ConnectionID,
        _ handler: any LinkHandler
    ) throws(WireError) -> FrameDisposition {
        guard let entry = state.withLock({ $0.entries[id] }), let certificate = entry.certificate else {
            return .close
        }
        let message = try decode(frame, from: SenderRoles(certificate.roles))
        return greet(message, on: id, entry, certificate, handler)
    }

    /// See `ControlLoopDelegate`.
    public func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        let (entry, handler, isStopping) = state.withLock { state in
            (state.entries.removeValue(forKey: id), state.handler, state.isStopping)
        }
        lastClosed.signal()
        guard let entry else { return }
        let reason =
            entry.farewell ?? ServingError(.peerLost, error?.description ?? "the link was closed")
        if !isStopping {
            let name = entry.peer?.hello.name ?? entry.certificate?.name ?? entry.address
            logger.notice("link.closed", metadata: ["peer": "\(name)", "reason": "\(reason)"])
        }
        handler?.linkClosed(id, peer: entry.peer, reason: reason)
    }

    /// See `ControlLoopDelegate`.
    public func connectionRefused(address: String, error: TransportError) {
        onRefusal()
        let count = state.withLock { $0.refusals.note(now: MonotonicClock.now) }
        guard let count else { return }
        logger.warning(
            "link.refused",
            metadata: ["address": "\(address)", "reason": "\(error)", "since_last_line": "\(count)"]
        )
    }

    /// See `ControlLoopDelegate`.
    public func farewell(for error: FrameError) -> Frame? {
        let failure = Message.failure(ServingError(.protocolViolation, error.description))
        do {
            return try failure.frame()
        } catch {
            logger.error("link.unsendable", metadata: ["type": "failure", "error": "\(error)"])
            return nil
        }
    }
}
