public import ServingTypes

/// How the pools fit the load: what `batonctl pools -o json` prints, and `/admin/pools`; a key is absent where
/// nothing is known.
public struct PoolsDocument: Codable, Hashable, Sendable {
    /// The workers of one role at one site.
    public struct Pool: Codable, Hashable, Sendable {
        /// Where; may be empty.
        public let site: String
        /// `prefill` or `decode`.
        public let role: String
        /// How many.
        public let workers: Int
        /// What they could serve; absent when unknown.
        public let capacityRequestsPerSecond: Double?
        /// What comes.
        public let demandRequestsPerSecond: Double
        /// Demand as a share of capacity; absent when unknown.
        public let utilisation: Double?
        /// How long what waits would take.
        public let queuedMs: Double
    }

    /// A change of one worker's role.
    public struct Advice: Codable, Hashable, Sendable {
        /// The worker.
        public let worker: String
        /// Where; may be empty.
        public let site: String
        /// `prefill` or `decode`.
        public let role: String
        /// Of throughput, as a share of what it is.
        public let gain: Double
    }

    /// Which prompts a prefill worker is meant for.
    public struct PrefillClass: Codable, Hashable, Sendable {
        /// The worker.
        public let worker: String
        /// `any`, `short` or `long`.
        public let prompts: String
    }

    /// One direction of a site's uplink.
    public struct Site: Codable, Hashable, Sendable {
        /// Where; may be empty.
        public let site: String
        /// `out` or `in`.
        public let way: String
        /// Share of the uplink in use.
        public let utilisation: Double
        /// How long what waits would take.
        public let queuedMs: Double
        /// Whether cached prefixes may cross.
        public let sharesPrefixes: Bool
    }

    /// From which uncached prompt length on prefill elsewhere is predicted to be faster.
    public struct Threshold: Codable, Hashable, Sendable {
        /// The decode worker.
        public let decode: String
        /// The prefill worker.
        public let prefill: String
        /// The length; absent when no prompt is long enough.
        public let tokens: Int?
    }

    /// `off`, `advise` or `on`.
    public let balance: String
    /// Changes ordered since the router's start.
    public let roleChanges: Int
    /// What is to be done now, in words; may be empty.
    public let verdict: String
    /// The best change; absent when none is possible.
    public let advice: Advice?
    /// By site and role.
    public let pools: [Pool]
    /// Longest prompt that is short; absent while prefill workers are not divided.
    public let shortTokens: Int?
    /// Prefill workers.
    public let prefillClasses: [PrefillClass]
    /// Uplinks.
    public let sites: [Site]
    /// By decode worker.
    public let offloadThresholds: [Threshold]

    /// Writes a report.
    public init(_ report: PoolsReport) {
        balance = report.mode.name
        roleChanges = report.roleChanges
        verdict = report.verdict
        advice = report.advice.map {
            Advice(worker: $0.worker.rawValue, site: $0.site, role: $0.role.name, gain: $0.gain)
        }
        pools = report.pools.map { pool in
            Pool(
                site: pool.site,
                role: pool.role.name,
                workers: pool.workers,
                capacityRequestsPerSecond: pool.capacity > 0 ? pool.capacity : nil,
                demandRequestsPerSecond: pool.demand,
                utilisation: pool.capacity > 0 ? pool.utilisation : nil,
                queuedMs: pool.queued.milliseconds
            )
        }
        shortTokens = report.shortTokens
        prefillClasses = report.prefillClasses.map {
            PrefillClass(worker: $0.worker.rawValue, prompts: $0.kind.name)
        }
        sites = report.sites.map { site in
            Site(
                site: site.site,
                way: site.isOutgoing ? "out" : "in",
                utilisation: site.utilisation,
                queuedMs: site.queued.milliseconds,
                sharesPrefixes: site.sharesPrefixes
            )
        }
        offloadThresholds = report.thresholds.map {
            Threshold(decode: $0.decode.rawValue, prefill: $0.prefill.rawValue, tokens: $0.tokens)
        }
    }
}
