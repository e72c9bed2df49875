internal import ServingCore
internal import ServingTypes
internal import Transport

/// What a worker's shell must know beside its core's settings.
struct WorkerNodeSettings: Sendable {
    /// Limits and shape of the core.
    var core: WorkerCoreSettings
    /// Name under which clients ask for the model.
    var modelName: String
    /// What the engine's steps take.
    var cost: CostCoefficients
    /// Where the machine stands.
    var site: String
    /// What its codecs cost.
    var codecRates: [KVCodecRate]
    /// Where peers reach this worker; `nil` for the address by which the connection to each goes.
    var advertisedHost: String?
    /// Where it listens; port 0 lets the system choose.
    var listenHost: String
    var listenPort: UInt16
    /// Routers to register with.
    var routers: [(host: String, port: UInt16)]
    /// Outgoing lanes.
    var lanes: LanePool.Settings
    /// Longest pause within a chunk that arrives.
    var stallTimeout: Duration
    /// Bytes sent on a control connection under one key.
    var keyUpdateBytes: Int
    /// How long accepted work may take to end.
    var drainTimeout = Duration.seconds(60)
    /// Incoming lanes of all peers together.
    var maxIncomingLanes = 1_024
    /// Between two looks at deadlines and load.
    var tickInterval = Duration.milliseconds(10)
    /// First pause before a worker whose link was lost is dialed again.
    var peerRedialPause = Duration.milliseconds(50)
    /// First and longest pause before a lost router is dialed again.
    var reconnectMinimum = Duration.milliseconds(100)
    var reconnectMaximum = Duration.seconds(5)
}
