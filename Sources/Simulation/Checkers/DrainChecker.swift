import ServingCore

/// Once a worker that is drained has owed nothing, it owes nothing until it takes work again: who was told that it is
/// safe to stop may stop it at any time.
struct DrainChecker: Sendable {
    private var isDraining = false
    private var wasSafe = false

    /// The worker is to take no new work, or to take it again.
    mutating func order(_ value: Bool) {
        isDraining = value
        wasSafe = false
    }

    /// Looks at a worker after each of its events.
    mutating func look(_ core: WorkerCore) -> String? {
        guard isDraining else { return nil }
        let owed = core.owed
        guard owed.requests == 0, owed.leases == 0 else {
            return wasSafe ? "a worker that was safe to stop owes \(owed)" : nil
        }
        guard core.isIdle else { return "a worker that owes nothing is not idle" }
        wasSafe = true
        return nil
    }
}
