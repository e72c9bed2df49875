internal import ServingTypes
internal import Transport

/// Operators' tools that wait for what a worker says to a drain order.
struct DrainWaiters: Sendable {
    /// One tool and what it ordered.
    struct Waiter: Sendable {
        var link: ConnectionID
        var isResume: Bool
    }

    private var waiters: [WorkerID: [Waiter]] = [:]

    mutating func add(_ waiter: Waiter, for worker: WorkerID) { waiters[worker, default: []].append(waiter) }

    /// Those who waited for a worker's next word.
    mutating func take(_ worker: WorkerID) -> [Waiter] { waiters.removeValue(forKey: worker) ?? [] }

    mutating func remove(_ link: ConnectionID) {
        for worker in waiters.keys.sorted() { waiters[worker]?.removeAll { $0.link == link } }
    }
}
