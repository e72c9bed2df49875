internal import Wire

/// What came of an order to drain, or to take work again.
struct DrainOutcome: Encodable {
    let worker: String
    let draining: Bool
    /// Whether nothing is owed any more; said of draining workers only.
    let safeToStop: Bool
    let requests: Int
    let leases: Int

    init(_ reply: DrainReply) {
        worker = reply.worker.rawValue
        draining = reply.isDraining
        safeToStop = reply.isDraining && reply.owed.isSafeToStop
        requests = reply.owed.requests
        leases = reply.owed.leases
    }

    /// The outcome for people.
    var sentence: String {
        guard draining else { return "\(worker) takes work again" }
        guard !safeToStop else { return "\(worker) owes nothing: safe to stop" }
        return "\(worker) is draining: \(requests) requests, \(leases) transfers left"
    }
}
