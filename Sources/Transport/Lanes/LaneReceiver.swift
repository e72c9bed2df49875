internal import CLinux
import Synchronization

/// The receiving end of a lane: a thread that reads payload from TLS straight into the
/// memory it is meant for.
///
/// Make one with its handler and return ``FrameDisposition/detach(to:)`` for the connection
/// that becomes the lane.
public final class LaneReceiver: Sendable {
    private struct State {
        var wasAdopted = false
        var isStopped = false
        /// The lane's socket while its thread may wait on it; never a number that was closed.
        var socket: Int32?
        var thread: OwnedThread?
    }

    private let handler: any LaneReceiverHandler
    private let configuration: LaneReceiverConfiguration
    private let state = Mutex(State())

    /// Prepares a lane; nothing happens until a connection is detached to it.
    public init(
        handler: any LaneReceiverHandler,
        configuration: LaneReceiverConfiguration = LaneReceiverConfiguration()
    ) {
        self.handler = handler
        self.configuration = configuration
    }

    /// Closes the lane, whatever its thread waits for, and waits until it writes no more.
    ///
    /// Called from the handler, it does not wait: the lane ends when the handler returns.
    public func shutdown() {
        let thread = state.withLock { state in
            state.isStopped = true
            if let socket = state.socket { _ = clinux_end_both(socket) }
            return state.thread
        }
        guard let thread, !thread.isCurrent else { return }
        thread.join()
    }

    /// Takes over a connection from the loop.
    ///
    /// - Parameter unread: bytes that were decrypted already and belong to the lane.
    func adopt(_ session: TLSSession, unread: [UInt8]) {
        let start = Start(session: session, unread: unread)
        let socket = session.socket.number
        let refusal: TransportError? = state.withLock { state in
            guard !state.wasAdopted else { return .refused(reason: "this receiver has a lane already") }
            state.wasAdopted = true
            guard !state.isStopped else { return .stopped }
            do throws(TransportError) {
                try start.session.socket.setBlocking(stallTimeout: configuration.stallTimeout)
                state.thread = try OwnedThread(name: "lane-receiver") { [self] in run(start) }
                state.socket = socket
                return nil
            } catch {
                return error
            }
        }
        if let refusal { handler.laneClosed(error: refusal == .stopped ? nil : refusal) }
    }

    /// Tells the handler that its lane will not begin.
    func reject(_ error: TransportError) {
        state.withLock { $0.wasAdopted = true }
        handler.laneClosed(error: error)
    }

    private func run(_ start: Start) {
        var reader = LaneReader(
            session: start.session,
            unread: start.unread,
            handler: handler,
            stallTimeout: configuration.stallTimeout
        )
        #if BATON_BENCH_PLAINTEXT
        start.session.leaveTLS()
        #endif
        let error = reader.run()
        let wasStopped = state.withLock { state in
            state.socket = nil
            return state.isStopped
        }
        start.session.endWriting()
        // A sender that waits for room would otherwise ask a socket that nobody reads for its whole stall timeout.
        if error != .closedByPeer { start.session.socket.resetOnClose() }
        handler.laneClosed(error: wasStopped ? nil : error)
    }

    /// What the lane's thread starts with.
    ///
    /// Sendable because it is handed over whole: the loop forgets the session before,
    /// the thread begins after.
    private struct Start: @unchecked Sendable {
        let session: TLSSession
        let unread: [UInt8]
    }
}
