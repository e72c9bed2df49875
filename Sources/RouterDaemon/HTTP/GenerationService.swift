/// What the client API needs of the router: the model it serves, and tokens.
public protocol GenerationService: Sendable {
    /// The model; constant while the process runs.
    var model: ServedModel { get }

    /// Whether enough workers are registered to answer a request now.
    var isReady: Bool { get }

    /// Starts one choice; refusals arrive through the stream, like every other failure.
    ///
    /// Must return without waiting. The producer never waits for the client: it hands tokens to its
    /// ``GenerationSource``, which holds at most `sampling.maxTokens` of them.
    func generate(_ request: GenerationRequest) -> GenerationStream
}
