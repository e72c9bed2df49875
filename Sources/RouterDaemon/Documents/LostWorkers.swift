internal import ServingTypes

/// Workers whose connection ended, for a while: an operator wants to see who is missing.
struct LostWorkers: Sendable {
    /// One of them.
    struct Entry: Sendable {
        var registration: WorkerRegistration
        var reason: ServingError
        var lostAt: Timestamp
    }

    /// How long they are remembered.
    static let memory = Duration.seconds(3_600)
    /// How many are.
    static let limit = 256

    private var entries: [WorkerID: Entry] = [:]

    mutating func add(_ registration: WorkerRegistration, reason: ServingError, now: Timestamp) {
        entries[registration.address.worker.id] = Entry(
            registration: registration,
            reason: reason,
            lostAt: now
        )
        guard entries.count > Self.limit else { return }
        let oldest = entries.min { ($0.value.lostAt, $0.key) < ($1.value.lostAt, $1.key) }
        if let oldest { entries[oldest.key] = nil }
    }

    /// Forgets a worker that is back, or that nobody misses; says whether it was there.
    @discardableResult mutating func remove(_ worker: WorkerID) -> Bool {
        entries.removeValue(forKey: worker) != nil
    }

    func contains(_ worker: WorkerID) -> Bool { entries[worker] != nil }

    subscript(worker: WorkerID) -> Entry? { entries[worker] }

    /// Those that are remembered, by name.
    func all(now: Timestamp) -> [Entry] {
        entries.values.filter { now - $0.lostAt < Self.memory }.sorted {
            $0.registration.address.worker < $1.registration.address.worker
        }
    }
}
