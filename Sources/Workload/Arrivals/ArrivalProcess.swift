import ServingTypes

/// When the requests of a run are sent.
public enum ArrivalProcess: Hashable, Sendable {
    /// Independent arrivals at a mean rate, in requests per second.
    case poisson(rate: Double)
    /// Gaps of a gamma distribution whose shape is `burstiness`: below 1 arrivals bunch, above 1 they even
    /// out.
    case gamma(rate: Double, burstiness: Double)
    /// Equal gaps.
    case constant(rate: Double)
    /// Every request at once, as `--request-rate inf`.
    case allAtOnce
    /// A rate that changes during the run.
    case ramp(RateRamp)
    /// Recorded arrivals, their times multiplied by `timeScale`: at 0.5 they come twice as fast.
    case trace(offsets: [Duration], timeScale: Double)
    /// So many users, each of whom sends when the last answer is complete.
    case closedLoop(concurrency: Int)

    /// Requests per second asked for; infinite for all at once, `nil` where arrivals are not one rate.
    public var rate: Double? {
        switch self {
        case .poisson(let rate), .gamma(let rate, _), .constant(let rate): rate
        case .allAtOnce: .infinity
        case .ramp, .trace, .closedLoop: nil
        }
    }

    /// The shape of the gaps' gamma distribution; infinite for equal gaps, 1 where there is none.
    public var burstiness: Double {
        switch self {
        case .gamma(_, let burstiness): burstiness
        case .ramp(let ramp): ramp.burstiness
        case .constant: .infinity
        case .poisson, .allAtOnce, .trace, .closedLoop: 1
        }
    }

    /// Requests in flight that the process itself allows; `nil` for any number.
    public var concurrency: Int? {
        if case .closedLoop(let concurrency) = self { concurrency } else { nil }
    }

    /// Whether requests have times of their own, whatever becomes of earlier ones.
    public var isOpenLoop: Bool {
        switch self {
        case .poisson, .gamma, .constant, .ramp, .trace: true
        case .allAtOnce, .closedLoop: false
        }
    }

    /// The word for reports.
    public var word: String {
        switch self {
        case .poisson: "poisson"
        case .gamma: "gamma"
        case .constant: "constant"
        case .allAtOnce: "inf"
        case .ramp(let ramp): "ramp-\(ramp.curve.rawValue)"
        case .trace: "trace"
        case .closedLoop: "closed-loop"
        }
    }
}
