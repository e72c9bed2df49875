internal import CLinux
import Synchronization

/// How other threads reach the thread of a ``LaneSender``.
///
/// The thread declares that it works before it asks its source, and goes to sleep only if nobody has woken it
/// since: a wake after the question makes it ask again, so none is lost. Only a sleeping thread costs the
/// waker a system call.
final class LaneSenderControl: Sendable {
    private struct Connection {
        /// The lane's socket while its thread may wait on it; never a number that was closed.
        var socket: Int32?
        var isInterrupted = false
    }

    private static let working: UInt8 = 0
    private static let woken: UInt8 = 1
    private static let asleep: UInt8 = 2

    /// Ends a wait for chunks or for the connection.
    let signal: WakeSignal
    private let rest = Atomic<UInt8>(working)
    private let hasClosed = Atomic(false)
    private let hasStopped = Atomic(false)
    private let keyUpdates = Atomic(0)
    private let connection = Mutex(Connection())

    init() throws(TransportError) { signal = try WakeSignal() }

    // MARK: Any thread

    /// How often the sending key was replaced.
    var keyUpdateCount: Int { keyUpdates.load(ordering: .relaxed) }

    /// Has the thread ask its source again; many calls at once count as one.
    func wake() {
        if rest.exchange(Self.woken, ordering: .acquiringAndReleasing) == Self.asleep { signal.signal() }
    }

    /// Ends the lane when the source has nothing more.
    func close() {
        hasClosed.store(true, ordering: .releasing)
        wake()
    }

    /// Ends any wait of the thread, now and later.
    func stop() {
        hasStopped.store(true, ordering: .releasing)
        connection.withLock { connection in
            connection.isInterrupted = true
            if let socket = connection.socket { _ = clinux_end_both(socket) }
        }
        signal.signal()
    }

    // MARK: The lane's thread

    var isClosed: Bool { hasClosed.load(ordering: .acquiring) }

    var isStopped: Bool { hasStopped.load(ordering: .acquiring) }

    /// The thread is about to ask its source.
    func beginWork() { _ = rest.exchange(Self.working, ordering: .acquiringAndReleasing) }

    /// The thread wants to sleep; false if it was woken since it began to work.
    func fallAsleep() -> Bool {
        rest.compareExchange(
            expected: Self.working,
            desired: Self.asleep,
            ordering: .acquiringAndReleasing
        ).exchanged
    }

    func noteKeyUpdates(_ count: Int) { keyUpdates.store(count, ordering: .relaxed) }

    /// The thread is about to wait on this socket in a blocking call.
    func expose(_ socket: Int32) {
        connection.withLock { connection in
            connection.socket = socket
            if connection.isInterrupted { _ = clinux_end_both(socket) }
        }
    }

    /// The thread is about to close its socket.
    func hide() {
        connection.withLock { $0.socket = nil }
    }
}
