import ServingTypes

/// Why a worker changes its role, or why none does.
enum PoolVerdict: Hashable, Sendable, CustomStringConvertible {
    /// Nothing is known of the load yet.
    case noTraffic
    /// No worker may change: certificates, minimums, drains.
    case nobodyMay
    /// No worker has had its role for long enough.
    case dwelling(Duration)
    /// The best change gains too little.
    case balanced(gain: Double, needed: Double)
    /// There is room in both roles.
    case idle(utilisation: Double, needed: Double)
    /// The change has not been called for long enough.
    case settling(left: Duration)
    /// The last change was a short time ago.
    case cooling(left: Duration)
    /// A worker is on its way from one role to the other.
    case changing(WorkerID, WorkerRole)
    /// It is time, and nobody acts by itself.
    case advised
    /// It is time, and the order goes out.
    case ordered

    /// A sentence with numbers.
    var description: String {
        switch self {
        case .noTraffic: "too few requests were answered lately to know their lengths"
        case .nobodyMay:
            "no worker may change its role: certificates must name both roles, and each role keeps its minimum"
        case .dwelling(let dwell): "every worker has had its role for less than \(Self.text(dwell))"
        case .balanced(let gain, let needed):
            "the best change gains \(Self.percent(gain)), \(Self.percent(needed)) are needed"
        case .idle(let utilisation, let needed):
            "the busier role is used to \(Self.percent(utilisation)), nothing is changed below "
                + Self.percent(needed)
        case .settling(let left): "the change must be called for during another \(Self.text(left))"
        case .cooling(let left): "the last change is recent: \(Self.text(left)) left"
        case .changing(let worker, let role): "\(worker) ends its work to become a \(role.name) worker"
        case .advised: "the change is due; pools.balance: on would order it"
        case .ordered: "the change was ordered"
        }
    }

    private static func percent(_ share: Double) -> String {
        "\(Int((min(max(share, -10), PoolBalance.mostGain) * 100).rounded())) %"
    }

    private static func text(_ duration: Duration) -> String { "\(Int(duration.inSeconds.rounded(.up))) s" }
}
