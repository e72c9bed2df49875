/// What a request may expect of the schedulers on its way: whose it is, how urgent, how long it may become.
///
/// None of it changes what is answered, only when.
public struct ServiceTerms: Hashable, Sendable {
    /// How urgent it is.
    public var priority = RequestPriority.interactive
    /// Whose it is.
    public var tenant = TenantTag.none
    /// The tenant's share beside others, 1 to ``maxWeight``.
    public var weight = 1
    /// Within how long the first token is due: from submission at the router, from receipt at a worker; `nil` when
    /// nothing was promised.
    public var ttftLimit: Duration?
    /// Longest mean time per output token; `nil` when nothing was promised.
    public var tpotLimit: Duration?
    /// Output tokens expected from now on, at least 1; `nil` when there is no guess.
    ///
    /// Never trusted for correctness.
    public var expectedOutput: Int?
    /// Whether its tenant asks for more than its share, so that others' prompts of its priority are computed first.
    public var isBeyondShare = false

    /// What decides first in which order prompts are computed.
    public var urgency: RequestUrgency { RequestUrgency(priority, isBeyondShare: isBeyondShare) }

    /// Largest weight of a tenant.
    public static let maxWeight = 1_000

    /// An interactive request of nobody in particular.
    public init() {}
}
