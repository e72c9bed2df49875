internal import Synchronization

/// Where everything meets that a request waits for: news of its choices, the deadline, the client's leaving.
///
/// One reader; any thread may post.
final class RequestInbox: Sendable {
    /// Why a request ends although its choices have not.
    enum Interruption: Sendable {
        case clientGone
        case deadline
    }

    private struct State {
        var ready: [Int] = []
        var interruption: Interruption?
        var reader: CheckedContinuation<Void, Never>?

        var isEmpty: Bool { ready.isEmpty && interruption == nil }
    }

    private let state = Mutex(State())

    /// Notes that a choice has news.
    func post(choice: Int) {
        change { $0.ready.append(choice) }
    }

    /// Ends the request; the first reason stays.
    func interrupt(_ reason: Interruption) {
        change { $0.interruption = $0.interruption ?? reason }
    }

    private func change(_ change: (inout State) -> Void) {
        let reader = state.withLock { state in
            change(&state)
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Waits for news and takes it: the choices that have some, in order of arrival, or an interruption.
    func next() async -> Result<[Int], InterruptionError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasNews = state.withLock { state in
                    guard state.isEmpty else { return true }
                    state.reader = continuation
                    return false
                }
                if hasNews { continuation.resume() }
            }
        } onCancel: {
            interrupt(.clientGone)
        }
        return state.withLock { state in
            if let interruption = state.interruption {
                return .failure(InterruptionError(reason: interruption))
            }
            defer { state.ready = [] }
            return .success(state.ready)
        }
    }

    /// An interruption, as it leaves ``next()``.
    struct InterruptionError: Error {
        var reason: Interruption
    }
}
