internal import ServingTypes
import Synchronization

/// The part of a ``ControlLoop`` that all threads share: commands for the loop's thread and bytes to be sent.
final class ControlMailbox: Sendable {
    /// What the loop's thread has to do next.
    struct Work {
        var commands: [ControlCommand] = []
        var dirty: [ConnectionID] = []
        var isStopping = false
    }

    private struct State {
        var work = Work()
        var outboxes: [ConnectionID: Outbox] = [:]
        var lastID: UInt64 = 0
        /// The loop's thread will look here again before it waits: no need to wake it.
        var isAwake = true
    }

    private let state = Mutex(State())
    private let wake: WakeSignal
    private let outgoingLimitBytes: Int

    init(outgoingLimitBytes: Int) throws(TransportError) {
        wake = try WakeSignal()
        self.outgoingLimitBytes = outgoingLimitBytes
    }

    /// Descriptor that becomes readable when there is work.
    var wakeDescriptor: Int32 { wake.number }

    /// A number for a listener, connection or timer, never given out twice.
    func newID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Hands a command to the loop's thread.
    func post(_ command: ControlCommand) throws(TransportError) {
        let outcome = update { state in
            guard !state.work.isStopping else { return false }
            state.work.commands.append(command)
            return true
        }
        guard outcome else { throw .stopped }
    }

    /// Asks the loop's thread to end after the commands posted so far.
    func stop() {
        update { $0.work.isStopping = true }
    }

    // MARK: Sending

    func addOutbox(_ id: ConnectionID) {
        state.withLock { $0.outboxes[id] = Outbox() }
    }

    func removeOutbox(_ id: ConnectionID) {
        state.withLock { $0.outboxes[id] = nil }
    }

    /// Queues one encoded frame; when that is one too many, asks for the connection to be closed.
    func send(_ frame: [UInt8], on id: ConnectionID) throws(TransportError) {
        let limit = outgoingLimitBytes
        let failure: TransportError? = update { state in
            guard let wasDirty = state.outboxes[id]?.isDirty else { return .notConnected }
            do throws(TransportError) {
                try state.outboxes[id]?.append(frame, limit: limit)
                if !wasDirty { state.work.dirty.append(id) }
                return nil
            } catch {
                if case .slowPeer = error { state.work.commands.append(.close(id, error)) }
                return error
            }
        }
        if let failure { throw failure }
    }

    func takePending(of id: ConnectionID) -> [UInt8] {
        state.withLock { $0.outboxes[id]?.take() ?? [] }
    }

    func noteWritten(_ count: Int, on id: ConnectionID) {
        state.withLock { $0.outboxes[id]?.noteWritten(count) }
    }

    func closeOutbox(_ id: ConnectionID) {
        state.withLock { $0.outboxes[id]?.close() }
    }

    // MARK: The loop's thread

    /// Takes all work; from here on nobody needs to wake the loop until ``mayWait()``.
    func takeWork() -> Work {
        state.withLock { state in
            defer {
                state.work.commands = []
                state.work.dirty = []
            }
            state.isAwake = true
            return state.work
        }
    }

    /// True if there is no work; whoever brings some wakes the loop.
    func mayWait() -> Bool {
        state.withLock { state in
            let isIdle = state.work.commands.isEmpty && state.work.dirty.isEmpty && !state.work.isStopping
            state.isAwake = !isIdle
            return isIdle
        }
    }

    func drainWake() { wake.drain() }

    private func update<Result>(_ change: (inout State) -> Result) -> Result {
        let (result, mustWake) = state.withLock { state in
            let result = change(&state)
            let mustWake = !state.isAwake
            state.isAwake = true
            return (result, mustWake)
        }
        if mustWake { wake.signal() }
        return result
    }
}
