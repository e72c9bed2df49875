import ServingTypes

/// On what grounds a plan was chosen.
public struct PlacementBasis: Hashable, Sendable {
    /// The policy in force.
    public var policy: PlacementPolicyKind
    /// What made it choose.
    public var reason: PlacementReason
    /// Plans that were scored, the chosen one included.
    public var planCount: Int
    /// Tokens to prefill: the prompt, and what earlier attempts emitted.
    public var tokens: Int

    /// States the grounds.
    public init(policy: PlacementPolicyKind, reason: PlacementReason, planCount: Int, tokens: Int) {
        self.policy = policy
        self.reason = reason
        self.planCount = planCount
        self.tokens = tokens
    }
}
