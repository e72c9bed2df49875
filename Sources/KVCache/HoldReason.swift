/// Why a KV block must stay in memory; a block may carry several holds of each reason.
public enum HoldReason: UInt8, Hashable, Sendable, CaseIterable {
    /// A sequence that is being prefilled or decoded reads or writes it.
    case running
    /// Room for KV that a peer will send, or for an admitted request that has not started.
    case reserved
    /// A peer is owed it until it says that it has verified its copy, or the lease ends.
    case leased
}
