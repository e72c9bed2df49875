import ServingTypes

/// What became of one request, as the client saw it; every time counts from the start of the run.
///
/// A client fills it as the answer arrives: set ``sent`` when the request leaves, ``firstByte`` with the
/// first byte of the answer, call ``recordChunk(at:tokens:)`` for each piece of output, then set ``ended``.
public struct RequestOutcome: Hashable, Sendable {
    /// The request's place in the run, from 0.
    public var index: Int
    /// The server's name for the request, or the client's; to find it in logs and traces.
    public var requestID: String?
    /// The group that it belongs to, such as a tenant; `nil` for none.
    public var group: String?
    /// When the request should have been sent; in a closed loop, when the client was free to send it.
    public var scheduled: Duration
    /// When the request was sent; `nil` when it never was.
    public var sent: Duration?
    /// When the first byte of the answer came.
    public var firstByte: Duration?
    /// When the first output token came.
    public internal(set) var firstToken: Duration?
    /// When the second output token came: with the first, when one piece carried both.
    public internal(set) var secondToken: Duration?
    /// When each piece of output came, in order; a piece may carry several tokens.
    public internal(set) var chunks: [Duration] = []
    /// When the client was done with the request, whether it succeeded or not.
    public var ended: Duration?
    /// Prompt tokens, as the server counts them if it says so, else as planned.
    public var promptTokens: Int
    /// Output tokens: counted by piece, until the server's own count replaces it.
    public var outputTokens = 0
    /// Prompt tokens that the server says it found in a cache.
    public var cachedTokens: Int?
    /// The status code of the answer, if there was one.
    public var status: Int?
    /// Why the request failed; `nil` for a request that succeeded or is not over.
    public var failure: FailureReason?
    /// What the failure said, for a person; at most ``detailLimit`` characters are reported.
    public var failureDetail: String?
    /// Where the server says the time went.
    public var stages: StageTimes?

    /// Characters of ``failureDetail`` that a report keeps.
    public static let detailLimit = 200

    /// A request that was planned and not yet sent.
    public init(index: Int, scheduled: Duration, promptTokens: Int) {
        self.index = index
        self.scheduled = scheduled
        self.promptTokens = promptTokens
    }

    /// Adds a piece of output that came at `time` with `tokens` tokens, at least 1.
    public mutating func recordChunk(at time: Duration, tokens: Int = 1) {
        precondition(tokens >= 1, "a chunk of \(tokens) tokens")
        if firstToken == nil { firstToken = time }
        outputTokens += tokens
        if secondToken == nil, outputTokens >= 2 { secondToken = time }
        chunks.append(time)
    }

    /// When the last output token came.
    public var lastToken: Duration? { chunks.last }

    /// Whether the request was answered in full: output came, and nothing failed.
    public var isCompleted: Bool { failure == nil && sent != nil && firstToken != nil }
}
