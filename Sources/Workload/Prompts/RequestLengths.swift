/// How long a request is, in tokens.
public struct RequestLengths: Hashable, Sendable {
    /// Tokens of the prompt, shared prefix included.
    public var promptTokens: Int
    /// Tokens asked for in answer.
    public var outputTokens: Int

    /// Lengths of one request.
    public init(promptTokens: Int, outputTokens: Int) {
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
    }
}
