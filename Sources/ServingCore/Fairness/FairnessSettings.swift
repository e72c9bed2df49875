import ServingTypes

/// How waiting requests are ordered, how much work workers get ahead, and who is refused.
public struct FairnessSettings: Sendable {
    /// The order of waiting requests.
    public var policy = FairnessPolicy.fair
    /// Predicted prefill work that a worker may have in hand for a further prompt to be sent to it.
    ///
    /// Beyond it prompts wait at the router, where a more urgent one can still pass them. Must be far above
    /// the time of a message to a worker and back, lest the worker runs dry.
    public var dispatchAhead = Duration.milliseconds(20)
    /// The same for classes below interactive, which fill only what interactive requests leave idle.
    public var batchQueue = Duration.milliseconds(20)
    /// How long a request below interactive waits before its class gets ``agedPerMille`` of what is served.
    public var aging = Duration.seconds(10)
    /// Per thousand of what is served: goes to classes whose oldest request has aged.
    public var agedPerMille = 100
    /// What a tenant of weight 1 is served before another tenant's turn comes, in cost units.
    public var quantum = 65_536
    /// How much more of its turn a tenant may have left, per weight, and still be passed by a longer prefix hit of
    /// another, in cost units.
    public var locality = 4_096
    /// Cost units of a prompt token that is computed; one from a cache costs nothing.
    public var inputCost = 1
    /// Cost units of an output token.
    public var outputCost = 2
    /// Whether a request is refused that cannot have its first token within the limit it came with.
    public var rejectsOverTTFT = false
    /// Quantile of the output lengths seen that is expected of the next request, 0 to 1.
    public var outputQuantile = 0.9
    /// Tenants with shares of their own.
    public var tenants: [TenantTag: TenantShare] = [:]
    /// The share of every other tenant.
    public var others = TenantShare()

    var turn: FairTurnSize { FairTurnSize(quantum: quantum, locality: locality) }

    /// Share of a decode worker's blocks that requests beyond their tenants' shares leave free for others.
    static let spareShare = 0.25
    /// Requests with a common first block that are looked at again when one of them is placed.
    static let maxSiblings = 64
    /// Accounts kept per class; beyond that, those without debt and without requests are forgotten.
    static let maxAccounts = 4_096
    /// Every so many turns of a tenant its oldest request goes first, whatever its prefix hit.
    static let oldestTurn = 16

    /// Fair shares without limits.
    public init() {}

    /// What a tenant may have.
    func share(of tenant: TenantTag) -> TenantShare { tenants[tenant] ?? others }

    /// Cost of tokens that are computed and tokens that are produced.
    func cost(input: Int, output: Int) -> Int { input * inputCost + output * outputCost }
}
