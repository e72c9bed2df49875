internal import Dispatch
internal import Engine
internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport

/// The thread on which a worker's engine runs: plan a step, compute it, report it, sleep when there is nothing.
final class EngineRunner: Sendable {
    /// KV for which the senders are woken before a step ends; less waits for the next group of layers.
    ///
    /// Waking them takes processor time from the computation: for so little, more than overlap can win back.
    private static let leastGroupBytes = 64 << 10

    private let engine: any InferenceEngine
    private let arena: KVArena
    private let groupLayers: Int
    private let signal = DispatchSemaphore(value: 0)
    private let isSignalled = Atomic(false)
    private let isStopped = Atomic(false)
    /// Something came for which a running step may yield: looked at after each layer, without a lock.
    private let isInterrupted = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(engine: any InferenceEngine, arena: KVArena, groupLayers: Int) {
        self.engine = engine
        self.arena = arena
        self.groupLayers = groupLayers
    }

    /// Starts the thread; it works for `node` until `stop`.
    func start(node: WorkerNode) {
        DispatchQueue(label: "engine", qos: .userInitiated).async { [self] in
            while !isStopped.load(ordering: .acquiring) {
                sleep(until: node.nextStepAt)
                isSignalled.store(false, ordering: .releasing)
                while !isStopped.load(ordering: .acquiring), let plan = node.nextStep() { run(plan, node) }
            }
            ended.signal()
        }
    }

    /// Sleeps until there may be something to compute, at most until `time`.
    private func sleep(until time: Timestamp?) {
        guard let time else { return signal.wait() }
        let rest = max(.zero, time - MonotonicClock.now)
        _ = signal.wait(timeout: .now() + .nanoseconds(Int(rest.nanoseconds)))
    }

    /// There may be something to compute; cheap, from any thread.
    func wake() {
        guard !isSignalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        signal.signal()
    }

    /// There may be something for which a running step yields; cheap, from any thread.
    func interrupt() { isInterrupted.store(true, ordering: .releasing) }

    /// Ends the thread after the step in progress and waits for it.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        signal.signal()
        ended.wait()
    }

    private func run(_ plan: StepPlan, _ node: WorkerNode) {
        let start = MonotonicClock.now
        let batch = plan.entries.map { entry in
            StepSequence(
                tokens: entry.tokens,
                position: entry.position - entry.droppedTokens,
                table: entry.table,
                sample: entry.isSampling
                    ? SampleRequest(parameters: entry.sampling, output: entry.output) : nil,
                rotaryOffset: entry.droppedTokens,
                selection: entry.selection.map { KVSelection($0) }
            )
        }
        do throws(EngineError) {
            let layerCount = engine.layout.layerCount
            let layerBytes = plan.prefillTokens * engine.layout.layerTokenBytes
            var toldLayers = 0
            let outcomes = try engine.step(batch, arena: arena) { layer in
                let layers = layer + 1
                guard layers < layerCount else { return }
                // The last group leaves with the end of the step.
                if layers % groupLayers == 0, (layers - toldLayers) * layerBytes >= Self.leastGroupBytes {
                    toldLayers = layers
                    node.relay.layersComputed(plan, layers: layers)
                }
                yield(plan, layers, node)
            }
            node.finishStep(plan, sampled: outcomes.map(\.token), elapsed: MonotonicClock.now - start)
        } catch {
            node.failStep(plan, ServingError(.engine, error.description))
        }
    }

    /// Runs what goes before the rest of a step, if something came that may, or if the plan says so here.
    private func yield(_ plan: StepPlan, _ layers: Int, _ node: WorkerNode) {
        let isTurn = plan.layersPerTurn.map { layers % $0 == 0 } ?? false
        guard isTurn || isInterrupted.load(ordering: .relaxed) else { return }
        isInterrupted.store(false, ordering: .relaxed)
        while !isStopped.load(ordering: .acquiring),
            let nested = node.preemptingStep(during: plan, layers: layers)
        {
            run(nested, node)
        }
    }
}

extension KVSelection {
    /// What the core wants kept, with the engine's own width of smoothing.
    init(_ selection: StepPlan.Selection) {
        self.init(
            budgetTokens: selection.budget.tokens,
            sinkTokens: selection.budget.sinkTokens,
            recentTokens: selection.budget.recentTokens,
            queryTokens: selection.queryTokens,
            table: selection.table
        )
    }
}
