/// How a router's workers are divided between roles and prompts, how that fits the load, and what it would change.
public struct PoolsReport: Hashable, Sendable {
    /// What it does about pools that do not fit.
    public var mode = PoolBalanceMode.off
    /// By site, then by role.
    public var pools: [PoolStanding] = []
    /// The best change of a role; `nil` when none is possible.
    public var advice: PoolAdvice?
    /// Why a worker changes its role, or why none does.
    public var verdict = ""
    /// Changes of roles that were ordered since the start.
    public var roleChanges = 0
    /// Longest short prompt in tokens; `nil` while all prefill workers take all prompts.
    public var shortTokens: Int?
    /// Prefill workers by name.
    public var prefillClasses: [PrefillClassStanding] = []
    /// Uplinks with a setting, by site, outgoing first.
    public var sites: [SiteStanding] = []
    /// By decode worker.
    public var thresholds: [OffloadStanding] = []

    /// A report of nothing.
    public init() {}
}
