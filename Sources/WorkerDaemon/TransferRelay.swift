internal import Dispatch
internal import ServingCore
internal import ServingTypes
internal import Synchronization

/// Takes news of computed layers and of work for lanes off the hands of whoever must not wait.
///
/// The engine's thread leaves a plan here and computes on: it waits for no lock that a lane or a link holds. Only the
/// newest word on each plan is kept, since it says all that older ones said; plans are nested a few deep at most.
final class TransferRelay: Sendable {
    private struct State {
        var computed: [(plan: StepPlan, layers: Int)] = []
        var lanes: [WorkerRef: WorkerAddress] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread, which passes on what is left here until `stop`.
    func start(
        computed: @escaping @Sendable (StepPlan, Int) -> Void,
        wake: @escaping @Sendable (WorkerAddress) -> Void
    ) {
        DispatchQueue(label: "transfer-relay", qos: .userInitiated).async { [self] in
            while true {
                signal.wait()
                let news = state.withLock { state in
                    defer {
                        state.computed = []
                        state.lanes = [:]
                    }
                    return state
                }
                for (plan, layers) in news.computed { computed(plan, layers) }
                for address in news.lanes.values { wake(address) }
                if news.isStopped { break }
            }
            ended.signal()
        }
    }

    /// The first layers of a plan stand in the arena; returns at once.
    func layersComputed(_ plan: StepPlan, layers: Int) {
        post { state in
            state.computed.removeAll { $0.plan.number == plan.number }
            state.computed.append((plan, layers))
        }
    }

    /// There is something to send to a worker; returns at once.
    func wakeLanes(to address: WorkerAddress) {
        post { $0.lanes[address.worker] = address }
    }

    /// Ends the thread and waits for it.
    func stop() {
        post { $0.isStopped = true }
        ended.wait()
    }

    private func post(_ change: (inout sending State) -> Void) {
        state.withLock { change(&$0) }
        signal.signal()
    }
}
