/// Headers by which a client says how its request ranks; `nil` without one.
struct ServiceHeaders: Equatable, Sendable {
    /// `X-Priority`.
    var priority: String?
    /// `X-TTFT-Limit-Ms`.
    var ttftLimit: String?
    /// `X-TPOT-Limit-Ms`.
    var tpotLimit: String?
}
