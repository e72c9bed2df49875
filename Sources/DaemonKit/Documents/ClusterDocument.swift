/// The cluster as one router sees it: what `batonctl status`, `workers`, `links` and `top` show, and
/// `/admin/cluster`.
///
/// A key is absent where nothing is known, except in ``Link``.
public struct ClusterDocument: Codable, Hashable, Sendable {
    /// Requests since the router's start; they never fall.
    public struct Totals: Codable, Hashable, Sendable {
        /// Requests that came.
        public var submitted = 0
        /// Those that ended well.
        public var finished = 0
        /// Those that ended with an error.
        public var failed = 0
        /// Those that their client, or a deadline, gave up.
        public var cancelled = 0
        /// Placements; more than requests where some were placed anew.
        public var attempts = 0
        /// Placements that failed.
        public var failedAttempts = 0
        /// Prompt tokens of requests that ended.
        public var promptTokens = 0
        /// Tokens given to clients.
        public var outputTokens = 0

        /// None.
        public init() {}
    }

    /// Requests that ended within the last ``seconds``, of those that the router remembers.
    public struct Recent: Codable, Hashable, Sendable {
        /// How far back they are looked for.
        public var seconds: Double
        /// How many ended.
        public var requests = 0
        /// Their output tokens.
        public var outputTokens = 0
        /// Time to the first token, of half of them at most; absent when none had one.
        public var ttftMsP50: Double?
        /// The same, of 99 in 100.
        public var ttftMsP99: Double?
        /// Mean time per output token after the first, of half of them at most; absent when none had two.
        public var tpotMsP50: Double?
        /// The same, of 99 in 100.
        public var tpotMsP99: Double?

        /// None.
        public init(seconds: Double) { self.seconds = seconds }
    }

    /// The router's name.
    public var router: String
    /// Its release.
    public var version: String
    /// How long it has been up, in seconds.
    public var uptimeS: Double
    /// The served model; empty before it is known.
    public var model: String
    /// Requests that clients wait for.
    public var requestsInFlight = 0
    /// Those among them that wait to be placed.
    public var requestsWaiting = 0
    /// What happened since the start.
    public var totals = Totals()
    /// What ended lately.
    public var recent = Recent(seconds: 60)
    /// Workers by name, those included that were lost within the last hour.
    public var workers: [Worker] = []
    /// Measured paths by sender, then by receiver; of very many the degraded and the busy ones.
    public var links: [Link] = []
    /// Paths in all, whether listed or not.
    public var linkCount = 0
    /// Names that the router refuses until they are resumed.
    public var removed: [String] = []

    /// A router without workers.
    public init(router: String, version: String, uptimeS: Double, model: String) {
        self.router = router
        self.version = version
        self.uptimeS = uptimeS
        self.model = model
    }
}
