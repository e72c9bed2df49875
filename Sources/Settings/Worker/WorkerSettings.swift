public import ServingTypes

/// All that a prefill or decode worker is told; the defaults are the values written here.
public struct WorkerSettings: Hashable, Sendable {
    /// Name of this worker, as in its certificate.
    public var name: String
    /// Name of the cluster, as in every certificate of it.
    public var cluster: String
    /// Every router of the cluster; the worker registers with each.
    public var routers: [Endpoint]
    /// Where the machine stands: workers of one site share an uplink; `nil` when nothing is said.
    public var site: String?
    /// Where other workers connect, with mutual TLS; port 0 lets the system choose.
    public var listen = Endpoint(host: "127.0.0.1", port: 0)
    /// Host under which other workers reach ``listen``; `nil` means the host of ``listen``, or where that stands for all
    /// addresses, the one by which the worker reaches its routers.
    public var advertise: String?
    /// Where metrics are served without TLS; `nil` serves none.
    public var adminListen: Endpoint?
    /// Certificates for router, worker and admin connections.
    public var tls: TLSFiles
    /// What computes.
    public var engine = Engine()
    /// The KV pool.
    public var kvCache = KVCache()
    /// How steps are filled.
    public var scheduler = Scheduler()
    /// How KV travels.
    public var transfer = Transfer()
    /// Time between two heartbeats on a link; three silent intervals close it.
    public var heartbeat = Duration.seconds(3)
    /// How long accepted work may take to end once the process is told to stop.
    public var drainTimeout = Duration.seconds(60)
    /// What is shown for monitoring.
    public var metrics = MetricsSettings()
    /// Log lines.
    public var log = LogSettings()

    /// The defaults, with what has none.
    public init(name: String, cluster: String, routers: [Endpoint], tls: TLSFiles) {
        self.name = name
        self.cluster = cluster
        self.routers = routers
        self.tls = tls
    }

    /// Host that peers are told; `nil` for the address by which the connection to each goes.
    public var advertisedHost: String? { advertise ?? (listen.isWildcard ? nil : listen.host) }

    /// The `engine` section.
    public struct Engine: Hashable, Sendable {
        /// What computes.
        public var kind = EngineKind.cpu
        /// GGUF file: the weights of the CPU engine; the paced engine takes its digest only.
        public var modelPath: String?
        /// Number format of the CPU engine's KV cache; the paced engine's is in its profile.
        public var kvType = KVType.f16
        /// Threads that compute; `nil` takes one per processor.
        public var threads: Int?
        /// Profile that the paced engine imitates.
        public var profilePath: String?
        /// Factor on the paced engine's durations; 0 never waits.
        public var timeScale = 1.0

        /// The defaults.
        public init() {}
    }

    /// The `kv_cache` section.
    public struct KVCache: Hashable, Sendable {
        /// Tokens per KV block: a power of two, equal on all workers of a cluster.
        public var blockTokens = 16
        /// How much is kept.
        public var size = KVCacheSize.memory(bytes: 512 << 20)

        /// The defaults.
        public init() {}
    }

    /// The `scheduler` section.
    public struct Scheduler: Hashable, Sendable {
        /// Most new tokens of one engine step.
        public var stepTokens = 512
        /// Most sequences that hold blocks and take part in steps.
        public var maxRunning = 64
        /// Most sequences that wait for blocks; more are refused.
        public var maxWaiting = 256
        /// For how much of an answer a decode worker takes blocks at once.
        public var reserve = AnswerReserve.expected
        /// Share of the output still allowed that is expected of a request without a guess.
        public var expectedShare = 0.5
        /// Standard deviations of predicted growth that must fit beside its mean.
        public var growthMargin = 1.3
        /// Share of the pool that an interactive sequence leaves free at admission.
        public var headroom = 0.02
        /// Most sequences of one decode step; `nil` is ``maxRunning``.
        public var maxBatch: Int?
        /// After how many preemptions a request gives way no more.
        public var maxPreemptions = 3
        /// Tokens that a sequence produces before it gives way.
        public var leastProgress = 16
        /// In which order prompts are computed.
        public var prefillPolicy = PrefillPolicy.lengthAware
        /// Prompts with fewer tokens to compute are short; `nil` takes it from what the engine costs.
        public var shortPromptTokens: Int?
        /// Longest time for which an idle worker keeps short prompts waiting for company.
        public var waitWindow = Duration.milliseconds(5)
        /// Shortest such time, at most ``waitWindow``.
        public var minWaitWindow = Duration.zero
        /// A prompt whose slack to its deadline is below this waits for no company.
        public var slackMargin = Duration.milliseconds(5)
        /// Longest time for which one step of prompts may hold the engine.
        public var maxHold = Duration.milliseconds(100)
        /// Share of the time that short prompts get while long ones wait too.
        public var shortShare = 0.5
        /// Longest time for which a class of prompts waits for a turn.
        public var maxStarvation = Duration.milliseconds(500)
        /// After this time a `batch` prompt counts as interactive.
        public var batchPatience = Duration.seconds(10)
        /// After this time a `best_effort` prompt counts as interactive.
        public var bestEffortPatience = Duration.seconds(60)
        /// Whether a running prefill may let prompts go first at a layer boundary.
        public var layerPreemption = true
        /// Least time that a prompt must win by that.
        public var layerPreemptionGain = Duration.milliseconds(5)
        /// Most times that one step does so.
        public var maxLayerPreemptions = 16
        /// Most of a step's own time that it gives to others, as a share.
        public var maxYieldShare = 0.5
        /// How long prompts are computed beside running answers.
        public var mixed = MixedStepKind.chunked
        /// Most prompt tokens of a step that lets answers in between its layers.
        public var layeredTokens = 8_192

        /// The defaults.
        public init() {}
    }

    /// The `transfer` section.
    public struct Transfer: Hashable, Sendable {
        /// Most payload bytes of one KV chunk.
        public var chunkBytes = 1 << 20
        /// Layers handed to the sender together; `nil` takes a quarter of the model's.
        public var layerGroup: Int?
        /// Payload bytes that one transfer may have on its way.
        public var credit = 64 << 20
        /// Lanes per receiving worker to begin with.
        public var lanes = 2
        /// Most lanes per receiving worker, at least ``lanes``; more are opened while the rate grows with them.
        public var maxLanes = 4
        /// A lane without chunks for this long closes.
        public var laneIdleTimeout = Duration.seconds(60)
        /// Longest pause within a chunk before the lane is given up.
        public var stallTimeout = Duration.seconds(30)
        /// How long transfers wait for a lost link to come back.
        public var reconnectTimeout = Duration.seconds(10)
        /// How long a fetch may go without anything landing before its prefix is computed instead.
        public var fetchStallTimeout = Duration.seconds(5)
        /// Codecs that this worker writes and reads; `raw` is among them.
        public var codecs = KVCodec.allCases
        /// Most fetches served to other workers at once; 0 serves none.
        public var maxFetches = 64
        /// Rate assumed of a path before its first sample, in bytes per second.
        public var priorRate = 125e6
        /// What the paths to some peers should carry, by worker name, in bytes per second.
        public var expectedRates: [String: Double] = [:]
        /// Share of the expected rate below which a path counts as degraded, in 0..<1.
        public var degradedBelow = 0.5
        /// Bytes that probes of idle paths may send in an hour; 0 probes none.
        public var probeBytesPerHour = 64 << 20
        /// How long an offer waits for its reservation.
        public var offerParking = Duration.milliseconds(500)
        /// How often a sender repeats its offer or hand-off as a sign of life.
        public var renewInterval = Duration.seconds(2)
        /// Bytes sent on a connection under one key before it is replaced.
        public var keyUpdateBytes = 128 << 30

        /// The defaults.
        public init() {}
    }
}
