internal import CLinux
import Synchronization

/// How other threads reach the thread of a ``LaneSender`` while it waits.
final class LaneSenderControl: Sendable {
    private struct State {
        /// The lane's socket while its thread may wait on it; never a number that was closed.
        var socket: Int32?
        var isInterrupted = false
        var keyUpdateCount = 0
    }

    /// Ends a wait for chunks or for the connection.
    let wake: WakeSignal
    private let state = Mutex(State())

    init() throws(TransportError) { wake = try WakeSignal() }

    var keyUpdateCount: Int { state.withLock { $0.keyUpdateCount } }

    func noteKeyUpdates(_ count: Int) {
        state.withLock { $0.keyUpdateCount = count }
    }

    /// Ends any wait of the thread, now and later.
    func interrupt() {
        state.withLock { state in
            state.isInterrupted = true
            if let socket = state.socket { _ = clinux_end_both(socket) }
        }
        wake.signal()
    }

    /// The thread is about to wait on this socket in a blocking call.
    func expose(_ socket: Int32) {
        state.withLock { state in
            state.socket = socket
            if state.isInterrupted { _ = clinux_end_both(socket) }
        }
    }

    /// The thread is about to close its socket.
    func hide() {
        state.withLock { $0.socket = nil }
    }
}
