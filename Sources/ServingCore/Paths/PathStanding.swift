/// What one path adds to the sums over all paths of a worker.
struct PathStanding: Sendable {
    let inFlight: Int
    let delivered: Int
    /// 1 with bytes in flight, else 0.
    let isBusy: Int
    /// 1 with bytes in flight and more waiting, else 0.
    let isBacklogged: Int
}
