/// A value added to one token's logit before sampling.
public struct LogitBias: Hashable, Sendable {
    /// The token.
    public var token: TokenID
    /// Added to its logit, in −100…100.
    public var bias: Float

    /// Pairs a token with its bias.
    public init(token: TokenID, bias: Float) {
        self.token = token
        self.bias = bias
    }
}
