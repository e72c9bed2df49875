internal import ServingCore
internal import Synchronization

/// What the two ends of a choice share: the update that is growing, and whom to tell.
final class GenerationMailbox: Sendable {
    private struct State {
        var pending = GenerationUpdate()
        var hasEnded = false
        var isCancelled = false
        /// Whether only the end is worth telling.
        var isWhole = false
        var onArrival: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let onCancel: @Sendable (CancelReason) -> Void

    init(onCancel: @escaping @Sendable (CancelReason) -> Void) { self.onCancel = onCancel }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func notify(atEndOnly isWhole: Bool, _ onArrival: @escaping @Sendable () -> Void) {
        let hasArrived = state.withLock { state in
            state.onArrival = onArrival
            state.isWhole = isWhole
            return isWhole ? state.hasEnded : !state.pending.isEmpty
        }
        if hasArrived { onArrival() }
    }

    func add(_ change: (inout GenerationUpdate) -> Void) {
        let listener = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.hasEnded, !state.isCancelled else { return nil }
            let wasEmpty = state.pending.isEmpty
            change(&state.pending)
            state.hasEnded = state.pending.end != nil
            let isNews = state.isWhole ? state.hasEnded : wasEmpty
            return isNews ? state.onArrival : nil
        }
        listener?()
    }

    func take() -> GenerationUpdate? {
        state.withLock { state in
            guard !state.pending.isEmpty else { return nil }
            defer { state.pending = GenerationUpdate() }
            return state.pending
        }
    }

    func cancel(_ reason: CancelReason) {
        let isNews = state.withLock { state in
            guard !state.hasEnded, !state.isCancelled else { return false }
            state.isCancelled = true
            state.pending = GenerationUpdate()
            state.onArrival = nil
            return true
        }
        if isNews { onCancel(reason) }
    }
}
