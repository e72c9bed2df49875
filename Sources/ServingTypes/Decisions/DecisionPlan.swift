/// A plan that was considered for a request, and what was expected of it.
public struct DecisionPlan: Hashable, Sendable, Codable {
    /// Name of the prefill worker; `nil` when the decode worker prefills for itself.
    public var prefill: String?
    /// Name of the decode worker.
    public var decode: String
    /// Whom a prefix is fetched from; `nil` for nobody.
    public var fetchSource: String?
    /// How KV is encoded where it crosses.
    public var codec: String
    /// Tokens whose KV is handed off, of a longer prompt; `nil` for all.
    public var budgetTokens: Int?
    /// Prompt tokens that the worker that prefills holds.
    public var hitTokens: Int
    /// Prompt tokens that it fetches.
    public var fetchedTokens: Int
    /// KV bytes to hand off, before encoding.
    public var transferBytes: Int
    /// The same, as expected on the wire.
    public var wireBytes: Int
    /// Failed attempts of the request in which its workers took part.
    public var failures: Int
    /// Predicted time to the first token.
    public var ttft: Milliseconds
    /// Predicted time from the first token to the second.
    public var gap: Milliseconds
    /// Predicted time of the fetch, which runs while the prompt is queued.
    public var fetch: Milliseconds
    /// What was minimized: `ttft`, `gap` and harm.
    public var total: Milliseconds
    /// What `total` is made of.
    public var parts: PlanParts
    /// What was known.
    public var inputs: PlanInputs

    /// The worker that computes the prompt.
    public var computing: String { prefill ?? decode }

    /// `<prefill> -> <decode>` or `whole at <decode>`.
    public var name: String { prefill.map { "\($0) -> \(decode)" } ?? "whole at \(decode)" }

    private enum CodingKeys: String, CodingKey {
        case prefill, decode, codec, failures, parts, inputs
        case fetchSource = "fetch_source"
        case budgetTokens = "kv_budget_tokens"
        case hitTokens = "hit_tokens"
        case fetchedTokens = "fetched_tokens"
        case transferBytes = "transfer_bytes"
        case wireBytes = "wire_bytes"
        case ttft = "ttft_ms"
        case gap = "gap_ms"
        case fetch = "fetch_ms"
        case total = "total_ms"
    }

    /// Describes a plan.
    public init(
        prefill: String?,
        decode: String,
        fetchSource: String? = nil,
        codec: String = KVCodec.raw.name,
        budgetTokens: Int? = nil,
        hitTokens: Int = 0,
        fetchedTokens: Int = 0,
        transferBytes: Int = 0,
        wireBytes: Int = 0,
        failures: Int = 0,
        ttft: Milliseconds,
        gap: Milliseconds,
        fetch: Milliseconds = Milliseconds(.zero),
        parts: PlanParts,
        inputs: PlanInputs = PlanInputs()
    ) {
        self.prefill = prefill
        self.decode = decode
        self.fetchSource = fetchSource
        self.codec = codec
        self.budgetTokens = budgetTokens
        self.hitTokens = hitTokens
        self.fetchedTokens = fetchedTokens
        self.transferBytes = transferBytes
        self.wireBytes = wireBytes
        self.failures = failures
        self.ttft = ttft
        self.gap = gap
        self.fetch = fetch
        total = Milliseconds(seconds: parts.total)
        self.parts = parts
        self.inputs = inputs
    }
}
