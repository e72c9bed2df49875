import ServingTypes

/// Nothing new is placed on a cordoned worker.
struct CordonChecker: Sendable {
    private var cordoned: Set<WorkerID> = []

    /// An operator cordons a worker, or takes that back.
    mutating func order(_ worker: WorkerID, _ value: Bool) {
        if value { cordoned.insert(worker) } else { cordoned.remove(worker) }
    }

    /// A worker is given a part of an attempt.
    func assigned(_ attempt: AttemptID, to worker: WorkerRef) -> String? {
        cordoned.contains(worker.id) ? "attempt \(attempt) was placed on \(worker), which is cordoned" : nil
    }
}
