/// Which prompts are computed first: those of the more urgent priority, and of one priority those of tenants that keep
/// within their shares.
public struct RequestUrgency: Hashable, Sendable, Comparable {
    /// How urgent the request is by itself.
    public var priority: RequestPriority
    /// Whether its tenant asks for more than its share.
    public var isBeyondShare: Bool

    /// That of a tenant within its share, unless told otherwise.
    public init(_ priority: RequestPriority, isBeyondShare: Bool = false) {
        self.priority = priority
        self.isBeyondShare = isBeyondShare
    }

    /// More urgent first.
    public static func < (left: Self, right: Self) -> Bool {
        left.priority == right.priority
            ? !left.isBeyondShare && right.isBeyondShare : left.priority < right.priority
    }
}
