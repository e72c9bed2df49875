internal import ServingTypes

/// How connections end.
extension ControlLoopCore {
    /// Closes from this side: sends what is queued, then the end, then waits for the peer's end.
    func close(_ connection: ControlConnection, _ error: TransportError?) {
        if case .slowPeer = error { return finish(connection, error) }  // It would not take the rest either.
        switch connection.phase {
        case .resolving, .connecting, .handshaking:
            finish(connection, error)
        case .open(let session):
            mailbox.closeOutbox(connection.id)
            connection.phase = .flushing(session, error)
            setDeadline(of: connection, at: MonotonicClock.now + configuration.lingerTimeout)
            flush(connection)
        case .flushing, .lingering, .refusing:
            break
        }
    }

    /// The peer closed the connection, or it broke.
    func endByPeer(_ connection: ControlConnection, _ error: TransportError) {
        guard connection.isOpen else { return finish(connection, connection.closingError) }
        connection.session?.endWriting()
        finish(connection, error)
    }

    /// A handshake failed: reports it, and leaves the peer time to read the alert.
    func refuse(_ connection: ControlConnection, _ session: TLSSession, _ error: TLSError) {
        guard !connection.isDialed else { return finish(connection, .tls(error)) }
        delegate.connectionRefused(address: connection.address, error: .tls(error))
        session.socket.endSending()
        connection.phase = .refusing(session)
        if session.socket.discardInput() {
            watch(connection, for: Readiness.readable)
        } else {
            drop(connection)
        }
    }

    /// The connection's deadline has come.
    func expire(_ connection: ControlConnection) {
        connection.deadlineTimer = nil
        switch connection.phase {
        case .resolving, .connecting, .handshaking:
            let operation = connection.isDialed ? "dialing \(connection.address)" : "handshake"
            let limit = connection.target?.timeout ?? configuration.handshakeTimeout
            finish(connection, .timedOut(operation: operation, after: limit))
        case .flushing(_, let error), .lingering(_, let error):
            finish(connection, error)
        case .refusing:
            drop(connection)
        case .open:
            break
        }
    }

    /// Ends a connection at once and reports it.
    func finish(_ connection: ControlConnection, _ error: TransportError?) {
        drop(connection)
        if connection.wasOpened || connection.isDialed {
            delegate.connectionClosed(connection.id, error: error)
        } else {
            delegate.connectionRefused(address: connection.address, error: error ?? .stopped)
        }
    }

    /// Ends a connection that has been reported.
    func drop(_ connection: ControlConnection) {
        if !connection.isDialed, !connection.wasOpened { unprovenCount -= 1 }
        forget(connection)
    }

    /// Removes every trace of a connection except its session, which its last user closes.
    func forget(_ connection: ControlConnection) {
        unwatch(connection)
        clearDeadline(of: connection)
        connections[connection.id] = nil
        mailbox.removeOutbox(connection.id)
    }

    /// Ends the loop: a last attempt to send what is queued, without waiting.
    func closeEverything() {
        for id in connections.keys.sorted() {
            guard let connection = connections[id] else { continue }
            if connection.isOpen { flush(connection) }
            guard connections[id] != nil else { continue }
            if case .refusing = connection.phase {
                drop(connection)
                continue
            }
            if connection.isOpen { connection.session?.endWriting() }
            finish(connection, connection.wasOpened ? connection.closingError : .stopped)
        }
        listeners = [:]
    }
}
