public import ServingTypes

/// The newest load report of each worker: what `batonctl loads` shows, and `/admin/loads`.
public struct LoadsDocument: Codable, Hashable, Sendable {
    /// KV blocks by state.
    public struct Blocks: Codable, Hashable, Sendable {
        /// Hold nothing of use.
        public var free: Int
        /// Hold a prefix that may be reused or evicted.
        public var cached: Int
        /// Used by a sequence that is computed there.
        public var running: Int
        /// Reserved for KV that is on its way.
        public var reserved: Int
        /// Kept until a receiver has verified its copy.
        public var leased: Int
        /// Released, but still touched.
        public var quarantined: Int

        /// Counts blocks.
        public init(_ gauges: BlockGauges) {
            free = gauges.free
            cached = gauges.cached
            running = gauges.running
            reserved = gauges.reserved
            leased = gauges.leased
            quarantined = gauges.quarantined
        }
    }

    /// How long steps take, in seconds: prefill `a + max(m, b·Σu) + d·Σ u·(c − u/2)`, decode `e + f·batch + g·Σc`.
    public struct Cost: Codable, Hashable, Sendable {
        /// Fixed cost of a prefill step.
        public var a: Double
        /// Cost per prefilled token.
        public var b: Double
        /// Cost per pair of new and context token.
        public var d: Double
        /// Floor of the linear part.
        public var m: Double
        /// Fixed cost of a decode step.
        public var e: Double
        /// Cost per decoding sequence.
        public var f: Double
        /// Cost per context token of a decode step.
        public var g: Double

        /// Copies coefficients.
        public init(_ cost: CostCoefficients) {
            (a, b, d, m) = (cost.a, cost.b, cost.d, cost.m)
            (e, f, g) = (cost.e, cost.f, cost.g)
        }
    }

    /// How well the time to the first token was predicted for a worker, over its latest prompts.
    public struct PredictionError: Codable, Hashable, Sendable {
        /// Prompts that were compared.
        public var prompts: Int
        /// By which share of the measured time predictions were above (+) or below (−) it, for half of them at most.
        public var median: Double
        /// The share that 9 in 10 predictions were within, above or below.
        public var p90: Double

        /// States an error.
        public init(prompts: Int, median: Double, p90: Double) {
            self.prompts = prompts
            self.median = median
            self.p90 = p90
        }
    }

    /// One worker.
    public struct Worker: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// `prefill` or `decode`.
        public var role: String
        /// What to think of it.
        public var state: ClusterDocument.WorkerState
        /// Age of the report; absent before the first, when all that follows is zero.
        public var reportAgeMs: Double?
        /// Number of the report.
        public var reportSequence: UInt64 = 0
        /// Whether a report is missing and a full one was asked for.
        public var isResyncing = false
        /// Sequences that wait for their first step.
        public var waiting = 0
        /// Sequences in prefill or decode.
        public var running = 0
        /// Those of them that decode.
        public var decoding = 0
        /// Prompt tokens not yet computed.
        public var queuedTokens = 0
        /// How long a long prompt that comes now is predicted to wait.
        public var queuedMs = 0.0
        /// Tokens that decoding sequences hold.
        public var contextTokens = 0
        /// KV blocks that running answers are expected to take beyond those that they hold.
        public var expectedGrowthBlocks = 0
        /// Engine steps since boot.
        public var engineSteps: UInt64 = 0
        /// The pool.
        public var blocks = Blocks(BlockGauges())
        /// Parts of requests that this router has given to it and not seen end.
        public var assignedRequests = 0
        /// Their prompt tokens that are not known to be computed.
        public var assignedTokens = 0
        /// Their KV blocks, as estimated.
        public var assignedBlocks = 0
        /// What it registered with.
        public var profileCost: Cost
        /// Fitted to the steps that it measured; absent until there were enough.
        public var fittedCost: Cost?
        /// What its next decode step is predicted to take; absent while it decodes nothing.
        public var decodeStepMs: Double?
        /// What a prompt of 1,024 tokens is predicted to take alone.
        public var prefill1024Ms: Double
        /// How good predictions were; absent when no prompt of late can tell.
        public var ttftError: PredictionError?

        /// A worker that has not reported yet.
        public init(
            name: String,
            role: String,
            state: ClusterDocument.WorkerState,
            profileCost: Cost,
            prefill1024Ms: Double
        ) {
            self.name = name
            self.role = role
            self.state = state
            self.profileCost = profileCost
            self.prefill1024Ms = prefill1024Ms
        }
    }

    /// The router's name.
    public var router: String
    /// Workers by name.
    public var workers: [Worker]

    /// Lists workers.
    public init(router: String, workers: [Worker]) {
        self.router = router
        self.workers = workers
    }
}
