import KVCache
import ServingCore
import ServingTypes

/// A cluster in simulated time: the daemons' own router and worker cores, with simulated engines, memory,
/// network, clients and faults.
///
/// Everything follows from the scenario: equal scenarios give equal reports, digest included. The run stops
/// at the first property that does not hold.
public struct ClusterSimulation: Sendable {
    /// Events after which a run counts as one that never ends.
    static let maxEvents = 400_000
    /// Events between two checks of a worker's books.
    static let checkInterval = 64

    let scenario: SimulationScenario
    var random: SplitMix64
    var queue = EventQueue()
    var now = Timestamp.zero
    var router: RouterCore
    var routerTickAt: Timestamp?
    var workers: [SimulatedWorker]
    var requests: [SimulatedRequest]
    /// Looked up only.
    var requestIndex: [RequestID: Int] = [:]
    var network: Network
    /// Who fetches from whom.
    var fetching: [AttemptID: (requester: WorkerRef, source: WorkerRef)] = [:]
    let fencing = FencingChecker()
    let quiescence = QuiescenceChecker()
    var cordons = CordonChecker()
    let ending: EndingChecker
    var report: SimulationReport

    /// Sets up a cluster, its work and its faults.
    public init(scenario: SimulationScenario) {
        self.scenario = scenario
        // Another stream than the scenario's own draws.
        var random = SplitMix64(seed: SplitMix64.mix(scenario.seed) ^ 0x5eed)
        router = RouterCore(settings: Self.routerSettings(scenario))
        let workerCount = scenario.prefillWorkers + scenario.decodeWorkers
        workers = (0..<workerCount).map { slot in
            SimulatedWorker(
                slot: slot,
                role: slot < scenario.prefillWorkers ? .prefill : .decode,
                scenario: scenario,
                random: &random
            )
        }
        network = Network(workerCount: workerCount)
        requests = RequestMix.requests(scenario, &random)
        ending = EndingChecker(scenario: scenario)
        report = SimulationReport(seed: scenario.seed)
        self.random = random
        for (index, request) in requests.enumerated() {
            requestIndex[request.submission.request] = index
            queue.insert(.submit(index), at: request.arrivesAt)
            if let leavesAt = request.leavesAt { queue.insert(.leave(index), at: leavesAt) }
        }
        for slot in workers.indices { queue.insert(.reconnect(slot: slot, boot: 0), at: .zero) }
        scheduleFaults()
        scheduleTakeBacks()
    }

    /// Runs until nothing is left to happen.
    ///
    /// - Parameter trace: is told of every event before it happens; for finding out how a violation came
    /// about.
    /// - Throws: the first violation.
    public mutating func run(
        trace: ((Timestamp, String) -> Void)? = nil
    ) throws(SimulationViolation) -> SimulationReport {
        while let (time, event) = queue.popNext() {
            now = time
            trace?(time, "\(event)")
            report.events += 1
            report.digest = SplitMix64.mix(report.digest ^ UInt64(bitPattern: time.nanoseconds)) ^ event.code
            try happen(event)
            if report.events % Self.checkInterval == 0 {
                try check(
                    quiescence.books(workers[report.events / Self.checkInterval % workers.count]),
                    by: quiescence
                )
            }
            guard report.events < Self.maxEvents else {
                throw violation("\(report.events) events, and no end", by: quiescence)
            }
        }
        return try settled()
    }

    /// Checks what must hold at the end.
    private mutating func settled() throws(SimulationViolation) -> SimulationReport {
        try check(ending.end(requests), by: ending)
        try check(quiescence.router(router), by: quiescence)
        for worker in workers {
            try check(quiescence.worker(worker, peers: workers.map(\.ref)), by: quiescence)
        }
        guard network.flights.isEmpty else {
            throw violation("\(network.flights.count) chunks are still on their way", by: quiescence)
        }
        for worker in workers { collect(worker.core.counters) }
        report.endedAt = now
        report.router = router.counters
        return report
    }

    /// Keeps what a worker counted, at its end.
    mutating func collect(_ counters: WorkerCore.Counters) {
        report.preemptions += counters.preemptions
        report.grownBlocks += counters.grownBlocks
        report.hitTokens += counters.hitTokens
        report.discardedChunks += counters.discardedChunks
        report.staleAtWorkers += counters.stale + counters.unauthorized
        report.resentChunks += counters.resentChunks
        report.damagedChunks += counters.damagedChunks
        report.fetches += counters.fetches
        report.failedFetches += counters.failedFetches
        report.fetchedTokens += counters.fetchedTokens
        report.servedFetches += counters.servedFetches
        report.layerPreemptions += counters.layerPreemptions
    }

    private mutating func happen(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .submit, .leave, .routerTick, .toRouter, .routerLoses, .changeRole, .cordon:
            try happenAtRouter(event)
        case .toWorker, .workerLosesRouter, .reconnect, .workerTick, .loadCheck, .probeCheck, .drain, .flush:
            try happenAtWorker(event)
        case .toPeer, .linkOpened, .linkLost, .redial, .workerLosesPeer: try happenOnLink(event)
        case .layer(let slot, let boot, let step):
            if isRunning(step, slot, boot) { try advance(step, slot) }
        case .laneDialed, .laneAsks, .probeSent, .chunkBegins, .chunkLeft, .chunkEnds, .laneEnds:
            try happenOnLane(event)
        case .kill, .restart, .breakRouterLink, .breakPeerLink, .breakLane: try injure(event)
        case .forge: try forge()
        case .takeBack(let pick): takeBack(pick)
        }
    }

    func check<Checker>(_ message: String?, by checker: Checker) throws(SimulationViolation) {
        if let message { throw violation(message, by: checker) }
    }

    func violation<Checker>(_ message: String, by checker: Checker) -> SimulationViolation {
        SimulationViolation(
            seed: scenario.seed,
            time: now,
            checker: "\(type(of: checker))",
            message: message
        )
    }

    private static func routerSettings(_ scenario: SimulationScenario) -> RouterCoreSettings {
        var settings = RouterCoreSettings(layout: scenario.layout)
        settings.placement.layerGroups =
            (scenario.layout.layerCount + scenario.groupLayers - 1) / scenario.groupLayers
        settings.links.priorBytesPerSecond = scenario.laneBytesPerSecond
        settings.placement.allowsLocalPrefill = scenario.allowsLocalPrefill
        settings.limits.answerTimeout = .milliseconds(400)
        settings.limits.lease = .seconds(3)
        settings.limits.silenceTimeout = .seconds(2)
        settings.limits.queueTimeout = .seconds(60)
        settings.limits.reportTimeout = .milliseconds(500)
        settings.placement.maxRecordedPlans = 2
        settings.fairness.policy = scenario.policy
        settings.fairness.dispatchAhead = .microseconds(scenario.dispatchAhead)
        settings.fairness.batchQueue = .microseconds(scenario.dispatchAhead / 4)
        settings.fairness.aging = .milliseconds(100)
        settings.fairness.quantum = 32
        settings.decode = scenario.balance
        return settings
    }
}
