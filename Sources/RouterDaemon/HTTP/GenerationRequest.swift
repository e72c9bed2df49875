public import ServingTypes

/// One choice of one client request, validated and tokenized.
public struct GenerationRequest: Hashable, Sendable {
    /// Identity of the choice inside the cluster.
    public var id: RequestID
    /// The prompt, at least one token; with `sampling.maxTokens` it fits the model's context.
    public var tokens: [TokenID]
    /// How to sample; seed, choice index, token limit and end tokens are set.
    public var sampling: SamplingParameters
    /// Whose request it is: the name that belongs to the API key.
    public var tenant: String
    /// The client's name for the request (`X-Request-Id`): for logs, never an identity.
    public var clientRequestID: String
    /// Choice 0 of the same prompt, whose KV blocks this one can share; `nil` for choice 0 itself.
    public var forkOf: RequestID?
    /// What may happen to its KV: one of the router's request classes.
    public var requestClass: String
    /// How long after its arrival the client's request is given up.
    public var timeout: Duration
    /// How it ranks among other requests; whose it is beside them is the cluster's affair.
    public var terms = ServiceTerms()
    /// Where its record is wanted for a trace; `nil` when it is not traced.
    var trace: TracedRequest?

    /// Describes one choice.
    public init(
        id: RequestID,
        tokens: [TokenID],
        sampling: SamplingParameters,
        tenant: String,
        clientRequestID: String,
        forkOf: RequestID? = nil,
        requestClass: String,
        timeout: Duration
    ) {
        self.id = id
        self.tokens = tokens
        self.sampling = sampling
        self.tenant = tenant
        self.clientRequestID = clientRequestID
        self.forkOf = forkOf
        self.requestClass = requestClass
        self.timeout = timeout
    }
}
