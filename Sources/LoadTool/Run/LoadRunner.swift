internal import Foundation
internal import ServingTypes
internal import Synchronization
internal import Workload

/// Carries out runs: makes requests ahead of their time, lets the client send them, and waits for the answers.
final class LoadRunner: Sendable {
    /// What is shown while a run goes on.
    typealias Observer = (_ figures: LiveFigures, _ elapsed: Duration) -> Void

    private static let observeInterval = 0.2
    /// Before the first request: long enough for every loop to have its first ones.
    private static let lead = Duration.milliseconds(20)
    /// Handed to a loop at once.
    private static let batch = 32

    private let client: LoadClient
    private let limits: ClientLimits
    private let isStopping = Mutex(false)

    init(client: LoadClient, limits: ClientLimits) {
        (self.client, self.limits) = (client, limits)
    }

    /// Ends the run soon, from any thread: nothing more is sent, and what is in flight has a short while.
    func stop() {
        isStopping.withLock { $0 = true }
        client.stopSending()
    }

    /// Whether ``stop()`` was called.
    var isStopped: Bool { isStopping.withLock { $0 } }

    /// Carries out one run.
    ///
    /// - Parameter events: called once the run has started, with its start; what it does must not take long.
    func run(_ plan: RunPlan, starting events: (Timestamp) -> Void = { _ in }, _ observe: Observer) throws
        -> RunRecord
    {
        let gate = ClientGate(limit: limit(plan), keepsPlaces: plan.arrivals.concurrency != nil)
        let maker = RequestMaker(plan: plan, schedule: try schedule(plan), gate: gate)
        let first = maker.makeAhead()
        let startedAt = Date().timeIntervalSince1970
        let origin = Timestamp.now + Self.lead
        try client.begin(gate: gate, origin: origin)
        if isStopping.withLock({ $0 }) { client.stopSending() }
        events(origin)
        let client = client
        Thread.detachNewThread {
            maker.finish(after: first, batch: Self.batch) { client.add($0, to: $1 % client.loopCount) }
        }
        wait(for: gate, plan, origin: origin, observe)
        let results = try client.takeResults()
        return RunRecord(
            outcomes: results.outcomes.sorted { $0.index < $1.index },
            answersWithUsage: results.answersWithUsage,
            retries: results.retries,
            origin: origin,
            startedAt: startedAt,
            isInterrupted: isStopping.withLock { $0 }
        )
    }

    private func limit(_ plan: RunPlan) -> Int {
        let asked = [plan.maxConcurrency, plan.arrivals.concurrency].compactMap(\.self)
        return ([limits.connections] + asked).min() ?? limits.connections
    }

    /// When each request is sent; `nil` where the limit on concurrency alone decides.
    private func schedule(_ plan: RunPlan) throws -> [Duration]? {
        let times = try plan.arrivals.schedule(count: plan.source.count, seed: plan.seed)
        if plan.arrivals.concurrency != nil { return nil }
        guard let limit = plan.sendingLimit else { return times }
        return Array(times.prefix { $0 <= limit })
    }

    private func wait(for gate: ClientGate, _ plan: RunPlan, origin: Timestamp, _ observe: Observer) {
        var stopped: Timestamp?
        while !gate.awaitEnd(Self.observeInterval) {
            let now = Timestamp.now
            observe(gate.figures, now - origin)
            if let limit = plan.sendingLimit, now - origin > limit { client.stopSending() }
            if isStopping.withLock({ $0 }) {
                stopped = stopped ?? now
                if let stopped, now - stopped > plan.grace { return }
            }
        }
        observe(gate.figures, Timestamp.now - origin)
    }
}
