internal import Wire

/// Reading and writing on open connections.
extension ControlLoopCore {
    /// Records read or written per turn, so that one busy connection does not delay the others: 256 KiB.
    private static let recordsPerTurn = 16

    // MARK: Reading

    func receive(_ connection: ControlConnection) {
        guard connection.wasOpened, let session = connection.session else { return }
        connection.readWantsWrite = false
        for _ in 0..<Self.recordsPerTurn {
            do throws(TLSError) {
                switch try session.read(into: scratch) {
                case .done(let count):
                    deliver(UnsafeRawBufferPointer(rebasing: scratch[..<count]), to: connection)
                    guard connections[connection.id] != nil else { return }
                case .wantsRead:
                    return updateWatch(connection)
                case .wantsWrite:
                    connection.readWantsWrite = true
                    return updateWatch(connection)
                case .closed:
                    return endByPeer(connection, .closedByPeer)
                }
            } catch {
                return endByPeer(connection, .tls(error))
            }
        }
        queueRetry(connection)
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, to connection: ControlConnection) {
        var rest = bytes
        // A closing connection reads only to learn of the peer's end.
        while connection.isOpen {
            do throws(FrameError) {
                let progress = try connection.decoder.consume(rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[progress.consumedBytes...])
                guard let frame = progress.frame else { return }
                switch delegate.connectionReceived(frame, on: connection.id) {
                case .keep: break
                case .close: close(connection, nil)
                case .detach(let receiver): return detach(connection, to: receiver, unread: Array(rest))
                }
            } catch {
                return closeTellingPeer(connection, error)
            }
        }
    }

    private func closeTellingPeer(_ connection: ControlConnection, _ error: FrameError) {
        if let farewell = delegate.farewell(for: error) {
            // If even this does not fit, the connection ends without a word.
            _ = Result { () throws(TransportError) in try mailbox.send(farewell.encoded(), on: connection.id)
            }
        }
        close(connection, .frame(error))
    }

    private func detach(_ connection: ControlConnection, to receiver: LaneReceiver, unread: [UInt8]) {
        guard case .open(let session) = connection.phase else { return }
        let isQuiet = connection.outgoing.isEmpty && mailbox.takePending(of: connection.id).isEmpty
        guard isQuiet else {
            let error = TransportError.refused(
                reason: "frames are queued on a connection that becomes a lane"
            )
            finish(connection, error)
            return receiver.reject(error)
        }
        forget(connection)
        session.releaseIdleBuffers(false)
        receiver.adopt(session, unread: unread)
    }

    // MARK: Writing

    func flush(_ connection: ControlConnection) {
        let session: TLSSession
        switch connection.phase {
        case .open(let open), .flushing(let open, _): session = open
        case .resolving, .connecting, .handshaking, .lingering, .refusing: return
        }
        let before = connection.writtenCount
        var takenCount = 0  // Bytes of arrays that this turn has finished.
        defer { mailbox.noteWritten(takenCount + connection.writtenCount - before, on: connection.id) }
        for _ in 0..<Self.recordsPerTurn {
            if connection.writtenCount == connection.outgoing.count {
                takenCount += connection.writtenCount
                connection.outgoing = mailbox.takePending(of: connection.id)
                connection.writtenCount = 0
                guard !connection.outgoing.isEmpty else { return finishedWriting(connection, session) }
            }
            guard writeRecord(connection, session) else { return }
        }
        queueRetry(connection)
    }

    /// Writes one record; false if the connection must wait or has ended.
    private func writeRecord(_ connection: ControlConnection, _ session: TLSSession) -> Bool {
        let result = connection.outgoing.withUnsafeBytes { bytes in
            Result { () throws(TLSError) in
                try session.write(UnsafeRawBufferPointer(rebasing: bytes[connection.writtenCount...]))
            }
        }
        switch result {
        case .success(.done(let count)):
            connection.writtenCount += count
            return true
        case .success(.wantsWrite), .success(.wantsRead):
            updateWatch(connection)
        case .success(.closed):
            endByPeer(connection, .closedByPeer)
        case .failure(let error):
            endByPeer(connection, .tls(error))
        }
        return false
    }

    private func finishedWriting(_ connection: ControlConnection, _ session: TLSSession) {
        if case .flushing(_, let error) = connection.phase {
            session.endWriting()
            connection.phase = .lingering(session, error)
        }
        updateWatch(connection)
    }

    private func updateWatch(_ connection: ControlConnection) {
        let isWriting = connection.writtenCount < connection.outgoing.count
        let wantsWrite = isWriting || connection.readWantsWrite
        watch(connection, for: Readiness.readable | (wantsWrite ? Readiness.writable : 0))
    }
}
