import ServingTypes

/// Workers: how they come, report and go.
extension RouterCore {
    mutating func register(_ registration: WorkerRegistration, now: Timestamp) {
        // Whatever the earlier connection carried may not have arrived, so even the same boot starts anew.
        if let earlier = table[registration.address.worker.id] { lose(earlier.ref, now: now) }
        table.insert(registration)
        noteWorker(registration, now: now)
        hasOccasion = true
    }

    mutating func load(_ report: LoadReport, from worker: WorkerRef, now: Timestamp) {
        switch table.take(report, from: worker, now: now) {
        case .taken: break
        case .resync:
            counters.lostReports += 1
            outbox.append(.requestLoad(worker))
        case .stale: counters.stale += 1
        }
        guard !waiting.isEmpty else { return }
        // Reports are many, and requests that wait for a worker to have less in hand learn little from them.
        if now >= fairness.pausedUntil { hasOccasion = true }
    }

    /// Places nothing new on a worker, and changes nothing else: what it has goes on, what it caches may be fetched.
    mutating func cordon(_ worker: WorkerID, _ isCordoned: Bool) {
        table.cordon(worker, isCordoned)
        hasOccasion = hasOccasion || !isCordoned && !waiting.isEmpty
    }

    /// Names on which nothing new is placed.
    public var cordoned: [WorkerID] { table.cordoned.sorted() }

    mutating func lose(_ worker: WorkerRef, now: Timestamp) {
        guard table.remove(worker) else { return }
        counters.lostWorkers += 1
        let concerned = requests.values.filter { $0.machine.attempt?.role(of: worker) != nil }
        for entry in concerned.sorted(by: { $0.arrival < $1.arrival }) {
            step(entry.submission.request, .lost(worker), now: now)
        }
    }
}
