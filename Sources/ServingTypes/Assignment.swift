/// Router to worker: do this part of this attempt.
///
/// `tokens` (prompt and what was already emitted) with `promptTokens` and `sampling` is the whole resume state.
public struct Assignment: Hashable, Sendable {
    /// Which part of the attempt the worker does.
    public enum Part: Hashable, Sendable {
        /// Prefill, sample the next token, hand the KV to that decode worker.
        case prefill(handOffTo: WorkerAddress)
        /// Receive the KV from that prefill worker, then decode.
        case decode(from: WorkerRef)
        /// Prefill and decode on this worker.
        case whole
    }

    /// The attempt.
    public var attempt: AttemptID
    /// The part.
    public var part: Part
    /// Prompt, then the output emitted by earlier attempts.
    public var tokens: [TokenID]
    /// How many of `tokens` are the prompt: penalties, limits and counters look at the rest.
    public var promptTokens: Int
    /// How to sample.
    public var sampling: SamplingParameters
    /// Key of the tenant's block hashes.
    public var hashKey: BlockHashKey
    /// What the sender of KV must show to the receiver.
    public var grant: Grant
    /// How long the worker keeps the work without any sign of life from whom it waits for.
    public var lease: Duration
    /// How KV of this attempt is encoded on its way.
    public var codec = KVCodec.raw
    /// Whether cached KV that went through a lossy codec will do.
    public var acceptsLossy = false
    /// Which part of the prompt's KV is handed off; `nil` for all of it.
    public var budget: KVBudget?
    /// Where leading blocks come from, when fetching them beats computing them.
    public var fetch: KVFetchPlan?
    /// How the worker is to rank it among its other work.
    public var terms = ServiceTerms()
    /// How often the request gave way to others already; it goes before equals that did not.
    public var preemptions = 0

    /// Collects one part of an attempt, exact and without a fetch; `promptTokens` must be in 1…tokens.count.
    public init(
        attempt: AttemptID,
        part: Part,
        tokens: [TokenID],
        promptTokens: Int,
        sampling: SamplingParameters,
        hashKey: BlockHashKey,
        grant: Grant,
        lease: Duration
    ) {
        self.attempt = attempt
        self.part = part
        self.tokens = tokens
        self.promptTokens = promptTokens
        self.sampling = sampling
        self.hashKey = hashKey
        self.grant = grant
        self.lease = lease
    }

    /// Index of the first output token that this attempt produces.
    public var firstOutputIndex: Int { tokens.count - promptTokens }

    /// Most tokens the sequence can come to hold: prompt and all output.
    public var capacityTokens: Int { promptTokens + max(sampling.maxTokens, firstOutputIndex + 1) }
}
