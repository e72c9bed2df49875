import ServingTypes

/// What is adjusted from time to time, beside events: uplinks, classes of prefill workers, roles.
extension RouterCore {
    /// Adjusts what is due; to be called often, it does nothing most of the time.
    ///
    /// The fast loop (4 a second) charges for crossing full uplinks; the slow one (once a second) finds a few
    /// thresholds, divides prefill workers between short and long prompts and balances roles. O(workers).
    public mutating func steer(now: Timestamp) -> [RouterAction] {
        let due = steering.isDue(now: now)
        guard due.step else { return [] }
        steerSites(now: now)
        guard due.slow else { return [] }
        findThresholds()
        let workers = table.all
        steering.keep(Set(workers.map(\.ref.id)))
        steerClasses(workers, now: now)
        guard let change = steerPools(workers, now: now), let worker = table[change.worker]?.ref else {
            return []
        }
        counters.roleChanges += 1
        return [.setRole(worker, change.role)]
    }

    /// How the pools stand, as of the last step.
    public var pools: PoolsReport {
        var report = PoolsReport()
        report.mode = settings.pools.mode
        report.pools = steering.balances.flatMap { balance in
            WorkerRole.allCases.map { balance.standing($0) }.filter { $0.workers > 0 }
        }
        report.advice = steering.pools.advice
        report.verdict = settings.pools.mode == .off ? "" : steering.pools.verdict.description
        report.roleChanges = counters.roleChanges
        report.shortTokens = steering.classes.shortTokens
        report.prefillClasses = table.all.filter { $0.registration.role == .prefill }.map {
            PrefillClassStanding(worker: $0.ref.id, kind: $0.prefillClass.kind)
        }
        report.sites = steering.sites.standings
        report.thresholds = steering.thresholds.values.sorted { $0.decode < $1.decode }
        return report
    }

    /// A worker registered again on the same connection: it has another role, and all else that it had.
    mutating func changeRole(_ registration: WorkerRegistration, now: Timestamp) {
        guard table.replace(registration, now: now) else {
            register(registration, now: now)
            return
        }
        steering.thresholds[registration.address.worker.id] = nil
        hasOccasion = true
    }

    mutating func answered(_ answer: RoleAnswer, by worker: WorkerRef, now: Timestamp) {
        guard table[worker] != nil else {
            counters.stale += 1
            return
        }
        if answer.failure != nil { steering.pools.refused(worker.id, now: now) }
    }

    /// Notes where a request goes, for the balance of the pools and for the uplinks.
    mutating func note(_ chosen: ScoredPlan, tokens: Int, isFirst: Bool) {
        let prefillSite = chosen.plan.prefill.flatMap { table[$0]?.registration.site }
        guard let decodeSite = table[chosen.plan.decode]?.registration.site else { return }
        if let prefillSite {
            cross(chosen.wireBytes, from: prefillSite, to: decodeSite)
        }
        guard isFirst else { return }
        let newTokens = max(1, tokens - chosen.hitTokens - chosen.fetchedTokens)
        if prefillSite != nil { steering.classes.note(newTokens: newTokens) }
        steering.traffic.place(
            prefillSite: prefillSite,
            decodeSite: decodeSite,
            prompt: PromptMix(newTokens: newTokens, contextTokens: tokens),
            contextTokens: tokens
        )
    }

    /// The next plan is to know what this one sends, not to wait for the next look.
    private mutating func cross(_ bytes: Int, from prefillSite: String, to decodeSite: String) {
        steering.sites.place(bytes: bytes, from: prefillSite, to: decodeSite)
        for site in [prefillSite, decodeSite] where steering.sites.isControlled(site) {
            table.charge(steering.sites.charge(of: site), at: site)
        }
    }

    /// Notes how a request went.
    mutating func note(_ record: RequestRecord, ttftLimit: Duration?) {
        steering.finish(record, ttftLimit: ttftLimit)
        guard case .finished = record.outcome, let decode = record.attempts.last?.chosen.plan.decode,
            let site = table[decode]?.registration.site
        else { return }
        steering.traffic.finish(decodeSite: site, outputTokens: record.outputTokens)
    }

    // MARK: Steps

    private mutating func steerSites(now: Timestamp) {
        for site in steering.sites.sites {
            let samples = table.links.uplink(of: site)
            steering.sites.step(site, out: samples.out, into: samples.into, now: now)
            table.charge(steering.sites.charge(of: site), at: site)
        }
    }

    private mutating func steerClasses(_ workers: [WorkerEntry], now: Timestamp) {
        let pressures = workers.filter { $0.registration.role == .prefill && $0.takesWork }
            .map { worker in
                steering.feel(
                    worker.ref.id,
                    isBusy: worker.sequences > 0,
                    queueSeconds: worker.queuedSeconds(now: now),
                    cost: worker.cost,
                    sequences: worker.sequences
                )
            }
        steering.classes.step(pressures, now: now)
        for worker in workers {
            table.set(steering.classes.prefillClass(of: worker.ref.id), of: worker.ref)
        }
    }

    private mutating func steerPools(_ workers: [WorkerEntry], now: Timestamp) -> PoolAdvice? {
        let sites = Set(workers.map(\.registration.site)).sorted()
        steering.balances = sites.compactMap { site in
            guard let demand = steering.traffic.demand(at: site) else { return nil }
            let members = workers.filter { $0.registration.site == site }
            return PoolBalance(site: site, workers: members.map { poolWorker($0, now: now) }, demand: demand)
        }
        guard settings.pools.mode != .off else { return nil }
        return steering.pools.step(steering.balances, now: now)
    }

    private func poolWorker(_ entry: WorkerEntry, now: Timestamp) -> PoolWorker {
        var worker = PoolWorker(
            id: entry.ref.id,
            role: entry.registration.role,
            cost: entry.cost,
            maxRunning: entry.registration.maxRunning,
            poolTokens: entry.registration.blockCount * settings.placement.layout.blockTokens
        )
        worker.queuedSeconds = entry.queuedSeconds(now: now)
        worker.sequences = entry.sequences
        worker.cachedBlocks = entry.load?.blocks.cached ?? 0
        worker.permitted = entry.permittedRoles
        worker.isDraining = !entry.takesWork
        worker.roleSince = entry.roleSince
        return worker
    }

    /// Finds the thresholds of the next few decode workers, in the order of their names.
    private mutating func findThresholds() {
        guard settings.placement.allowsLocalPrefill else { return }
        let workers = table.cluster.workers.filter { !$0.isDraining }
        let prefills = workers.filter { $0.role == .prefill }.sorted { left, right in
            left.queuedTokens == right.queuedTokens
                ? left.ref < right.ref : left.queuedTokens < right.queuedTokens
        }
        let decodes = workers.filter { $0.role == .decode }.sorted { $0.ref < $1.ref }
            .prefix(RouterSteering.maxThresholds)
        guard !prefills.isEmpty, !decodes.isEmpty else {
            steering.thresholds = [:]
            return
        }
        let cursor = steering.thresholdCursor
        let start = decodes.firstIndex { decode in cursor.map { $0 < decode.ref.id } ?? true } ?? 0
        for offset in 0..<min(RouterSteering.thresholdsPerStep, decodes.count) {
            findThreshold(of: decodes[(start + offset) % decodes.count], among: prefills)
        }
    }

    private mutating func findThreshold(of decode: WorkerSnapshot, among prefills: [WorkerSnapshot]) {
        steering.thresholdCursor = decode.ref.id
        // Workers of the same site first: the way to them is rarely the narrow one.
        let near = prefills.filter { $0.site == decode.site } + prefills.filter { $0.site != decode.site }
        let found = OffloadThreshold.find(
            decode: decode,
            prefills: Array(near.prefix(RouterSteering.thresholdPrefills)),
            links: table.links,
            placement: placement
        )
        steering.thresholds[decode.ref.id] = found.map { threshold, prefill in
            OffloadStanding(decode: decode.ref.id, prefill: prefill, tokens: threshold.tokens)
        }
    }
}
