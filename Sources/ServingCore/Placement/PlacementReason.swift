/// Why a policy chose what it chose.
public enum PlacementReason: Hashable, Sendable, CustomStringConvertible {
    /// By predicted time.
    case predicted(PlanChoice)
    /// It was their turn.
    case turn
    /// Others have more requests.
    case leastLoaded
    /// Of two that were drawn the other has more requests.
    case lessLoadedOfTwo
    /// Requests are spread too unevenly to look at prefixes.
    case imbalance(mostRequests: Int, fewestRequests: Int)
    /// Enough of the prompt is cached there.
    case prefixHit(tokens: Int, promptTokens: Int)
    /// Nowhere is enough of the prompt cached.
    case noPrefixHit(tokens: Int, promptTokens: Int)
    /// So many tokens must be computed where the prompt would be decoded.
    case uncached(tokens: Int, threshold: Int)
    /// No prefill worker could take the prompt, or no decode worker its hand-off.
    case onlyLocal

    /// The rule, with its numbers.
    public var description: String {
        switch self {
        case .predicted(let choice): choice.description
        case .turn: "next in turn"
        case .leastLoaded: "fewest requests"
        case .lessLoadedOfTwo: "fewer requests of two workers drawn"
        case .imbalance(let most, let fewest):
            "fewest requests, as loads differ too much to look at prefixes (\(fewest) to \(most))"
        case .prefixHit(let tokens, let prompt): "longest prefix hit: \(tokens) of \(prompt) tokens"
        case .noPrefixHit(let tokens, let prompt):
            "fewest requests, as the longest prefix hit is only \(tokens) of \(prompt) tokens"
        case .uncached(let tokens, let threshold):
            "\(tokens) tokens to compute, \(tokens < threshold ? "below" : "at least") the threshold of "
                + "\(threshold)"
        case .onlyLocal: "no prefill worker and decode worker could share the prompt"
        }
    }
}
