/// What a router decided for one request, on what grounds, and what became of it, as people and tools read it.
///
/// It is what `batonctl explain` prints, what the admin listener serves, and what is kept in SQLite.
public struct DecisionDocument: Hashable, Sendable, Codable {
    /// Where the request is.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Not placed.
        case waiting
        /// Its prompt is being computed.
        case prefilling
        /// Its output is being produced.
        case decoding
        /// The client got all of it.
        case finished
        /// The client got an error, or went away.
        case failed
    }

    /// Identity of the request: 32 hexadecimal digits.
    public var request: String
    /// The client's name for it.
    public var clientRequestID: String
    /// Whose API key it came with.
    public var tenant: String
    /// The class that it was given.
    public var requestClass: String
    /// When it arrived, in milliseconds since 1970.
    public var submittedUnixMilliseconds: Int64
    /// Where it is.
    public var state: State
    /// How it ended, in the words of the metric's label; `nil` while it runs.
    public var outcome: String?
    /// What the client was told; `nil` unless it failed.
    public var failure: String?
    /// Prompt length in tokens.
    public var promptTokens: Int
    /// Output tokens emitted.
    public var outputTokens: Int
    /// From arrival to the first token; `nil` before.
    public var ttft: Milliseconds?
    /// From the first token to the second; `nil` before.
    public var gap: Milliseconds?
    /// From arrival to the end; `nil` before.
    public var elapsed: Milliseconds?
    /// Placements, oldest first; of many the latest.
    public var attempts: [DecisionAttempt]
    /// What took the most time, in words.
    public var verdict: String

    /// Describes a request; the verdict is worked out.
    public init(
        request: String,
        clientRequestID: String,
        tenant: String,
        requestClass: String,
        submittedUnixMilliseconds: Int64,
        state: State,
        outcome: String? = nil,
        failure: String? = nil,
        promptTokens: Int,
        outputTokens: Int,
        ttft: Milliseconds? = nil,
        gap: Milliseconds? = nil,
        elapsed: Milliseconds? = nil,
        attempts: [DecisionAttempt]
    ) {
        self.request = request
        self.clientRequestID = clientRequestID
        self.tenant = tenant
        self.requestClass = requestClass
        self.submittedUnixMilliseconds = submittedUnixMilliseconds
        self.state = state
        self.outcome = outcome
        self.failure = failure
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.ttft = ttft
        self.gap = gap
        self.elapsed = elapsed
        self.attempts = attempts
        verdict = ""
        verdict = DecisionVerdict(self).description
    }

    private enum CodingKeys: String, CodingKey {
        case request, tenant, state, outcome, failure, attempts, verdict
        case clientRequestID = "client_request_id"
        case requestClass = "request_class"
        case submittedUnixMilliseconds = "submitted_unix_ms"
        case promptTokens = "prompt_tokens"
        case outputTokens = "output_tokens"
        case ttft = "ttft_ms"
        case gap = "gap_ms"
        case elapsed = "elapsed_ms"
    }
}
