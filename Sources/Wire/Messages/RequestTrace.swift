public import ServingTypes

/// A router's answer to an operator who asks what became of a request.
public struct RequestTrace: Hashable, Sendable {
    /// Where the request is.
    public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// The router does not know it, or no longer.
        case notFound = 1
        /// Not placed, or placed and not started.
        case waiting = 2
        /// Its prompt is being computed.
        case prefilling = 3
        /// Its output is being produced.
        case decoding = 4
        /// The client got all of it.
        case finished = 5
        /// The client got an error, or went away.
        case failed = 6

        /// The word used in tables.
        public var name: String {
            switch self {
            case .notFound: "not_found"
            case .waiting: "waiting"
            case .prefilling: "prefilling"
            case .decoding: "decoding"
            case .finished: "finished"
            case .failed: "failed"
            }
        }
    }

    /// The request.
    public var request: RequestID
    /// The client's name for it, at most ``WireLimits/requestNameBytes`` bytes; empty when it gave none.
    public var clientRequestID: String
    /// What may happen to its KV: the class that it was given; empty when that is not known any more.
    public var requestClass: String
    /// Where it is.
    public var state: State
    /// Placements so far.
    public var attempts: Int
    /// Tokens of the prompt, as the template and the tokenizer made it.
    public var promptTokens: Int
    /// Output tokens that the router accepted.
    public var emittedTokens: Int
    /// From the request's arrival to its first token; `nil` before that.
    public var ttft: Duration?
    /// From the first to the second token, the hand-off gap; `nil` before that.
    public var gap: Duration?
    /// From the request's arrival to its end; `nil` until then.
    public var elapsed: Duration?
    /// What the client was told; `nil` unless the request failed.
    public var failure: ServingError?
    /// Parts of all attempts, in the order in which they were given out; at most
    /// ``WireLimits/traceParts``.
    public var parts: [PartTrace]

    /// Describes a request.
    public init(
        request: RequestID,
        clientRequestID: String,
        requestClass: String = "",
        state: State,
        attempts: Int,
        promptTokens: Int,
        emittedTokens: Int,
        ttft: Duration?,
        gap: Duration?,
        elapsed: Duration?,
        failure: ServingError?,
        parts: [PartTrace]
    ) {
        self.request = request
        self.clientRequestID = clientRequestID
        self.requestClass = requestClass
        self.state = state
        self.attempts = attempts
        self.promptTokens = promptTokens
        self.emittedTokens = emittedTokens
        self.ttft = ttft
        self.gap = gap
        self.elapsed = elapsed
        self.failure = failure
        self.parts = parts
    }
}
