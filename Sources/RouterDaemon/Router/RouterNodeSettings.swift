internal import ServingCore
internal import ServingTypes

/// What a router's shell must know beside its core's settings.
struct RouterNodeSettings: Sendable {
    /// Name of the router, as in its certificate.
    var name: String
    /// Settings of the core for the layout that the first worker brings.
    var core: @Sendable (KVLayout) -> RouterCoreSettings
    /// Secret under which KV blocks are hashed, at least 16 bytes.
    var clusterSecret: [UInt8]
    /// Whether all tenants share cached prefixes.
    var sharesPrefixes: Bool
    /// Whether the router is of no use without a prefill worker.
    var needsPrefillWorkers: Bool
    /// Digest that a worker's model must have.
    var modelDigest: Bytes128
    /// What each request class allows, by name.
    var qualities: [String: KVQuality]
    /// Tenants with shares of their own, by name, and their weights.
    var tenantWeights: [String: Int] = [:]
    /// How long an engine with work in hand may stand still.
    var sickAfter: Duration
    /// Silence after which a worker is shown as suspect.
    var suspicionLimit: Duration
    /// How often links show life.
    var heartbeatInterval: Duration
    /// How long running requests may take to end once the process is told to stop.
    var drainTimeout = Duration.seconds(30)
    /// Between two looks at deadlines.
    var tickInterval = Duration.milliseconds(10)
    /// Ended requests that are kept for questions.
    var maxRecords = 4_096
}
