public import ServingTypes

/// All that `baton-router` is told; the defaults are the values written here.
public struct RouterSettings: Hashable, Sendable {
    /// Name of this router, as in its certificate.
    public var name: String
    /// Name of the cluster, as in every certificate of it.
    public var cluster: String
    /// Where workers and admin tools connect, with mutual TLS.
    public var listen = Endpoint(host: "127.0.0.1", port: 7400)
    /// The OpenAI-style API.
    public var http = HTTP()
    /// Where metrics are served without TLS; `nil` serves none.
    public var adminListen: Endpoint? = Endpoint(host: "127.0.0.1", port: 7480)
    /// Certificates for worker and admin connections.
    public var tls: TLSFiles
    /// What is served.
    public var model: Model
    /// Content of `cluster_secret_file`, at least 16 bytes; `nil` draws a secret at each start.
    public var clusterSecret: [UInt8]?
    /// How tenants are kept apart.
    public var tenants = Tenants()
    /// In which order waiting requests are served.
    public var fairness = FairnessOptions()
    /// How plans are scored.
    public var placement = Placement()
    /// What is expected of answers, and when running ones are moved.
    public var decode = Decode()
    /// What is known of the sites' connections; a site without an entry is estimated.
    public var sites: [Site] = []
    /// When workers change between prefill and decode.
    public var pools = Pools()
    /// When prefill workers are divided between short and long prompts.
    public var prefillClasses = PrefillClasses()
    /// Classes beside the built-in ``RequestClass/exact``, each name once.
    public var requestClasses: [RequestClass] = []
    /// Class of requests that name none.
    public var defaultClass = RequestClass.exact.name
    /// Limits and times of requests.
    public var requests = Requests()
    /// Where the spans of requests are sent.
    public var tracing = TracingSettings()
    /// Where decisions are kept.
    public var recording = RecordingSettings()
    /// Time between two heartbeats on a link; three silent intervals close it.
    public var heartbeat = Duration.seconds(3)
    /// How long running requests may take to end once the process is told to stop.
    public var drainTimeout = Duration.seconds(30)
    /// What is shown for monitoring.
    public var metrics = MetricsSettings()
    /// Log lines.
    public var log = LogSettings()

    /// The defaults, with what has none.
    public init(name: String, cluster: String, tls: TLSFiles, vocabularyPath: String) {
        self.name = name
        self.cluster = cluster
        self.tls = tls
        model = Model(vocabularyPath: vocabularyPath)
    }

    /// The built-in class, then the operator's own.
    public var allClasses: [RequestClass] { [.exact] + requestClasses }

    /// The class of that name.
    public func requestClass(named name: String) -> RequestClass? { allClasses.first { $0.name == name } }

    /// The `http` section.
    public struct HTTP: Hashable, Sendable {
        /// Where clients connect.
        public var listen = Endpoint(host: "127.0.0.1", port: 8080)
        /// Certificate and key (PEM files) of HTTPS; `nil` serves plain HTTP.
        public var tls: ServerCertificate?
        /// Keys of clients; empty lets everybody in, as tenant `default`.
        public var apiKeys: [APIKey] = []
        /// Most bytes of a request's body.
        public var bodyLimit = 8 << 20
        /// How long a client may not take any byte of its answer.
        public var writeTimeout = Duration.seconds(30)
        /// How long a request may take in all.
        public var requestTimeout = Duration.seconds(600)
        /// Requests served at once; more are answered 429.
        public var maxConcurrentRequests = 1_024

        /// The defaults.
        public init() {}
    }

    /// Certificate and key of the HTTPS listener.
    public struct ServerCertificate: Hashable, Sendable {
        /// Certificate chain, PEM.
        public var certificatePath: String
        /// Private key, PEM.
        public var privateKeyPath: String

        /// Names the two files.
        public init(certificatePath: String, privateKeyPath: String) {
            self.certificatePath = certificatePath
            self.privateKeyPath = privateKeyPath
        }
    }

    /// The `model` section.
    public struct Model: Hashable, Sendable {
        /// GGUF or vocabulary file from which prompts are tokenized.
        public var vocabularyPath: String
        /// Further names under which clients may ask for the model.
        public var aliases: [String] = []

        /// Names the file.
        public init(vocabularyPath: String) { self.vocabularyPath = vocabularyPath }
    }

    /// The `tenants` section.
    public struct Tenants: Hashable, Sendable {
        /// Whether a tenant's prompts may hit KV blocks that another tenant's prompts left behind.
        public var sharePrefixes = false
        /// What every tenant may have that has no entry of its own.
        public var limits = TenantLimits()
        /// Tenants with shares of their own, each name once.
        public var shares: [Tenant] = []

        /// The defaults.
        public init() {}
    }

    /// The `placement` section.
    public struct Placement: Hashable, Sendable {
        /// How workers are chosen.
        public var policy = PlacementPolicyKind.leastTT2T
        /// What the other policies look at.
        public var baselines = BaselineKnobs()
        /// Whether a prompt may be prefilled where it is decoded.
        public var localPrefill = true
        /// Delivery rate assumed of a path without a sample, in bytes per second.
        public var priorBytesPerSecond = 100_000_000
        /// Whether a prefix may be fetched from another worker instead of being computed.
        public var fetch = true
        /// What a fetch or a lossier codec must be predicted to save at least.
        public var leastSaving = Duration.milliseconds(2)
        /// The same, as a share of the prefill or transfer that it takes the place of.
        public var leastSavingShare = 0.1
        /// Lanes per pair of workers on which KV is assumed to be encoded and decoded side by side.
        public var lanes = 2
        /// Seconds charged to a local prefill per second by which it delays one running sequence.
        public var harmWeight = 0.1
        /// Groups in which a prompt's layers are assumed to be handed to the sender.
        public var layerGroups = 4
        /// Share within which predictions are as good as equal.
        public var nearTie = 0.005
        /// Share by which a pair that links favour must beat the least loaded one.
        public var linkMargin = 0.02
        /// Most plans scored in every detail per request.
        public var maxPlans = 16
        /// KV block hashes remembered over all workers.
        public var maxPrefixHashes = 1 << 20

        /// The defaults.
        public init() {}
    }

    /// The `decode` section.
    public struct Decode: Hashable, Sendable {
        /// Share of the output still allowed for which decode workers are taken to hold blocks.
        public var expectedShare = 0.5
        /// Whether running answers are moved from full decode workers to others.
        public var moves = true
        /// Load from which on a worker is full.
        public var fullLoad = 0.85
        /// How much lower the other worker's load must be.
        public var leastImbalance = 0.25
        /// How long a worker must be full before anything is moved.
        public var dwell = Duration.milliseconds(500)
        /// How long a pair of workers rests after a move.
        public var coolDown = Duration.seconds(2)
        /// How often the time that a move costs must be contained in the time for which it makes room.
        public var leastGain = 2.0

        /// The defaults.
        public init() {}
    }

    /// The `requests` section.
    public struct Requests: Hashable, Sendable {
        /// Most new requests that wait to be placed.
        public var maxWaiting = 1_024
        /// How long a request may wait to be placed.
        public var queueTimeout = Duration.seconds(30)
        /// Failed attempts without a new token in between after which a request fails; refusals do not count.
        public var maxAttempts = 5
        /// How long a worker may take to answer an assignment.
        public var answerTimeout = Duration.seconds(2)
        /// How long an attempt may take to its first decoded token beyond the predicted time.
        public var lease = Duration.seconds(30)
        /// How long a decoding worker may be silent about a request.
        public var silenceTimeout = Duration.seconds(30)
        /// How long a worker that refused or failed a request is not asked again.
        public var avoidance = Duration.milliseconds(100)
        /// What a client is told to wait after a 429 when no worker said anything better.
        public var retryAfter = Duration.seconds(1)

        /// The defaults.
        public init() {}
    }
}
