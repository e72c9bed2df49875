/// How the workers of a request are chosen: the words of `placement.policy`.
public enum PlacementPolicyKind: String, Hashable, Sendable, CaseIterable {
    /// The least predicted time to the second token.
    case leastTT2T = "least_tt2t"
    /// One after the other.
    case roundRobin = "round_robin"
    /// Where the fewest requests are.
    case leastLoaded = "least_loaded"
    /// The less loaded of two that are drawn.
    case powerOfTwo = "power_of_two"
    /// Where most of the prompt is cached, unless loads differ too much.
    case prefixAware = "prefix_aware"
    /// Long prompts to prefill workers, short ones to where they are decoded.
    case staticThreshold = "static_threshold"
}
