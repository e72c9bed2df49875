import ServingTypes

/// What a router adjusts beside placing requests: classes of prefill workers, charges of uplinks, roles.
struct RouterSteering: Sendable {
    /// Between two steps; the classes and roles are looked at every fourth time.
    static let interval = UplinkControl.interval
    static let slowSteps = 4
    /// Thresholds that are found in a step, and kept at most.
    static let thresholdsPerStep = 4
    static let maxThresholds = 256
    /// Prefill workers among which a threshold's best path is looked for.
    static let thresholdPrefills = 4
    /// Part of the way by which a step moves what a worker feels, and by which a request moves its excess.
    static let feelingStep = 0.2

    var traffic: TrafficMeter
    var pools: PoolController
    var classes: PrefillClasses
    var sites: SiteControl
    /// By decode worker.
    var thresholds: [WorkerID: OffloadStanding] = [:]
    /// The decode worker whose threshold was found last.
    var thresholdCursor: WorkerID?
    /// Balances of the last slow step, by site.
    var balances: [PoolBalance] = []
    private var busy: [WorkerID: Double] = [:]
    private var excess: [WorkerID: Double] = [:]
    private var steppedAt: Timestamp?
    private var slowAt: Timestamp?

    init(pools: PoolSettings, classes: PrefillClassSettings, siteLimits: [String: SiteLimits]) {
        traffic = TrafficMeter(horizon: pools.horizon)
        self.pools = PoolController(settings: pools)
        self.classes = PrefillClasses(settings: classes)
        sites = SiteControl(limits: siteLimits)
    }

    /// Goes on with other settings.
    mutating func update(
        pools: PoolSettings,
        classes: PrefillClassSettings,
        siteLimits: [String: SiteLimits]
    ) {
        traffic.update(horizon: pools.horizon)
        self.pools.settings = pools
        self.classes.settings = classes
        sites.update(limits: siteLimits)
    }

    /// Whether it is time for a step, and for one of the slow ones.
    mutating func isDue(now: Timestamp) -> (step: Bool, slow: Bool) {
        if let steppedAt, now - steppedAt < Self.interval { return (false, false) }
        traffic.step(elapsed: steppedAt.map { now - $0 } ?? .zero)
        steppedAt = now
        if let slowAt, now - slowAt < Self.interval * Self.slowSteps { return (true, false) }
        slowAt = now
        return (true, true)
    }

    /// A request is over: what its prompt's worker is to be charged with.
    mutating func finish(_ record: RequestRecord, ttftLimit: Duration?) {
        guard let prefill = record.attempts.first?.chosen.plan.prefill, let ttft = record.ttft else { return }
        let late = ttftLimit.map { max(0, (ttft - $0).inSeconds) } ?? 0
        excess[prefill.id, default: 0] += Self.feelingStep * (late - excess[prefill.id, default: 0])
    }

    /// What a prefill worker feels now.
    mutating func feel(
        _ worker: WorkerID,
        isBusy: Bool,
        queueSeconds: Double,
        cost: CostCoefficients,
        sequences: Int
    )
        -> PrefillPressure
    {
        busy[worker, default: 0] += Self.feelingStep * ((isBusy ? 1 : 0) - busy[worker, default: 0])
        var pressure = PrefillPressure(worker: worker)
        pressure.queueSeconds = queueSeconds
        pressure.excessSeconds = excess[worker, default: 0]
        pressure.utilisation = busy[worker, default: 0]
        pressure.kneeTokens = cost.b > 0 ? cost.m / cost.b : 0
        pressure.sequences = sequences
        return pressure
    }

    /// Forgets workers that are gone.
    mutating func keep(_ workers: Set<WorkerID>) {
        busy = busy.filter { workers.contains($0.key) }
        excess = excess.filter { workers.contains($0.key) }
        thresholds = thresholds.filter { workers.contains($0.key) }
    }
}
