/// Knobs of the policies that `least_tt2t` is compared with.
public struct BaselineSettings: Hashable, Sendable {
    /// `prefix_aware`: requests by which the busiest worker must exceed the idlest before loads count.
    public var balanceRequests = 64
    /// `prefix_aware`: and by which factor.
    public var balanceRatio = 1.5
    /// `prefix_aware`: share of the prompt that must be cached for a prefix hit to decide.
    public var matchThreshold = 0.3
    /// `static_threshold`: tokens to compute from which a prompt goes to a prefill worker.
    public var separateTokens = 2_048

    /// The defaults.
    public init() {}
}
