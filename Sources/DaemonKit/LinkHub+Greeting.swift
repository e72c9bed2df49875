internal import ServingTypes
internal import Synchronization
public import Transport
public import Wire

/// Who may talk, and what about.
extension LinkHub {
    /// What this process says of itself on a connection for `purpose`.
    ///
    /// - Parameter link: the connection, where it is one of the hub's.
    public func hello(for purpose: ConnectionPurpose, on link: ConnectionID? = nil) -> Hello {
        state.withLock { state in
            var hello = state.greeting
            hello.purpose = purpose
            if state.advertisesLocalHost, let host = link.flatMap({ state.entries[$0]?.localHost }) {
                hello.listener?.host = host
            }
            return hello
        }
    }

    func decode(_ frame: Frame, from sender: SenderRoles) throws(WireError) -> Message {
        let type = try MessageType(checking: frame.header.type, from: sender)
        let message = try Message.decode(type: type, header: frame.message, payload: frame.payload)
        try message.checkSender(sender)
        return message
    }

    /// Compares both greetings; the accepting side answers with its own, except on a lane, which is one-way.
    func greet(
        _ message: Message,
        on id: ConnectionID,
        _ entry: Entry,
        _ certificate: PeerIdentity,
        _ handler: any LinkHandler
    ) -> FrameDisposition {
        if case .failure(let error) = message {
            state.withLock { $0.entries[id]?.farewell = error }
            return .close
        }
        guard case .hello(let hello) = message else {
            return refuse(id, ServingError(.protocolViolation, "\(message.type) came before the greeting"))
        }
        let purpose = entry.isDialed ? entry.purpose : hello.purpose
        if let error = misfit(of: hello, certificate) ?? self.hello(for: purpose).mismatch(with: hello) {
            return refuse(id, error)
        }
        let peer = LinkPeer(
            hello: hello,
            certificate: certificate,
            isDialed: entry.isDialed,
            address: entry.address
        )
        if purpose == .lane {
            guard let receiver = handler.laneReceiver(for: peer) else {
                return refuse(id, ServingError(.unauthorized, "\(hello.name) may not open a lane here"))
            }
            state.withLock { $0.entries[id] = nil }  // From here on it is the receiver's.
            return .detach(to: receiver)
        }
        if !entry.isDialed { send(.hello(self.hello(for: purpose, on: id)), on: id) }
        state.withLock { $0.entries[id]?.peer = peer }
        logger.info("link.opened", metadata: ["peer": "\(peer.worker)", "address": "\(entry.address)"])
        handler.linkOpened(id, peer: peer)
        return .keep
    }

    /// What the greeting claims must be covered by the certificate.
    func misfit(of hello: Hello, _ certificate: PeerIdentity) -> ServingError? {
        guard hello.name == certificate.name else {
            return ServingError(
                .unauthorized,
                "the peer says it is \(hello.name), its certificate says \(certificate.name)"
            )
        }
        let isAllowed =
            switch hello.kind {
            case .router: certificate.roles.contains(.router)
            case .worker: certificate.roles.contains(.prefill) || certificate.roles.contains(.decode)
            // A worker may ask for its own drain; what it may send is decided by its certificate all the same.
            case .admin: !certificate.roles.isDisjoint(with: [.admin, .prefill, .decode])
            }
        guard isAllowed else {
            let message = "\(hello.name) says it is a \(hello.kind.name), its certificate does not allow that"
            return ServingError(.unauthorized, message)
        }
        return nil
    }

    func deliver(
        _ message: Message,
        on id: ConnectionID,
        from peer: LinkPeer,
        to handler: any LinkHandler
    ) {
        switch message {
        case .heartbeat(let beat):
            let roundTrip = beat.isEcho ? roundTrip(of: beat.sequence) : nil
            handler.linkBeat(id, from: peer, progress: beat.progress, roundTrip: roundTrip)
            guard !beat.isEcho else { return }
            let echo = Heartbeat(sequence: beat.sequence, progress: handler.progress, isEcho: true)
            send(.heartbeat(echo), on: id)
        case .failure(let error):
            state.withLock { $0.entries[id]?.farewell = error }
            handler.linkReceived(message, on: id, from: peer)
        case .hello:
            close(id, reason: ServingError(.protocolViolation, "a second greeting came"))
        default:
            handler.linkReceived(message, on: id, from: peer)
        }
    }

    func refuse(_ id: ConnectionID, _ error: ServingError) -> FrameDisposition {
        let isGreeted = state.withLock { state in
            state.entries[id]?.farewell = error
            return state.entries[id]?.peer != nil
        }
        if !isGreeted { onRefusal() }
        send(.failure(error), on: id)
        return .close
    }

    func closeUnlessGreeted(_ id: ConnectionID) {
        let isSilent = state.withLock { state in state.entries[id].map { $0.peer == nil } ?? false }
        guard isSilent else { return }
        close(id, reason: ServingError(.deadline, "no greeting came within \(settings.greetingTimeout)"))
    }
}
