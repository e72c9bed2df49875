internal import Synchronization

/// What the threads of a round bring back.
final class RoundOutcome: Sendable {
    private let state = Mutex<(times: [Double], failure: (any Error)?)>(([], nil))

    func add(_ seconds: Double) { state.withLock { $0.times.append(seconds) } }

    /// Keeps the first error.
    func note(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    func take() throws -> [Double] {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.times
        }
    }
}
