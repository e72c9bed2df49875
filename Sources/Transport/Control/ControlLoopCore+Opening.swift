internal import ServingTypes

/// Connections until they are open: accepting, dialing, handshakes.
extension ControlLoopCore {
    private static let acceptsPerEvent = 16
    private static let pauseWithoutDescriptors = Duration.milliseconds(100)

    // MARK: Accepting

    func watchListener(_ id: UInt64) {
        guard let listener = listeners[id] else { return }
        do throws(TransportError) {
            try events.add(listener.number, events: Readiness.readable, token: id)
        } catch {
            pauseListener(id, error)
        }
    }

    func acceptSome(_ id: UInt64, _ listener: ListeningSocket) {
        for _ in 0..<Self.acceptsPerEvent {
            do throws(TransportError) {
                guard let accepted = try SocketAddress.accept(from: listener.number) else { return }
                let socket = try FileDescriptor.owning(accepted.socket, from: "accept")
                admit(socket, from: accepted.peer.description)
            } catch {
                unwatchListener(listener)
                pauseListener(id, error)
                return
            }
        }
    }

    private func unwatchListener(_ listener: ListeningSocket) {
        let result = Result { () throws(TransportError) in try events.remove(listener.number) }
        if case .failure(let error) = result {
            preconditionFailure("a watched listener is unknown: \(error)")
        }
    }

    /// The process is out of descriptors or memory: the waiting connection stays, so asking
    /// again at once would spin.
    private func pauseListener(_ id: UInt64, _ error: TransportError) {
        delegate.connectionRefused(address: "listener", error: error)
        let deadline = MonotonicClock.now + Self.pauseWithoutDescriptors
        timers.add(id: mailbox.newID(), deadline: deadline, .resumeListening(id))
    }

    private func admit(_ socket: consuming FileDescriptor, from address: String) {
        guard connections.count < configuration.connectionLimit else {
            let error = TransportError.tooManyConnections(limit: configuration.connectionLimit)
            return delegate.connectionRefused(address: address, error: error)
        }
        guard unprovenCount < configuration.handshakeLimit else {
            let error = TransportError.tooManyHandshakes(limit: configuration.handshakeLimit)
            return delegate.connectionRefused(address: address, error: error)
        }
        do throws(TLSError) {
            let session = try TLSSession(
                socket: socket,
                context: identity.context,
                side: .server,
                expectedName: nil,
                keyUpdateBytes: configuration.keyUpdateBytes
            )
            let id = ConnectionID(rawValue: mailbox.newID())
            let phase = ControlConnection.Phase.handshaking(session)
            let connection = ControlConnection(id: id, target: nil, address: address, phase: phase)
            connections[id] = connection
            unprovenCount += 1
            setDeadline(of: connection, at: MonotonicClock.now + configuration.handshakeTimeout)
            watch(connection, for: Readiness.readable)
        } catch {
            delegate.connectionRefused(address: address, error: .tls(error))
        }
    }

    // MARK: Dialing

    func startDialing(_ id: ConnectionID, _ target: DialTarget, deadline: Timestamp) {
        let address = "\(target.host):\(target.port)"
        let connection = ControlConnection(id: id, target: target, address: address, phase: .resolving)
        guard connections.count < configuration.connectionLimit else {
            return finish(connection, .tooManyConnections(limit: configuration.connectionLimit))
        }
        connections[id] = connection
        setDeadline(of: connection, at: deadline)
        let numeric = Result { () throws(TransportError) in
            try SocketAddress.resolve(host: target.host, port: target.port, isNumeric: true)
        }
        if case .success = numeric { return continueDialing(connection, resolved: numeric) }
        do throws(TransportError) {
            try resolver.resolve(host: target.host, port: target.port, deadline: deadline) {
                [mailbox] result in
                // A stopped loop has reported this connection as closed already.
                _ = Result { () throws(TransportError) in try mailbox.post(.resolved(id, result)) }
            }
        } catch {
            finish(connection, error)
        }
    }

    func continueDialing(
        _ connection: ControlConnection,
        resolved: Result<[SocketAddress], TransportError>
    ) {
        switch resolved {
        case .failure(let error): finish(connection, error)
        case .success(let addresses): connect(connection, to: addresses[...])
        }
    }

    /// Tries the first address; the others follow if it fails.
    private func connect(
        _ connection: ControlConnection,
        to addresses: ArraySlice<SocketAddress>,
        after failure: TransportError = .notConnected
    ) {
        unwatch(connection)
        connection.connectingSocket = nil
        guard let address = addresses.first else { return finish(connection, failure) }
        connection.address = address.description
        connection.phase = .connecting(rest: Array(addresses.dropFirst()))
        do throws(TransportError) {
            connection.connectingSocket = try address.connect()
            watch(connection, for: Readiness.writable)
        } catch {
            connect(connection, to: addresses.dropFirst(), after: error)
        }
    }

    func finishConnecting(_ connection: ControlConnection) {
        guard case .connecting(let rest) = connection.phase, let target = connection.target,
            let number = connection.descriptor
        else { return }
        let code = SocketAddress.connectResult(of: number)
        guard code == 0 else {
            let error = TransportError.system(operation: "connecting to \(connection.address)", code: code)
            return connect(connection, to: rest[...], after: error)
        }
        guard let socket = connection.connectingSocket.take() else { return }
        do throws(TLSError) {
            let session = try TLSSession(
                socket: socket,
                context: identity.context,
                side: .client,
                expectedName: target.expectedName,
                keyUpdateBytes: configuration.keyUpdateBytes
            )
            connection.phase = .handshaking(session)
            continueHandshake(connection, session)
        } catch {
            finish(connection, .tls(error))
        }
    }

    // MARK: Handshakes

    func continueHandshake(_ connection: ControlConnection, _ session: TLSSession) {
        do throws(TLSError) {
            switch try session.handshake() {
            case .wantsRead: watch(connection, for: Readiness.readable)
            case .wantsWrite: watch(connection, for: Readiness.readable | Readiness.writable)
            case .closed:
                refuse(connection, session, .connectionLost(reason: "end of stream in the handshake"))
            case .done: open(connection, session)
            }
        } catch {
            refuse(connection, session, error)
        }
    }

    private func open(_ connection: ControlConnection, _ session: TLSSession) {
        guard let peer = session.peer else { preconditionFailure("a finished handshake has a peer") }
        if !connection.isDialed {
            unprovenCount -= 1
            mailbox.addOutbox(connection.id)
        }
        clearDeadline(of: connection)
        session.releaseIdleBuffers(true)
        connection.wasOpened = true
        connection.phase = .open(session)
        watch(connection, for: Readiness.readable)
        guard connections[connection.id] != nil else { return }
        if let local = connection.descriptor.flatMap({ SocketAddress.local(of: $0) }) {
            delegate.connectionBound(connection.id, localHost: local.host)
        }
        delegate.connectionOpened(
            connection.id,
            peer: peer,
            isDialed: connection.isDialed,
            address: connection.address
        )
        // What arrived with the handshake is inside OpenSSL, and frames may have been queued while dialing.
        queueRetry(connection)
    }
}
