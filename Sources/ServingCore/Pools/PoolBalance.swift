import ServingTypes

/// What the workers of one site can do together, and what a change of one worker's role would do to it.
///
/// Throughput is the least of what prefill and decode sustain: `Λ = min((Θ_p + imports − exports) / p, Θ_d)`,
/// with `p` the share of requests that is prefilled elsewhere than it is decoded. Source: P/D-Serve's balance
/// `min(Θ_prefill / p, Θ_decode)`; across sites PrfaaS' `Λ = min(Θ_r/p, Θ_p/(1 − p), Θ_d)`, in which what other
/// sites prefill is taken as it is, since it changes faster than roles do.
struct PoolBalance: Sendable {
    /// Share of offloaded requests below which prefill workers limit nothing.
    static let leastOffloaded = 0.01
    /// Part of a worker's own throughput that its change must add.
    static let shareOfOne = 0.7
    /// What is counted for a gain that has no measure, because nothing could be served before.
    static let mostGain = 1_000.0

    let site: String
    let workers: [PoolWorker]
    let demand: PoolDemand
    /// Requests per second by role; draining workers count for nothing.
    let prefill: Double
    let decode: Double

    init(site: String, workers: [PoolWorker], demand: PoolDemand) {
        self.site = site
        self.workers = workers
        self.demand = demand
        prefill = Self.capacity(.prefill, workers, demand)
        decode = Self.capacity(.decode, workers, demand)
    }

    private static func capacity(_ role: WorkerRole, _ workers: [PoolWorker], _ demand: PoolDemand) -> Double
    {
        workers.reduce(0) { sum, worker in
            guard worker.role == role, !worker.isDraining else { return sum }
            return sum + (worker.rate(role, demand) ?? 0)
        }
    }

    /// Requests per second that the site sustains.
    var throughput: Double { throughput(prefill: prefill, decode: decode) }

    private func throughput(prefill: Double, decode: Double) -> Double {
        guard demand.offloaded >= Self.leastOffloaded else { return decode }
        let net = max(0, prefill + demand.imported - demand.exported)
        return min(net / demand.offloaded, decode)
    }

    /// What is asked of a role, in requests per second.
    func load(_ role: WorkerRole) -> Double {
        demand.pressure * (role == .prefill ? demand.prefilled : demand.decoded)
    }

    /// Demand over capacity of the busier role.
    var utilisation: Double {
        WorkerRole.allCases.reduce(0) { most, role in
            let capacity = role == .prefill ? prefill : decode
            return capacity > 0 ? max(most, load(role) / capacity) : most
        }
    }

    func count(_ role: WorkerRole) -> Int { workers.count { $0.role == role && !$0.isDraining } }

    func standing(_ role: WorkerRole) -> PoolStanding {
        let pool = workers.filter { $0.role == role }
        let queued = pool.reduce(0) { $0 + $1.queuedSeconds } / Double(max(1, pool.count))
        return PoolStanding(
            site: site,
            role: role,
            workers: pool.count,
            capacity: role == .prefill ? prefill : decode,
            demand: load(role),
            queued: .fromSeconds(queued)
        )
    }

    /// What the throughput gains when a worker takes the other role, as a share of what it is.
    func gain(of worker: PoolWorker) -> Double {
        let now = throughput
        guard !worker.isDraining, let asPrefill = worker.prefillRate(demand),
            let asDecode = worker.decodeRate(demand)
        else { return 0 }
        let sign = worker.role == .prefill ? 1.0 : -1
        let changed = throughput(prefill: prefill - sign * asPrefill, decode: decode + sign * asDecode)
        // A site that cannot serve at all gains everything from what makes it serve.
        guard now > 0 else { return changed > 0 ? Self.mostGain : 0 }
        return min(Self.mostGain, changed / now - 1)
    }

    /// What a change to a role must gain: the setting, or most of what one worker more can add to many.
    func neededGain(_ role: WorkerRole, _ settings: PoolSettings) -> Double {
        min(settings.leastGain, Self.shareOfOne / Double(max(1, count(role))))
    }

    /// The change that raises the throughput by enough and loses least work and cache, or else the one that
    /// comes nearest to that; `nil` when nobody may change.
    func bestChange(_ settings: PoolSettings, mayChange: (PoolWorker) -> Bool) -> PoolAdvice? {
        // A site of one role is what its operator made it: only both roles are balanced.
        guard count(.prefill) > 0, count(.decode) > 0 else { return nil }
        let candidates = workers.filter { worker in
            worker.permitted.count == WorkerRole.allCases.count && !worker.isDraining && mayChange(worker)
                && count(worker.role) > settings.least(worker.role)
        }
        let scored = candidates.map { (worker: $0, gain: gain(of: $0)) }.sorted { left, right in
            let isEnough = [left, right].map { $0.gain >= neededGain($0.worker.otherRole, settings) }
            if isEnough[0] != isEnough[1] { return isEnough[0] }
            if !isEnough[0], left.gain != right.gain { return left.gain > right.gain }
            return left.worker.isCheaper(than: right.worker)
        }
        return scored.first.map { best in
            PoolAdvice(
                worker: best.worker.id,
                site: site,
                role: best.worker.otherRole,
                gain: best.gain
            )
        }
    }
}

extension PoolWorker {
    /// What it would do after a change.
    var otherRole: WorkerRole { role == .prefill ? .decode : .prefill }

    /// Whether changing this one loses less: less work to end first, then less cache, then the lower name.
    fileprivate func isCheaper(than other: PoolWorker) -> Bool {
        if sequences != other.sequences { return sequences < other.sequences }
        return cachedBlocks == other.cachedBlocks ? id < other.id : cachedBlocks < other.cachedBlocks
    }
}
