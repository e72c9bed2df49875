import Synchronization

/// Chunks on their way to a lane's thread, and how the lane is asked to end.
final class LaneQueue: Sendable {
    /// What the lane's thread has to do next.
    enum Next {
        case send(LaneChunk)
        /// Nothing is queued.
        case wait
        /// Closed after the last chunk, or shut down.
        case end
    }

    private struct State {
        var chunks: [LaneChunk] = []
        /// The chunk being sent; its memory is in use.
        var current: LaneChunk?
        /// Why no further chunk is taken.
        var refusal: TransportError?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func append(_ chunk: LaneChunk) throws(TransportError) {
        let limit = limit
        let refusal: TransportError? = state.withLock { state in
            if let refusal = state.refusal { return refusal }
            guard state.chunks.count < limit else { return .queueFull(limit: limit) }
            state.chunks.append(chunk)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Takes no further chunk.
    ///
    /// - Parameter isStopped: true to send none of the queued ones either.
    func close(isStopped: Bool) {
        state.withLock { state in
            state.refusal = state.refusal ?? .stopped
            state.isStopped = state.isStopped || isStopped
        }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    var isEmpty: Bool { state.withLock { $0.chunks.isEmpty } }

    /// Takes the next chunk; the one taken before is finished.
    func next() -> Next {
        state.withLock { state in
            state.current = nil
            if state.isStopped { return .end }
            guard !state.chunks.isEmpty else { return state.refusal == nil ? .wait : .end }
            let chunk = state.chunks.removeFirst()  // The queue is short: moving the rest is cheap.
            state.current = chunk
            return .send(chunk)
        }
    }

    /// Closes the queue if nothing came in the meantime; true if it is closed now.
    func closeIfIdle(_ reason: TransportError) -> Bool {
        state.withLock { state in
            guard state.chunks.isEmpty else { return false }
            state.refusal = state.refusal ?? reason
            return true
        }
    }

    /// Ends the lane: no further chunk is taken; returns the tokens of those not sent.
    func finish(_ reason: TransportError) -> [UInt64] {
        state.withLock { state in
            state.refusal = state.refusal ?? reason
            let unsent = (state.current.map { [$0] } ?? []) + state.chunks
            state.current = nil
            state.chunks = []
            return unsent.map(\.token)
        }
    }
}
