import ServingTypes

/// One worker in the link table.
struct LinkNode: Sendable {
    let id: WorkerID
    /// Number of its last report.
    var generation = 0
    /// Slots of the workers that it reported paths to, and of those that reported a path to it.
    var receivers: Set<Int> = []
    var senders: Set<Int> = []
}
