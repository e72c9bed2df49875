internal import Synchronization

/// What is known of one client connection: whether it is open, and which request waits on it.
final class ClientConnection: Sendable {
    private struct State {
        var isClosed = false
        weak var current: RequestInbox?
    }

    private let state = Mutex(State())

    /// Makes `inbox` the one to tell when the client leaves; HTTP/1.1 answers one request at a time.
    func begin(_ inbox: RequestInbox) {
        let isClosed = state.withLock { state in
            state.current = inbox
            return state.isClosed
        }
        if isClosed { inbox.interrupt(.clientGone) }
    }

    /// Called when the client has closed its side.
    func close() {
        let current = state.withLock { state in
            state.isClosed = true
            return state.current
        }
        current?.interrupt(.clientGone)
    }
}
