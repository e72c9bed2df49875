/// How long a worker's steps take, in seconds.
///
/// Prefill of a batch: `a + max(m, b·Σu) + d·Σ u·(c − u/2)` with `u` new and `c` context tokens per sequence;
/// decode step: `e + f·batch + g·Σc`. Source: the batch latency models of DistServe and LAPS.
public struct CostCoefficients: Hashable, Sendable {
    /// Fixed cost of a prefill step.
    public var a = 0.0
    /// Cost per prefilled token.
    public var b = 0.0
    /// Attention cost per (new token × context token).
    public var d = 0.0
    /// Floor of the linear part: reading the weights once.
    public var m = 0.0
    /// Fixed cost of a decode step.
    public var e = 0.0
    /// Cost per sequence of a decode step.
    public var f = 0.0
    /// Attention cost per context token of a decode step.
    public var g = 0.0

    /// All zero.
    public init() {}

    /// Time to prefill `newTokens` of a prompt of `contextTokens`.
    public func prefill(newTokens: Int, contextTokens: Int) -> Duration {
        let u = Double(newTokens)
        let c = Double(contextTokens)
        return .fromSeconds(a + max(m, b * u) + d * u * (c - u / 2))
    }

    /// Time of a decode step over `batch` sequences that hold `contextTokens` in total.
    public func decodeStep(batch: Int, contextTokens: Int) -> Duration {
        .fromSeconds(e + f * Double(batch) + g * Double(contextTokens))
    }
}
