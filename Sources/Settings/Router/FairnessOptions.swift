/// The `fairness` section: who is served next, and how much work workers get ahead.
public struct FairnessOptions: Hashable, Sendable {
    /// The order of waiting requests.
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// By class, tenant and prefix hit.
        case fair
        /// By arrival.
        case fcfs
    }

    /// The order of waiting requests.
    public var policy = Policy.fair
    /// Predicted prefill work that a worker may have in hand for a further prompt to be sent to it.
    public var dispatchAhead = Duration.milliseconds(20)
    /// The same for requests below interactive.
    public var batchQueue = Duration.milliseconds(20)
    /// How long requests below interactive wait before their class gets ``agedShare``.
    public var aging = Duration.seconds(10)
    /// Share of what is served that goes to classes whose oldest request has aged.
    public var agedShare = 0.1
    /// What a tenant of weight 1 is served before the next one's turn comes, in cost units.
    public var quantum = 65_536
    /// How much more of its turn a tenant may have left and still be passed by a longer prefix hit, in cost units.
    public var locality = 4_096
    /// Cost units of a prompt token that is computed.
    public var inputCost = 1
    /// Cost units of an output token.
    public var outputCost = 2
    /// Whether requests are refused whose TTFT limit cannot be met.
    public var rejectOverTTFT = false
    /// Quantile of the output lengths seen that is expected of the next request.
    public var outputQuantile = 0.9

    /// The defaults.
    public init() {}
}
