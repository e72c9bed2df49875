import ServingCore
import ServingTypes

/// One client's request and what must come of it.
struct SimulatedRequest: Sendable {
    let submission: Submission
    let arrivesAt: Timestamp
    /// When the client leaves, and why.
    let leavesAt: Timestamp?
    /// The KV of prompt and right answer: `[layer][position]`.
    let tags: [[UInt64]]
    var stream: StreamChecker
    /// The last assignments, for forgeries.
    var lastDecode: (assignment: Assignment, worker: WorkerRef)?
}
