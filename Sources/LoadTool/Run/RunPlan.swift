internal import Workload

/// What one run sends, and when.
struct RunPlan: Sendable {
    var source: any RequestSource
    var arrivals: ArrivalProcess
    /// Requests in flight at most; `nil` for as many as there can be connections.
    var maxConcurrency: Int?
    var seed: UInt64
    /// Sends nothing after this time; `nil` for no limit.
    var sendingLimit: Duration?
    /// After an interruption, how long requests in flight may still take.
    var grace = Duration.seconds(5)
}
