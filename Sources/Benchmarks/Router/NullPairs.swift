internal import ServingTypes
internal import Synchronization

/// Where the two halves of an attempt meet: the decode worker speaks after the prefill worker has.
final class NullPairs: Sendable {
    private struct State {
        var waiting: [AttemptID: @Sendable () -> Void] = [:]
        var handedOff: Set<AttemptID> = []
    }

    private let state = Mutex(State())

    /// The decode worker is ready for an attempt; `begin` is called once the prefill worker has handed it
    /// off.
    func ready(_ attempt: AttemptID, _ begin: @escaping @Sendable () -> Void) {
        let isHandedOff = state.withLock { state in
            guard state.handedOff.remove(attempt) == nil else { return true }
            state.waiting[attempt] = begin
            return false
        }
        if isHandedOff { begin() }
    }

    /// The prefill worker is done with an attempt.
    func handOff(_ attempt: AttemptID) {
        let begin = state.withLock { state in
            let begin = state.waiting.removeValue(forKey: attempt)
            if begin == nil { state.handedOff.insert(attempt) }
            return begin
        }
        begin?()
    }

    /// Nobody wants the attempt any more.
    func forget(_ attempt: AttemptID) {
        state.withLock { state in
            state.waiting[attempt] = nil
            state.handedOff.remove(attempt)
        }
    }
}
