/// Tokens of requests that are over.
public struct ServedTokens: Hashable, Sendable {
    /// Prompt tokens that were computed.
    public var computed = 0
    /// Prompt tokens that came from a cache.
    public var cached = 0
    /// Output tokens.
    public var output = 0

    /// Nothing.
    public init() {}

    static func += (left: inout Self, right: Self) {
        left.computed += right.computed
        left.cached += right.cached
        left.output += right.output
    }
}
