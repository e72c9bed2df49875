/// What `baton-bench router` measures.
struct RouterOptions {
    var model: String
    var kinds: [RequestKind]
    /// Clients at once; the router is saturated with twice the last.
    var concurrency: [Int]
    /// Seconds of each measurement.
    var seconds: Double
    /// Rounds; every figure is the median over them.
    var pairs: Int
    /// Prefill workers, and as many decode workers.
    var workerPairs: Int
    /// Microseconds between two tokens of an answer; 0 for none.
    var tokenIntervalMicroseconds: Int
    var programs: String?
    /// Another router, instead of one of Baton's.
    var target: Target?

    /// A router that somebody else has started on this machine.
    struct Target {
        var port: UInt16
        /// All of its processes.
        var processes: [Int32]
        /// A server that answers without a router.
        var directPort: UInt16
        var dialect: RequestDialect
    }

    /// Clients that saturate the router.
    var saturatingClients: Int { 2 * (concurrency.max() ?? 1) }
}
