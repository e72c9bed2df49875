/// Why a plan was chosen among others by predicted time.
public enum PlanChoice: UInt8, Hashable, Sendable, CustomStringConvertible {
    /// It has the least predicted time to the second token, limits and failures considered.
    case fastest
    /// Links favour another plan by too little to leave the least loaded workers for it.
    case leastLoaded
    /// It is as good as equal to the best, and the request's seed drew it.
    case drawn
    /// The workers of faster plans have enough to compute, and to wait for them is expected to take longer.
    case besideQueue

    /// The rule.
    public var description: String {
        switch self {
        case .fastest: "least predicted time to the second token"
        case .leastLoaded: "least loaded workers, as links favour others by too little"
        case .drawn: "drawn among workers that are as good as equal"
        case .besideQueue: "least predicted time beside workers for which the queue would take longer"
        }
    }
}
