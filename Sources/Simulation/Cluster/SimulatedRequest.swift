import ServingCore
import ServingTypes

/// One client's request and what must come of it.
struct SimulatedRequest: Sendable {
    let submission: Submission
    let arrivesAt: Timestamp
    /// When the client leaves, and why.
    let leavesAt: Timestamp?
    /// What may happen to its KV on the way.
    let codec: KVCodec
    let budget: KVBudget?
    /// The KV of prompt and right answer: `[layer][position]`.
    let tags: [[UInt64]]
    var stream: StreamChecker
    /// The KV of attempts whose answer depends on what their budget kept, by attempt number.
    var reducedTags: [UInt32: [[UInt64]]] = [:]
    /// The last assignment that decodes, for forgeries.
    var lastDecode: (assignment: Assignment, worker: WorkerRef)?

    /// The KV that an attempt must see.
    func tags(of attempt: AttemptID) -> [[UInt64]] { reducedTags[attempt.number] ?? tags }
}
