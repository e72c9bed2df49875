/// Why a plan was chosen among the others.
public enum PlanChoice: UInt8, Hashable, Sendable {
    /// It has the least predicted time to the second token, limits and failures considered.
    case fastest
    /// Links favour another plan by too little to leave the least loaded workers for it.
    case leastLoaded
    /// It is as good as equal to the best, and the request's seed drew it.
    case drawn
}
