import ServingTypes

/// Prompts that a worker was sent and that its last report did not count yet.
///
/// Reports come at most every 50 ms, and what is sent between two of them would find the same queue again and again.
struct PromptBacklog: Sendable {
    private struct Prompt: Sendable {
        let request: RequestID
        let sentAt: Timestamp
        let charge: WorkerCharge
    }

    /// From the sending of a prompt until a report that counts it can be here: it makes the worker report.
    private static let lag = Duration.milliseconds(1)

    /// In the order in which they were sent.
    private var prompts: [Prompt] = []
    /// When the worker last ended a prompt.
    private var lastEnd = Timestamp.zero

    /// Notes that a worker was sent something to compute.
    mutating func send(_ charge: WorkerCharge, for request: RequestID, now: Timestamp) {
        guard charge.queuedTokens > 0 else { return }
        prompts.append(Prompt(request: request, sentAt: now, charge: charge))
    }

    /// The worker has computed a prompt, or dropped it.
    mutating func end(_ request: RequestID, now: Timestamp) {
        prompts.removeAll { $0.request == request }
        lastEnd = now
    }

    /// A report has come.
    mutating func reported(now: Timestamp) { prompts.removeAll { now - $0.sentAt >= Self.lag } }

    /// Since when the first of them may be computed; `nil` when there is none.
    var since: Timestamp? { prompts.first.map { max($0.sentAt, lastEnd) } }

    /// Tokens of one kind that all of them have to compute.
    func tokens(_ kind: KeyPath<WorkerCharge, Int>) -> Int {
        prompts.reduce(0) { $0 + $1.charge[keyPath: kind] }
    }
}
